import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { plus } from "@oxbow/media";
import { measure } from "../../../../../fixtures/measure.ts";
import type { Clip } from "../clip-for-tests.ts";
import { extentOf } from "../clip-for-tests.ts";
import type { MadeFiles } from "../export-attempt.ts";
import { archiveClip, Bench, ORIGIN } from "./transcode-for-tests.ts";

let folder = "";
let clip: Clip;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-transcode-clips-"));
  clip = await archiveClip(folder, "clip", { duration: 9 });
});
after(() => rm(folder, { recursive: true }));

function pathOf({ files }: MadeFiles, rendition: string): string {
  const found = files.find((file) => file.rendition === rendition);
  assert.ok(found, rendition);
  return found.location.slice("file:".length);
}

/** Numbers of the pictures, as they are shown. */
async function numbersOf(path: string) {
  return (await measure(path)).frames.map(({ number }) => number);
}

const counted = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => from + at);

test("a ladder is cut to the picture, and each of its files is a film with the same sound", async () => {
  await using bench = await Bench.open([{ clip, origin: ORIGIN }]);
  const start = extentOf({ clip, origin: ORIGIN }).from;
  // Picture 37 is the first, 127 the first that is not wanted.
  const [from, to] = [plus(start, 37 * (1000 / 30)), plus(start, 127 * (1000 / 30))];
  const made = await bench.make({ from, to, renditions: ["source", "90p", "audio"], title: "A" });
  assert.equal(made.durationMs, 3000);
  assert.deepEqual(made.gaps, []);
  for (const rendition of ["source", "90p"]) {
    const seen = await measure(pathOf(made, rendition));
    assert.deepEqual(
      seen.frames.map(({ number }) => number),
      counted(37, 90),
    );
    assert.equal(seen.frames[0]?.pts, 0);
    assert.ok(seen.offsets.length >= 2);
    for (const offset of seen.offsets) assert.ok(Math.abs(offset) <= 20, `${offset} ms`);
  }
  assert.deepEqual(
    made.files.map(({ rendition, tracks }) => [
      rendition,
      tracks.map(({ kind, height }) => height ?? kind),
    ]),
    [
      ["source", [180, "audio"]],
      ["90p", [90, "audio"]],
      ["audio", ["audio"]],
    ],
  );
  assert.deepEqual(await readdir(join(bench.root, "assets", ".partial")), ["ast_1.unsettled"]);
  assert.ok(bench.reported.length > 0);
});
