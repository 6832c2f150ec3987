import { compactRun, type SampleRun } from "@oxbow/containers";
import type { Millis } from "@oxbow/media";
import type { ArchivedChunk } from "../ports.ts";

/**
 * Ticks of a track from which on a picture's wall clock is `wall` or later. A picture's wall clock is whole
 * milliseconds, rounded: a broadcast that begins with a picture at 66.7 ms is said to begin at 67, and
 * holds that picture.
 */
export function pictureTicks(
  origin: Millis,
  { timescale }: { readonly timescale: number },
  wall: Millis,
): number {
  return ((wall - 0.5 - origin) * timescale) / 1000;
}

/** Calls `each` for every sample of a chunk in decode order, until it answers false. */
export function walkSamples(
  chunk: ArchivedChunk,
  each: (at: number, dts: number, pts: number, duration: number, sync: boolean) => boolean,
): void {
  const { count, durations, ctos, syncs } = chunk.samples;
  let dts = chunk.dts;
  let nextSync = 0;
  for (let at = 0; at < count; at += 1) {
    const duration = typeof durations === "number" ? durations : (durations[at] ?? 0);
    const sync = syncs === "all" || syncs[nextSync] === at;
    if (sync) nextSync += 1;
    if (!each(at, dts, dts + (ctos?.[at] ?? 0), duration, sync)) return;
    dts += duration;
  }
}

/** Ticks of the last sample of a run. */
export function lastDuration({ count, durations }: SampleRun): number {
  return typeof durations === "number" ? durations : (durations[count - 1] ?? 0);
}

/** A run whose samples are decoded by so many ticks later, and shown when they were. */
export function decodedLater(run: SampleRun, by: number): SampleRun {
  const { count, sizes, durations, ctos, syncs } = run;
  const moved = ctos === undefined ? new Int32Array(count).fill(-by) : ctos.map((cto) => cto - by);
  return compactRun({ count, sizes, durations, ctos: moved, syncs });
}

/** Bytes of a run. */
export function runBytes({ sizes, count }: SampleRun): number {
  let total = 0;
  for (let at = 0; at < count; at += 1) total += sizes[at] ?? 0;
  return total;
}

/** Ticks of the first `samples` of a run. */
export function runTicks({ durations }: SampleRun, samples: number): number {
  if (typeof durations === "number") return durations * samples;
  let total = 0;
  for (let at = 0; at < samples; at += 1) total += durations[at] ?? 0;
  return total;
}
