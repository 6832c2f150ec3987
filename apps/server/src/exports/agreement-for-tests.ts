import assert from "node:assert/strict";
import { type MovieTrack, readMovie } from "@oxbow/containers";
import type { Placed } from "./clip-for-tests.ts";
import { servePlan } from "./instant-mp4.ts";
import type { MoviePlan } from "./plan/index.ts";
import { walkSamples } from "./plan/samples.ts";

type SourceSample = {
  readonly size: number;
  readonly cto: number;
  readonly sync: boolean;
  /** Which clip, and the wall clock of its presentation. */
  readonly clip: number;
  readonly wall: number;
};

/** Fails unless a plan's movie holds exactly what lies in a range of placed clips, at one time in all tracks. */
export async function assertAgrees(
  plan: MoviePlan,
  placed: readonly Placed[],
  from: number,
  to: number,
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of servePlan(plan).read(0, plan.bytes)) parts.push(Buffer.from(part));
  const bytes = Buffer.concat(parts);
  assert.equal(bytes.length, plan.bytes);
  const movie = await readMovie(
    async (at, length) => bytes.subarray(at, at + length),
    bytes.length,
  );
  /** For each clip, how far its wall clock is from the movie's time: one number for all tracks. */
  const shifts = new Map<number, number>();
  for (const found of movie.tracks) compareTrack(plan, found, placed, { from, to }, shifts);
}

function compareTrack(
  plan: MoviePlan,
  { track, table, presentation }: MovieTrack,
  placed: readonly Placed[],
  range: { readonly from: number; readonly to: number },
  shifts: Map<number, number>,
): void {
  const sources = sourcesOf(placed, track.id);
  const video = track.config.kind === "video";
  const syncs = table.syncs === "all" ? undefined : new Set(table.syncs);
  const shown: number[] = [];
  for (let at = 0; at < table.count; at += 1) {
    const source = sources.get(sourceOf(plan, table.offsets[at] ?? 0));
    assert.ok(source, `sample ${at} of track ${track.id} is no sample of the archive`);
    assert.equal(table.sizes[at], source.size);
    assert.equal(syncs?.has(at) ?? true, source.sync);
    const cto = table.ctos?.[at] ?? 0;
    assert.equal(cto, source.cto);
    const tick = (table.dts[at] ?? 0) + cto - presentation.mediaTime;
    const time = ((tick + presentation.delay) / track.timescale) * 1000;
    const shift = shifts.get(source.clip) ?? source.wall - time;
    shifts.set(source.clip, shift);
    assert.ok(
      Math.abs(source.wall - time - shift) < 0.1,
      `track ${track.id} drifts at sample ${at}`,
    );
    if (tick >= 0 && tick < presentation.duration) shown.push(source.wall);
  }
  if (!video) return;
  const expected = [...sources.values()]
    .map(({ wall }) => wall)
    .filter((wall) => Math.round(wall) >= range.from && Math.round(wall) < range.to);
  assert.deepEqual(ordered(shown), ordered(expected));
}

/** Samples of a track in all clips, by the place where they stand: `clip:offset`. */
function sourcesOf(placed: readonly Placed[], track: number): Map<string, SourceSample> {
  const samples = new Map<string, SourceSample>();
  for (const [clip, { clip: recorded, origin }] of placed.entries()) {
    const timescale = recorded.tracks.find(({ id }) => id === track)?.timescale ?? 1;
    for (const chunk of recorded.chunks) {
      if (chunk.track !== track) continue;
      let offset = chunk.offset + chunk.headerBytes;
      walkSamples(chunk, (at, dts, pts, _duration, sync) => {
        const size = chunk.samples.sizes[at] ?? 0;
        const wall = origin + (pts / timescale) * 1000;
        samples.set(`${recorded.file}:${offset}`, { size, cto: pts - dts, sync, clip, wall });
        offset += size;
        return true;
      });
    }
  }
  return samples;
}

/** Where a byte of the movie comes from. */
function sourceOf({ pieces }: MoviePlan, at: number): string {
  for (let piece = 0; piece < pieces.count; piece += 1) {
    const target = pieces.target[piece] ?? 0;
    if (at < target || at >= target + (pieces.bytes[piece] ?? 0)) continue;
    return `${pieces.files[pieces.file[piece] ?? 0]}:${(pieces.source[piece] ?? 0) + at - target}`;
  }
  return "nowhere";
}

function ordered(times: readonly number[]): number[] {
  return times.toSorted((a, b) => a - b);
}
