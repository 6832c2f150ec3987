import { type Millis, rescale, VIDEO_TIMESCALE } from "@oxbow/media";
import { pictureTicks, walkSamples } from "../plan/index.ts";
import type { Run } from "./run-of-spans.ts";

/** All times of this folder but wall clocks: ticks of the broadcast's or the export's timeline. */
export const TICKS: number = VIDEO_TIMESCALE;

/** The pictures of a run that are shown. */
export type Pictures = {
  readonly count: number;
  /** Where an encoder may begin without what comes before; ascending, the first shown included. */
  readonly keys: readonly number[];
};

/** What is shown of a run, on the timeline of its broadcast. */
export type ScannedRun = Run & {
  /** The first picture; where there is none, the first sound. */
  readonly from: number;
  readonly to: number;
  /** Undefined where it has none. */
  readonly pictures: Pictures | undefined;
};

/** A last picture is shown to its end, unless that lies further behind the range than this. */
const OVERHANG_MS = 50;

/**
 * Finds the pictures of a run in its index, by the same rule as a copy: those that are presented in
 * `[from, to)`. Undefined where there is nothing to show.
 */
export async function scanRun(
  run: Run,
  range: { readonly from: Millis; readonly to: Millis },
): Promise<ScannedRun | undefined> {
  const [first, last] = [run.spans[0], run.spans.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const from = first.from > range.from ? first.from : range.from;
  // A file that ends by itself is shown to its end; another goes on in one that is shown instead.
  const cut = last.to < last.stretch.to && last.to < range.to;
  const to = cut ? last.to : range.to;
  const found = run.video === undefined ? undefined : await scanPictures(run, { from, to });
  if (found !== undefined) {
    const { keys, count } = found;
    return { ...run, from: found.from, to: found.to, pictures: { keys, count } };
  }
  if (run.audio === undefined) return undefined;
  const ticks = (wall: number): number =>
    Math.round(((wall - first.stretch.origin) * TICKS) / 1000);
  const end = last.to < range.to ? last.to : range.to;
  return end > from
    ? { ...run, from: ticks(from), to: ticks(end), pictures: undefined }
    : undefined;
}

type Found = Pictures & { readonly from: number; readonly to: number };

async function scanPictures(
  { spans, video }: Run,
  { from, to }: { readonly from: Millis; readonly to: Millis },
): Promise<Found | undefined> {
  const origin = spans[0]?.stretch.origin;
  if (video === undefined || origin === undefined) return undefined;
  const [begin, limit] = [pictureTicks(origin, video, from), pictureTicks(origin, video, to)];
  const keys: number[] = [];
  let count = 0;
  let first = Number.POSITIVE_INFINITY;
  let last = { pts: Number.NEGATIVE_INFINITY, end: 0 };
  let next = Number.POSITIVE_INFINITY;
  for (const span of spans) {
    for (const chunk of await span.chunks()) {
      if (chunk.track !== video.id) continue;
      walkSamples(chunk, (_at, _dts, pts, duration, sync) => {
        if (pts >= limit) next = Math.min(next, pts);
        if (pts < begin || pts >= limit) return true;
        count += 1;
        if (sync) keys.push(pts);
        first = Math.min(first, pts);
        if (pts > last.pts) last = { pts, end: pts + duration };
        return true;
      });
    }
  }
  if (count === 0) return undefined;
  const shown = Math.min(next, last.end);
  const overhang = limit + (OVERHANG_MS * video.timescale) / 1000;
  const end = shown > overhang ? Math.ceil(limit) : shown;
  const ticks = (pts: number): number => rescale(pts, video.timescale, TICKS);
  const later = keys.filter((key) => key > first).map(ticks);
  return { count, keys: [ticks(first), ...later], from: ticks(first), to: ticks(end) };
}
