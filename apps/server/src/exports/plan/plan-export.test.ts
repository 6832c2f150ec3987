import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "@oxbow/contract";
import { plus } from "@oxbow/media";
import * as fc from "fast-check";
import { assertAgrees } from "../agreement-for-tests.ts";
import { type Clip, type ClipOptions, encodeClip } from "../clip-for-tests.ts";
import { decodedPictures, decodedSound, probe } from "../decode-for-tests.ts";
import { planExport } from "./plan-export.ts";
import {
  assertSame,
  expectedPictures,
  ORIGIN,
  pictureTimes,
  planOf,
  refusal,
  soundAt,
  written,
} from "./plan-for-tests.ts";

const folder = await mkdtemp(join(tmpdir(), "oxbow-plan-"));
after(() => rm(folder, { recursive: true, force: true }));

const clips = new Map<string, Promise<Clip>>();
function clip(name: string, options: ClipOptions): Promise<Clip> {
  const known = clips.get(name) ?? encodeClip(folder, name, options);
  clips.set(name, known);
  return known;
}
const plain = (): Promise<Clip> => clip("plain", { seconds: 24 });

const out = (name: string): string => join(folder, `${name}.out.mp4`);

const RANGES: readonly (readonly [from: number, to: number, packing: "auto" | "clean"])[] = [
  [3333, 9999, "clean"],
  [2067, 6067, "clean"],
  [201, 700, "clean"],
  [4100, 4200, "clean"],
  [1234, 23_456, "auto"],
  [200, 24_500, "auto"],
];

for (const [from, to, packing] of RANGES) {
  test(`[${from}, ${to}) ${packing}: exactly the pictures of the range, and the sound beside them`, async () => {
    const placed = { clip: await plain(), origin: ORIGIN };
    const movie = await planOf([placed], from, to, { packing });
    const file = await written(movie, out(`exact-${from}`));
    const expected = await expectedPictures([placed], from, to);
    assert.deepEqual(await decodedPictures(file), expected);
    assert.equal(movie.durationMs, Math.round((expected.length / 30) * 1000));
    const first = pictureTimes(placed).find((time) => Math.round(time) >= ORIGIN + from) ?? 0;
    assert.equal(movie.cut.from, Math.round(first));
    const [source, sound] = [
      await decodedSound(placed.clip.file, "-ignore_editlist", "1"),
      await decodedSound(file),
    ];
    const at = Math.round(soundAt(placed, first));
    const length = Math.min(sound.length, Math.floor((expected.length / 30) * 48_000));
    assertSame(sound.subarray(0, length), source.subarray(at, at + length));
    const [video, audio] = await probe(file);
    assert.equal(video?.start_time, "0.000000");
    assert.equal(audio?.start_time, "0.000000");
  });
}

test("picture or sound alone", async () => {
  const silent = { clip: await clip("silent", { seconds: 8, audio: false }), origin: ORIGIN };
  const movie = await planOf([silent], 1500, 6500);
  assert.deepEqual(
    await decodedPictures(await written(movie, out("silent"))),
    await expectedPictures([silent], 1500, 6500),
  );
  const dark = { clip: await clip("dark", { seconds: 8, video: false }), origin: ORIGIN };
  const heard = await planOf([dark], 1500, 6500);
  assert.equal(heard.durationMs, 5000);
  const sound = await decodedSound(await written(heard, out("dark")));
  const source = await decodedSound(dark.clip.file, "-ignore_editlist", "1");
  const at = soundAt(dark, ORIGIN + 1500);
  assertSame(sound.subarray(0, 240_000), source.subarray(at, at + 240_000));
  // Wherever in its chunk the sound begins; the chunk before may be read for the decoder's sake.
  for (let from = 1500; from < 2100; from += 20) {
    assert.equal((await planOf([dark], from, from + 2000)).durationMs, 2000);
  }
});

test("pictures of uneven length keep their times", async () => {
  const filter = "select='not(mod(n,7))+not(mod(n,11))+lt(mod(n,90),4)'";
  const uneven = { clip: await clip("uneven", { seconds: 12, filter, gop: 20 }), origin: ORIGIN };
  const movie = await planOf([uneven], 2500, 9500);
  const pictures = await decodedPictures(await written(movie, out("uneven")));
  assert.deepEqual(pictures, await expectedPictures([uneven], 2500, 9500));
});

test("over a gap, picture and sound go on at one time, and the gap is told with its place", async () => {
  const first = { clip: await clip("one", { seconds: 6 }), origin: ORIGIN };
  const second = {
    clip: await clip("two", { seconds: 6, size: "160x90" }),
    origin: plus(ORIGIN, 9000),
  };
  const movie = await planOf([first, second], 1000, 13_000);
  const expected = await expectedPictures([first, second], 1000, 13_000);
  assert.deepEqual(await decodedPictures(await written(movie, out("joined"))), expected);
  await assertAgrees(movie, [first, second], ORIGIN + 1000, ORIGIN + 13_000);
  assert.equal(movie.gaps.length, 1);
  const [gap] = movie.gaps;
  assert.equal(gap?.reason, "reconnect");
  // Both clips hold 6 s, and 5.07 s of the first are in the range.
  assert.ok(Math.abs((gap?.at ?? 0) - 5067) <= 45, `closed at ${gap?.at}`);
});

test("random ranges: every table of the movie agrees with the archive, and no track drifts", async () => {
  const one = { clip: await clip("one", { seconds: 6 }), origin: ORIGIN };
  const two = { clip: await clip("two", { seconds: 6 }), origin: plus(ORIGIN, 9000) };
  const three = { clip: await plain(), origin: plus(ORIGIN, 17_000) };
  const placed = [one, two, three];
  const ranges = fc.tuple(
    fc.integer({ min: 200, max: 40_000 }),
    fc.integer({ min: 100, max: 30_000 }),
    fc.constantFrom("auto" as const, "clean" as const),
  );
  await fc.assert(
    fc.asyncProperty(ranges, async ([from, length, packing]) => {
      const movie = await planOf(placed, from, from + length, { packing }).catch(
        (error: unknown) => {
          assert.ok(error instanceof Fault && error.code === "range_without_media");
        },
      );
      if (movie) await assertAgrees(movie, placed, ORIGIN + from, ORIGIN + from + length);
    }),
    { numRuns: 60 },
  );
});

test("what can't be exported is refused with its code", async () => {
  const first = { clip: await clip("one", { seconds: 6 }), origin: ORIGIN };
  const later = { clip: await clip("two", { seconds: 6 }), origin: plus(ORIGIN, 9000) };
  const other = {
    clip: await clip("other", { seconds: 6, size: "320x180" }),
    origin: later.origin,
  };
  assert.equal(await refusal(planOf([first, later], 0, 12_000, { gaps: "fail" })), "range_has_gap");
  assert.equal(await refusal(planOf([first, other], 0, 12_000)), "range_changes_codec");
  assert.equal(await refusal(planOf([first], 7000, 8000)), "range_without_media");
  const evicted = { from: ORIGIN, to: plus(ORIGIN, 900), spans: [] };
  const gaps = [{ from: evicted.from, to: evicted.to, reason: "evicted" }];
  const options = { gaps: "skip", packing: "auto", title: null } as const;
  assert.equal(
    await refusal(planExport({ ...evicted, gaps }, { ...evicted, ...options })),
    "range_evicted",
  );
});
