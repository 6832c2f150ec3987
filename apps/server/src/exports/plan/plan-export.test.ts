import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "@oxbow/contract";
import { millis, plus } from "@oxbow/media";
import * as fc from "fast-check";
import { assertAgrees } from "../agreement-for-tests.ts";
import {
  type Clip,
  type ClipOptions,
  encodeClip,
  type Placed,
  resolveClips,
} from "../clip-for-tests.ts";
import { decodedPictures, decodedSound, probe } from "../decode-for-tests.ts";
import { servePlan } from "../instant-mp4.ts";
import type { MoviePlan } from "./movie-plan.ts";
import { type PlanOptions, planExport } from "./plan-export.ts";
import { walkSamples } from "./samples.ts";

const ORIGIN = millis(1_763_000_000_000);
const folder = await mkdtemp(join(tmpdir(), "oxbow-plan-"));
after(() => rm(folder, { recursive: true, force: true }));

const clips = new Map<string, Promise<Clip>>();
function clip(name: string, options: ClipOptions): Promise<Clip> {
  const known = clips.get(name) ?? encodeClip(folder, name, options);
  clips.set(name, known);
  return known;
}
const plain = (): Promise<Clip> => clip("plain", { seconds: 24 });

async function plan(
  placed: readonly Placed[],
  from: number,
  to: number,
  options: Partial<PlanOptions> = {},
): Promise<MoviePlan> {
  const range = { from: plus(ORIGIN, from), to: plus(ORIGIN, to) };
  const asked = resolveClips(placed, range.from, plus(range.to, 100));
  return planExport(asked, { ...range, gaps: "skip", packing: "clean", title: null, ...options });
}

async function written(movie: MoviePlan, name: string): Promise<string> {
  const file = join(folder, `${name}.out.mp4`);
  const parts: Buffer[] = [];
  for await (const part of servePlan(movie).read(0, movie.bytes)) parts.push(Buffer.from(part));
  await writeFile(file, Buffer.concat(parts));
  return file;
}

/** Wall-clock times of a clip's pictures in order of presentation. */
function pictureTimes({ clip: { chunks, tracks }, origin }: Placed): number[] {
  const video = tracks.find(({ config }) => config.kind === "video");
  const times: number[] = [];
  for (const chunk of chunks) {
    if (chunk.track !== video?.id) continue;
    walkSamples(chunk, (_at, _dts, pts) => {
      times.push(origin + (pts / 90_000) * 1000);
      return true;
    });
  }
  return times.toSorted((a, b) => a - b);
}

/** The pictures of placed clips that lie in a range, by the hashes of the whole clips' decode. */
async function expectedPictures(placed: readonly Placed[], from: number, to: number) {
  const hashes: string[] = [];
  for (const each of placed) {
    const all = await decodedPictures(each.clip.file, "-ignore_editlist", "1");
    const times = pictureTimes(each);
    assert.equal(all.length, times.length);
    times.forEach((time, at) => {
      const wall = Math.round(time);
      if (wall >= ORIGIN + from && wall < ORIGIN + to) hashes.push(all[at] ?? "");
    });
  }
  return hashes;
}

/** A difference of long columns is told by its place: to print them takes minutes. */
function assertSame(actual: Int16Array, expected: Int16Array): void {
  assert.equal(actual.length, expected.length);
  const place = actual.findIndex((value, at) => value !== expected[at]);
  assert.equal(place, -1, `sample ${place} differs`);
}

/** Where in a clip's decoded sound a wall-clock time lies: samples, from its first. */
function soundAt({ clip: { chunks, tracks }, origin }: Placed, wall: number): number {
  const audio = tracks.find(({ config }) => config.kind === "audio");
  const ticks = ((wall - origin) * (audio?.timescale ?? 0)) / 1000;
  let [frame, found] = [0, Number.NaN];
  for (const chunk of chunks) {
    if (chunk.track !== audio?.id) continue;
    walkSamples(chunk, (_at, dts, _pts, duration) => {
      if (dts <= ticks && ticks < dts + duration) found = frame * 1024 + ticks - dts;
      frame += 1;
      return true;
    });
  }
  return found;
}

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
    const movie = await plan([placed], from, to, { packing });
    const file = await written(movie, `exact-${from}`);
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
  const movie = await plan([silent], 1500, 6500);
  assert.deepEqual(
    await decodedPictures(await written(movie, "silent")),
    await expectedPictures([silent], 1500, 6500),
  );
  const dark = { clip: await clip("dark", { seconds: 8, video: false }), origin: ORIGIN };
  const heard = await plan([dark], 1500, 6500);
  assert.equal(heard.durationMs, 5000);
  const sound = await decodedSound(await written(heard, "dark"));
  const source = await decodedSound(dark.clip.file, "-ignore_editlist", "1");
  const at = soundAt(dark, ORIGIN + 1500);
  assertSame(sound.subarray(0, 240_000), source.subarray(at, at + 240_000));
  // Wherever in its chunk the sound begins; the chunk before may be read for the decoder's sake.
  for (let from = 1500; from < 2100; from += 20) {
    assert.equal((await plan([dark], from, from + 2000)).durationMs, 2000);
  }
});

test("pictures of uneven length keep their times", async () => {
  const filter = "select='not(mod(n,7))+not(mod(n,11))+lt(mod(n,90),4)'";
  const uneven = { clip: await clip("uneven", { seconds: 12, filter, gop: 20 }), origin: ORIGIN };
  const movie = await plan([uneven], 2500, 9500);
  const pictures = await decodedPictures(await written(movie, "uneven"));
  assert.deepEqual(pictures, await expectedPictures([uneven], 2500, 9500));
});

test("over a gap, picture and sound go on at one time, and the gap is told with its place", async () => {
  const first = { clip: await clip("one", { seconds: 6 }), origin: ORIGIN };
  const second = {
    clip: await clip("two", { seconds: 6, size: "160x90" }),
    origin: plus(ORIGIN, 9000),
  };
  const movie = await plan([first, second], 1000, 13_000);
  const expected = await expectedPictures([first, second], 1000, 13_000);
  assert.deepEqual(await decodedPictures(await written(movie, "joined")), expected);
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
      const movie = await plan(placed, from, from + length, { packing }).catch((error: unknown) => {
        assert.ok(error instanceof Fault && error.code === "range_without_media");
      });
      if (movie) await assertAgrees(movie, placed, ORIGIN + from, ORIGIN + from + length);
    }),
    { numRuns: 60 },
  );
});

/** The code that planning is refused with. */
async function code(work: Promise<MoviePlan>): Promise<string> {
  const fault: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(fault instanceof Fault);
  return fault.code;
}

test("what can't be exported is refused with its code", async () => {
  const first = { clip: await clip("one", { seconds: 6 }), origin: ORIGIN };
  const later = { clip: await clip("two", { seconds: 6 }), origin: plus(ORIGIN, 9000) };
  const other = {
    clip: await clip("other", { seconds: 6, size: "320x180" }),
    origin: later.origin,
  };
  assert.equal(await code(plan([first, later], 0, 12_000, { gaps: "fail" })), "range_has_gap");
  assert.equal(await code(plan([first, other], 0, 12_000)), "range_changes_codec");
  assert.equal(await code(plan([first], 7000, 8000)), "range_without_media");
  const evicted = { from: ORIGIN, to: plus(ORIGIN, 900), spans: [] };
  const gaps = [{ from: evicted.from, to: evicted.to, reason: "evicted" }];
  const options = { gaps: "skip", packing: "auto", title: null } as const;
  assert.equal(
    await code(planExport({ ...evicted, gaps }, { ...evicted, ...options })),
    "range_evicted",
  );
});
