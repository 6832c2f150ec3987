import type { TitleSamples } from "./title.ts";
import { TIMELINE_BEGINS_SECONDS } from "./title.ts";

/** Sample tables as they stand in a file. */
export type FileSamples = {
  readonly count: number;
  readonly offsets: Uint32Array | Float64Array;
  readonly sizes: Uint32Array;
  /** Decode time of each sample and, last, the end: sums of the durations. */
  readonly times: Float64Array;
  readonly ctos: Int32Array | undefined;
  readonly syncs: Uint32Array | "all";
};

/** What the file's edit list shows of a track, in ticks of the track's media. */
export type Shown = {
  readonly mediaTime: number;
  readonly duration: number;
  /** Ticks of the movie before it begins. */
  readonly delay: number;
};

/**
 * Audio as it is served: what the edit list hides is left out, whole samples at a time. What remains of
 * the first sample's hidden part is less than a frame, and lies before the picture.
 */
export function servedAudio(file: FileSamples, shown: Shown, timescale: number): TitleSamples {
  const end = shown.mediaTime + shown.duration;
  let first = 0;
  while (first < file.count - 1 && (file.times[first + 1] ?? 0) <= shown.mediaTime) first += 1;
  let last = file.count;
  while (last > first + 1 && (file.times[last - 1] ?? 0) >= end) last -= 1;
  const shift = TIMELINE_BEGINS_SECONDS * timescale + shown.delay - shown.mediaTime;
  return {
    count: last - first,
    offsets: file.offsets.subarray(first, last),
    sizes: file.sizes.subarray(first, last),
    times: file.times.slice(first, last + 1).map((time) => time + shift),
    ctos: undefined,
    syncs: "all",
    rate: rateOf(file.times, first, last - 1, timescale),
    shownFrom: shown.mediaTime + shift,
    shownTo: end + shift,
  };
}

/**
 * Pictures as they are served. HLS has no edit lists, and many players know none, yet playback must begin
 * with the first picture of the export, and the playlist's duration be the exact one. The pictures before
 * it can't be left out: it needs them to be decoded. So they stay, squeezed: each is decoded for one
 * tick and presented for one tick (11 µs), right before the first picture that is shown. The same holds
 * for the pictures that are presented after the end, because one before the end needs them: they come
 * right after it, one tick each.
 */
export function servedVideo(file: FileSamples, shown: Shown, timescale: number): TitleSamples {
  const { count } = file;
  const end = shown.mediaTime + shown.duration;
  const shift = TIMELINE_BEGINS_SECONDS * timescale + shown.delay - shown.mediaTime;
  const times = file.times.map((time) => time + shift);
  const pts = Float64Array.from({ length: count }, (_, at) => presented(file, at));
  const lead: number[] = [];
  const tail: number[] = [];
  for (let at = 0; at < count; at += 1) {
    if ((pts[at] ?? 0) < shown.mediaTime) lead.push(at);
    else if ((pts[at] ?? 0) >= end) tail.push(at);
  }
  const shownFrom = shown.mediaTime + shift;
  const shownTo = end + shift;
  const byTime = (a: number, b: number): number => (pts[a] ?? 0) - (pts[b] ?? 0);
  const squeezed = new Map<number, number>();
  lead.toSorted(byTime).forEach((at, rank) => {
    squeezed.set(at, shownFrom - lead.length + rank);
  });
  tail.toSorted(byTime).forEach((at, rank) => {
    squeezed.set(at, shownTo + rank);
  });
  // Decode times up to the last hidden picture, shown ones in between included, one tick apart.
  const lastLead = lead.at(-1) ?? -1;
  const next = times[lastLead + 1] ?? shownFrom;
  for (let at = 0; at <= lastLead; at += 1) times[at] = next - (lastLead + 1 - at);
  const ctos = new Int32Array(count);
  let reordered = false;
  for (let at = 0; at < count; at += 1) {
    const time = squeezed.get(at) ?? (pts[at] ?? 0) + shift;
    ctos[at] = time - (times[at] ?? 0);
    if (ctos[at] !== 0) reordered = true;
  }
  return {
    count,
    offsets: file.offsets,
    sizes: file.sizes,
    times,
    ctos: reordered ? ctos : undefined,
    syncs: file.syncs,
    rate: rateOf(file.times, lastLead + 1, count - 1, timescale),
    shownFrom,
    shownTo,
  };
}

function rateOf(times: Float64Array, from: number, to: number, timescale: number): number {
  const ticks = (times[to] ?? 0) - (times[from] ?? 0);
  return ticks > 0 ? ((to - from) * timescale) / ticks : 0;
}

function presented({ times, ctos }: FileSamples, at: number): number {
  return (times[at] ?? 0) + (ctos?.[at] ?? 0);
}
