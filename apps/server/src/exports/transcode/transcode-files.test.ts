import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Millis, plus } from "@oxbow/media";
import { type Measured, measure } from "../../../../../fixtures/measure.ts";
import { type Clip, extentOf } from "../clip-for-tests.ts";
import type { MadeFiles } from "../export-attempt.ts";
import { refused } from "../exports-for-tests.ts";
import { archiveClip, Bench, ORIGIN } from "./transcode-for-tests.ts";

let folder = "";
let clip: Clip;
let start: Millis;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-transcode-clips-"));
  clip = await archiveClip(folder, "clip", { duration: 9 });
  start = extentOf({ clip, origin: ORIGIN }).from;
});
after(() => rm(folder, { recursive: true }));

function pathOf({ files }: MadeFiles, rendition: string): string {
  const found = files.find((file) => file.rendition === rendition);
  assert.ok(found, rendition);
  return found.location.slice("file:".length);
}

const numbers = ({ frames }: Measured) => frames.map(({ number }) => number);

const counted = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => from + at);

/** Wall clock of a picture of the clip. */
const picture = (number: number) => plus(start, number * (1000 / 30));

function assertTogether({ offsets }: Measured, least: number): void {
  assert.ok(offsets.length >= least, `${offsets.length} flashes with a beep`);
  for (const offset of offsets) assert.ok(Math.abs(offset) <= 20, `${offset} ms`);
}

test("a ladder is cut to the picture, and each of its files is a film with the same sound", async () => {
  await using bench = await Bench.open([{ clip, origin: ORIGIN }]);
  const [from, to] = [picture(37), picture(127)];
  const made = await bench.make({ from, to, renditions: ["source", "90p", "audio"], title: "A" });
  assert.equal(made.durationMs, 3000);
  assert.deepEqual(made.gaps, []);
  for (const rendition of ["source", "90p"]) {
    const seen = await measure(pathOf(made, rendition));
    assert.deepEqual(numbers(seen), counted(37, 90));
    assert.equal(seen.frames[0]?.pts, 0);
    assertTogether(seen, 2);
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
});

test("pieces are joined without a picture too many or too few", async () => {
  await using bench = await Bench.open([{ clip, origin: ORIGIN }], { pieceSeconds: 2 });
  const [from, to] = [picture(37), picture(247)];
  const made = await bench.make({ from, to, renditions: ["90p"] });
  const seen = await measure(pathOf(made, "90p"));
  assert.deepEqual(numbers(seen), counted(37, 210));
  const steps = seen.frames.slice(1).map(({ pts }, at) => pts - (seen.frames[at]?.pts ?? 0));
  for (const step of steps) assert.ok(Math.abs(step - 1 / 30) < 0.0001, `${step} s`);
  assertTogether(seen, 6);
  const percents = bench.reported.map(({ percent }) => percent);
  assert.deepEqual(
    percents,
    percents.toSorted((a, b) => a - b),
  );
});

test("gaps are joined, or filled with the last picture and silence to the exact length", async () => {
  const later = plus(ORIGIN, 12_000);
  await using bench = await Bench.open([
    { clip, origin: ORIGIN },
    { clip, origin: later },
  ]);
  const [from, to] = [picture(180), plus(picture(60), 12_000)];
  const skipped = await bench.make({ from, to, renditions: ["90p"] });
  const joined = await measure(pathOf(skipped, "90p"));
  assert.deepEqual(numbers(joined), [...counted(180, 90), ...counted(0, 60)]);
  assertTogether(joined, 4);
  assert.equal(skipped.durationMs, 5000);
  assert.deepEqual(
    skipped.gaps.map(({ at, filled }) => [at, filled]),
    [[3000, undefined]],
  );
  const filled = await bench.make({ from, to, gaps: "fill", renditions: ["90p"] });
  const held = await measure(pathOf(filled, "90p"));
  assert.equal(filled.durationMs, 8000);
  assert.deepEqual(
    filled.gaps.map((gap) => [gap.at, gap.filled]),
    [[3000, true]],
  );
  assert.deepEqual(numbers(held), [
    ...counted(180, 89),
    ...Array.from({ length: 91 }, () => 269),
    ...counted(0, 60),
  ]);
  assertTogether(held, 4);
  assert.ok(Math.abs((held.sound?.to ?? 0) - 8) < 0.03, `${held.sound?.to}`);
});

test("a change of size inside the range becomes one film, the smaller pictures with bars", async () => {
  const other = await archiveClip(folder, "other", { duration: 4, width: 240, height: 180 });
  const later = plus(ORIGIN, 9_000);
  await using bench = await Bench.open([
    { clip, origin: ORIGIN },
    { clip: other, origin: later },
  ]);
  const made = await bench.make({ from: picture(240), to: plus(later, 2000 + start - ORIGIN) });
  const seen = await measure(pathOf(made, "source"));
  assert.deepEqual(numbers(seen).slice(0, 30), counted(240, 30));
  assert.equal(seen.frames.length, 90);
  assert.deepEqual(
    made.files[0]?.tracks.map(({ width, height }) => [width, height]),
    [
      [320, 180],
      [undefined, undefined],
    ],
  );
  // Bars hide the flashes of the second clip: its seconds are heard.
  assert.deepEqual(
    seen.beeps.map((at) => Math.round(at * 50)),
    [0, 50, 100],
  );
});

test("a gap of days is not filled", async () => {
  const later = plus(ORIGIN, 86_400_000);
  await using bench = await Bench.open([
    { clip, origin: ORIGIN },
    { clip, origin: later },
  ]);
  const asked = { from: picture(0), to: plus(later, 3000) };
  await refused(bench.make({ ...asked, gaps: "fill" }), "export_mode_unsupported");
});
