import type { SampleTable } from "@oxbow/containers";
import { TIMELINE_BEGINS_SECONDS, type TitleSamples } from "./title.ts";

/** What the file's edit list shows of a track, in ticks of the track's media. */
export type Shown = {
  readonly mediaTime: number;
  readonly duration: number;
  /** Ticks of the movie before it begins. */
  readonly delay: number;
};

const NO_HEAD = { times: new Float64Array(), ctos: new Int32Array() };
const NO_TAIL = { at: new Uint32Array(), shown: new Float64Array() };

/**
 * Audio as it is served: what the edit list hides is left out, whole samples at a time. What remains of
 * the first sample's hidden part is less than a frame, and lies before the picture.
 */
export function servedAudio(table: SampleTable, shown: Shown, timescale: number): TitleSamples {
  const end = shown.mediaTime + shown.duration;
  let first = 0;
  while (first < table.count - 1 && (table.dts[first + 1] ?? 0) <= shown.mediaTime) first += 1;
  let last = table.count;
  while (last > first + 1 && (table.dts[last - 1] ?? 0) >= end) last -= 1;
  const shift = TIMELINE_BEGINS_SECONDS * timescale + shown.delay - shown.mediaTime;
  return {
    table,
    first,
    count: last - first,
    shift,
    head: NO_HEAD,
    tail: NO_TAIL,
    syncs: "all",
    rate: rateOf(table, first, last - 1, timescale),
    shownFrom: shown.mediaTime + shift,
    shownTo: end + shift,
  };
}

/**
 * Pictures as they are served. HLS has no edit lists, and many players know none, yet playback must begin
 * with the first picture that is to be shown, and the playlist's duration be the exact one. The pictures
 * before it, back to a keyframe, can't be left out: it needs them to be decoded. So they stay, squeezed:
 * each is decoded for one tick and presented for one tick (11 µs), right before the first picture that is
 * shown. The same holds for the pictures that are presented after the end, because one before the end
 * needs them: they come right after it, one tick each.
 */
export function servedVideo(table: SampleTable, shown: Shown, timescale: number): TitleSamples {
  const end = shown.mediaTime + shown.duration;
  const { first, last } = needed(table, shown.mediaTime, end);
  const count = last - first;
  const shift = TIMELINE_BEGINS_SECONDS * timescale + shown.delay - shown.mediaTime;
  const [lead, tail]: [number[], number[]] = [[], []];
  for (let at = 0; at < count; at += 1) {
    const time = presented(table, first + at);
    if (time < shown.mediaTime) lead.push(at);
    else if (time >= end) tail.push(at);
  }
  const [shownFrom, shownTo] = [shown.mediaTime + shift, end + shift];
  const byTime = (a: number, b: number): number =>
    presented(table, first + a) - presented(table, first + b);
  const rank = new Map(tail.toSorted(byTime).map((at, place) => [at, shownTo + place]));
  return {
    table,
    first,
    count,
    shift,
    head: squeezedHead(table, first, shift, lead, lead.toSorted(byTime), shownFrom),
    tail: { at: Uint32Array.from(tail), shown: Float64Array.from(tail, (at) => rank.get(at) ?? 0) },
    syncs: syncsFrom(table.syncs, first, last),
    rate: rateOf(table, first + (lead.at(-1) ?? -1) + 1, last - 1, timescale),
    shownFrom,
    shownTo,
  };
}

/** The samples that are shown, from the keyframe before them to the last that is shown. */
function needed(table: SampleTable, from: number, to: number): { first: number; last: number } {
  const { count, syncs } = table;
  let begin = 0;
  while (begin < count - 1 && !within(table, begin, from, to)) begin += 1;
  let last = count;
  while (last > begin + 1 && !within(table, last - 1, from, to)) last -= 1;
  if (syncs === "all") return { first: begin, last };
  let first = 0;
  for (const sync of syncs) {
    // A keyframe that is itself shown late does not help the pictures that come before it.
    if (sync > begin) break;
    first = sync;
  }
  return { first, last };
}

function within(table: SampleTable, sample: number, from: number, to: number): boolean {
  const time = presented(table, sample);
  return time >= from && time < to;
}

/** Times up to the last hidden picture, shown ones in between included, one tick apart. */
function squeezedHead(
  table: SampleTable,
  first: number,
  shift: number,
  lead: readonly number[],
  byTime: readonly number[],
  shownFrom: number,
): TitleSamples["head"] {
  const length = (lead.at(-1) ?? -1) + 1;
  if (length === 0) return NO_HEAD;
  const squeezed = new Map(byTime.map((at, place) => [at, shownFrom - byTime.length + place]));
  const next = (table.dts[first + length] ?? table.duration) + shift;
  const times = Float64Array.from({ length }, (_, at) => next - (length - at));
  const ctos = Int32Array.from({ length }, (_, at) => {
    const time = squeezed.get(at) ?? presented(table, first + at) + shift;
    return time - (times[at] ?? 0);
  });
  return { times, ctos };
}

function syncsFrom(syncs: Uint32Array | "all", first: number, last: number): Uint32Array | "all" {
  if (syncs === "all") return syncs;
  return syncs.filter((at) => at >= first && at < last).map((at) => at - first);
}

function rateOf(table: SampleTable, from: number, to: number, timescale: number): number {
  const ticks = (table.dts[to] ?? 0) - (table.dts[from] ?? 0);
  return ticks > 0 ? ((to - from) * timescale) / ticks : 0;
}

function presented({ dts, ctos }: SampleTable, sample: number): number {
  return (dts[sample] ?? 0) + (ctos?.[sample] ?? 0);
}
