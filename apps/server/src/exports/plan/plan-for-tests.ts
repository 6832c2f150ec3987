import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { Fault } from "@oxbow/contract";
import { type Millis, millis, plus } from "@oxbow/media";
import { type Placed, resolveClips } from "../clip-for-tests.ts";
import { decodedPictures } from "../decode-for-tests.ts";
import { servePlan } from "../instant-mp4.ts";
import type { MoviePlan } from "./movie-plan.ts";
import { planExport } from "./plan-export.ts";
import type { PlanOptions } from "./plan-options.ts";
import { walkSamples } from "./samples.ts";

/** Wall clock at which the tests' clips begin. */
export const ORIGIN: Millis = millis(1_763_000_000_000);

/** Plans the range of placed clips, milliseconds after ORIGIN. */
export async function planOf(
  placed: readonly Placed[],
  from: number,
  to: number,
  options: Partial<PlanOptions> = {},
): Promise<MoviePlan> {
  const range = { from: plus(ORIGIN, from), to: plus(ORIGIN, to) };
  const asked = resolveClips(placed, range.from, plus(range.to, 100));
  return planExport(asked, { ...range, gaps: "skip", packing: "clean", title: null, ...options });
}

/** Writes what a plan serves to a file; its path. */
export async function written(movie: MoviePlan, file: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of servePlan(movie).read(0, movie.bytes)) parts.push(Buffer.from(part));
  await writeFile(file, Buffer.concat(parts));
  return file;
}

/** Wall-clock times of a clip's pictures in order of presentation. */
export function pictureTimes({ clip: { chunks, tracks }, origin }: Placed): number[] {
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
export async function expectedPictures(
  placed: readonly Placed[],
  from: number,
  to: number,
): Promise<string[]> {
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
export function assertSame(actual: Int16Array, expected: Int16Array): void {
  assert.equal(actual.length, expected.length);
  const place = actual.findIndex((value, at) => value !== expected[at]);
  assert.equal(place, -1, `sample ${place} differs`);
}

/** Where in a clip's decoded sound a wall-clock time lies: samples, from its first. */
export function soundAt({ clip: { chunks, tracks }, origin }: Placed, wall: number): number {
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

/** The code that work is refused with. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  const fault: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(fault instanceof Fault, String(fault));
  return fault.code;
}
