import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { plus } from "@oxbow/media";
import { encodeClip } from "./clip-for-tests.ts";
import { copyFiles } from "./copy-files.ts";
import { Bench, ORIGIN } from "./transcode/transcode-for-tests.ts";

const root = await mkdtemp(join(tmpdir(), "oxbow-copy-files-"));
after(() => rm(root, { recursive: true, force: true }));
const clip = await encodeClip(root, "clip", { seconds: 8 });

test("an exact cut tells how far its ends are encoded, before a byte is written", async () => {
  await using bench = await Bench.open([{ clip, origin: ORIGIN }]);
  const range = { from: plus(ORIGIN, 1234), to: plus(ORIGIN, 6543) };
  const attempt = await bench.attempt({ mode: "copy", cut: "exact", ...range });
  await copyFiles(bench.tools, attempt);
  const ends = bench.reported.filter(({ bytes }) => bytes === 0);
  const percents = ends.map(({ percent }) => percent);
  assert.ok(percents.includes(10) && percents.includes(20), percents.join());
  assert.deepEqual(
    percents,
    percents.toSorted((a, b) => a - b),
  );
  assert.ok(ends.every(({ secondsLeft }) => secondsLeft === null));
});

test("a copy of what is there tells nothing before its first byte", async () => {
  await using bench = await Bench.open([{ clip, origin: ORIGIN }]);
  const range = { from: plus(ORIGIN, 1234), to: plus(ORIGIN, 6543) };
  await copyFiles(bench.tools, await bench.attempt({ mode: "copy", ...range }));
  assert.ok(bench.reported.every(({ bytes }) => bytes > 0));
});
