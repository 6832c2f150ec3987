import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readMovie } from "@oxbow/containers";
import { plus, type Track } from "@oxbow/media";
import { type Clip, type ClipOptions, encodeClip, type Placed } from "../clip-for-tests.ts";
import { decodedSound, probe } from "../decode-for-tests.ts";
import { writeSilence } from "../edges/silence-file.ts";
import type { MoviePlan } from "./movie-plan.ts";
import { ORIGIN, pictureTimes, planOf, refusal, written } from "./plan-for-tests.ts";
import type { PlanOptions } from "./plan-options.ts";

const folder = await mkdtemp(join(tmpdir(), "oxbow-fill-"));
after(() => rm(folder, { recursive: true, force: true }));

const clips = new Map<string, Promise<Clip>>();
function clip(name: string, options: ClipOptions): Promise<Clip> {
  const known = clips.get(name) ?? encodeClip(folder, name, options);
  clips.set(name, known);
  return known;
}

/** Two clips of 6 s whose second begins 3.1 s after the first ends. */
async function broken(): Promise<[Placed, Placed]> {
  const one = { clip: await clip("one", { seconds: 6 }), origin: ORIGIN };
  const two = { clip: await clip("two", { seconds: 6 }), origin: plus(ORIGIN, 9100) };
  return [one, two];
}

async function filled(
  placed: readonly Placed[],
  from: number,
  to: number,
  options: Partial<PlanOptions> = {},
): Promise<MoviePlan> {
  const tracks = placed[0]?.clip.tracks ?? [];
  const silence = await writeSilence(tracks, (name) => join(folder, name));
  return planOf(placed, from, to, { gaps: "fill", silence, ...options });
}

/** Loudest value of a stretch of sound, in seconds. */
function peak(sound: Int16Array, from: number, to: number): number {
  let loudest = 0;
  for (const value of sound.subarray(from * 48_000, to * 48_000)) {
    loudest = Math.max(loudest, Math.abs(value));
  }
  return loudest;
}

test("a gap is filled: what comes behind it stands at its own time, in silence until then", async () => {
  const [one, two] = await broken();
  const movie = await filled([one, two], 1000, 14_000);
  const file = await written(movie, join(folder, "filled.mp4"));
  assert.equal(movie.durationMs, 13_000);
  const [gap, ...more] = movie.gaps;
  assert.deepEqual(more, []);
  assert.equal(gap?.reason, "reconnect");
  assert.equal(gap?.filled, true);
  assert.ok(Math.abs(gap.at - 5067) <= 45, `begins at ${gap.at}`);
  const [video, audio] = await probe(file);
  assert.equal(video?.duration, "13.000000");
  assert.ok(Math.abs(Number(audio?.duration) - 13) < 0.05, audio?.duration);
  const sound = await decodedSound(file);
  assert.ok(peak(sound, 5.2, 8.05) <= 1, `${peak(sound, 5.2, 8.05)} in the gap`);
  // The second clip's sound comes at its very sample: what is no whole frame of silence lengthens the
  // last. The encoder has made the clip's own first frame longer, too.
  const begin = pictureTimes(one).find((time) => time >= ORIGIN + 1000) ?? 0;
  const { durations } = two.clip.chunks.find(({ track }) => track === 2)?.samples ?? {};
  const first = typeof durations === "object" ? durations[0] : durations;
  const due = ((two.origin - begin) / 1000) * 48_000 + (first ?? 0);
  const came = await soundResumes(file);
  assert.ok(Math.abs(came - due) <= 1, `sound at ${came} instead of ${due}`);
});

/** Where, in samples of the movie, the sound begins that follows the last frame of an odd length. */
async function soundResumes(file: string): Promise<number> {
  const bytes = await readFile(file);
  const read = async (at: number, length: number) => bytes.subarray(at, at + length);
  const { tracks } = await readMovie(read, bytes.length);
  const audio = tracks.find(({ track }) => track.config.kind === "audio");
  assert.ok(audio);
  const { dts } = audio.table;
  const odd = dts.findLastIndex((time, at) => (dts[at + 1] ?? time + 1024) - time !== 1024);
  return (dts[odd + 1] ?? 0) - audio.presentation.mediaTime;
}

test("a range that ends in a gap lasts to its end, one that begins in one begins with media", async () => {
  const [one] = await broken();
  const movie = await filled([one], 2000, 9000);
  assert.equal(movie.durationMs, 7000);
  assert.deepEqual(
    movie.gaps.map(({ filled: is }) => is),
    [true],
  );
  assert.equal(movie.cut.to, ORIGIN + 9000);
  const [video, audio] = await probe(await written(movie, join(folder, "tail.mp4")));
  assert.equal(video?.duration, "7.000000");
  assert.equal(Math.round(Number(audio?.duration) * 100), 700);
  const late = { ...one, origin: plus(ORIGIN, 5000) };
  const headless = await filled([late], 2000, 9000);
  assert.deepEqual(
    headless.gaps.map(({ at, filled: is }) => ({ at, is })),
    [{ at: 0, is: undefined }],
  );
  assert.ok(headless.durationMs <= 4000);
});

test("clips of two broadcasts stand as far apart as by the clock", async () => {
  const [one, two] = await broken();
  const movie = await filled([one, { ...two, broadcast: "brd_2" }], 1000, 14_000);
  assert.equal(movie.durationMs, 13_000);
});

test("wanted tracks alone are copied, as they stand", async () => {
  const [one] = await broken();
  const whole = await planOf([one], 1000, 5000);
  for (const kind of ["video", "audio"] as const) {
    const movie = await planOf([one], 1000, 5000, { tracks: [kind], packing: "auto" });
    const file = await written(movie, join(folder, `${kind}.mp4`));
    const streams = await probe(file);
    assert.deepEqual(
      streams.map(({ codec_type }) => codec_type),
      [kind],
    );
    assert.equal(
      Buffer.from(movie.header).toString("latin1", 8, 12),
      kind === "audio" ? "M4A " : "isom",
    );
    assert.ok(movie.bytes < whole.bytes);
    assert.ok(Math.abs(movie.durationMs - 4000) <= 35, `${movie.durationMs} ms`);
  }
  const dark = { clip: await clip("dark", { seconds: 6, video: false }), origin: ORIGIN };
  assert.equal(
    await refusal(planOf([dark], 1000, 5000, { tracks: ["video"] })),
    "range_without_media",
  );
});

test("a gap in sound that has no silence of ours is refused, not stretched", async () => {
  const [one, two] = await broken();
  const opus = (track: Track): Track =>
    track.config.kind === "video"
      ? track
      : { ...track, config: { ...track.config, codec: "opus", codecString: "opus" } };
  const silentless = [one, two].map((each) => ({
    ...each,
    clip: { ...each.clip, tracks: each.clip.tracks.map(opus) },
  }));
  assert.equal(await refusal(filled(silentless, 1000, 14_000)), "export_mode_unsupported");
});
