import { type Millis, VIDEO_TRACK } from "@oxbow/media";
import type { StoredChunk } from "./resolved-range.ts";
import type { StretchIndex, TrackChunks } from "./stretch-index.ts";

/** A decoder of audio needs some before the first sample that is heard. */
const AUDIO_LEAD_MS = 100;

/** A range on the timeline of one file, and the last of its segments that is sealed. */
export type SpanBounds = {
  readonly origin: Millis;
  readonly from: Millis;
  readonly to: Millis;
  readonly lastSegment: number;
};

type Run = { readonly track: TrackChunks; next: number; readonly end: number };

/** The chunks that a range needs of a file, in file order (see `ResolvedSpan.chunks`). */
export function* spanChunks(index: StretchIndex, bounds: SpanBounds): Generator<StoredChunk> {
  const runs: Run[] = [];
  for (const id of index.trackIds) {
    const track = index.track(id);
    if (track !== undefined && track.length > 0) runs.push(runOf(id, track, bounds));
  }
  for (;;) {
    let first: Run | undefined;
    for (const run of runs) {
      if (run.next >= run.end) continue;
      if (first === undefined || run.track.position(run.next) < first.track.position(first.next)) {
        first = run;
      }
    }
    if (first === undefined) return;
    const chunk = first.track.chunk(first.next);
    first.next += 1;
    yield chunk;
  }
}

function runOf(id: number, track: TrackChunks, { origin, from, to, lastSegment }: SpanBounds): Run {
  // Real numbers: a timescale such as 44,100 has no whole number of ticks in a millisecond.
  const begin = ((from - origin) * track.timescale) / 1000;
  const end = ((to - origin) * track.timescale) / 1000;
  const sealed = track.search((head) => head.segment > lastSegment);
  const next =
    id === VIDEO_TRACK
      ? lastSyncBefore(track, begin)
      : lastBefore(track, begin - (AUDIO_LEAD_MS * track.timescale) / 1000);
  return { track, next, end: Math.min(sealed, endBefore(track, end)) };
}

/** Index of the chunk that holds the last sync sample presented at or before `ticks`; 0 if none does. */
function lastSyncBefore(track: TrackChunks, ticks: number): number {
  let at = track.search((head) => head.dts > ticks - track.leastLead) - 1;
  for (; at > 0; at -= 1) {
    if (firstSyncTime(track.chunk(at)) <= ticks) return at;
  }
  return 0;
}

function firstSyncTime({ dts, samples }: StoredChunk): number {
  const first = samples.syncs === "all" ? 0 : samples.syncs[0];
  if (first === undefined) return Number.POSITIVE_INFINITY;
  let time = dts;
  if (typeof samples.durations === "number") time += samples.durations * first;
  else for (let at = 0; at < first; at += 1) time += samples.durations[at] ?? 0;
  return time + (samples.ctos?.[first] ?? 0);
}

/** Index of the last chunk that begins at or before `ticks`; 0 if none does. */
function lastBefore(track: TrackChunks, ticks: number): number {
  return Math.max(0, track.search((head) => head.dts > ticks) - 1);
}

/** One more than the index of the last chunk that has a sample presented before `ticks`. */
function endBefore(track: TrackChunks, ticks: number): number {
  let end = track.search((head) => head.dts >= ticks - track.leastLead);
  while (end > 0) {
    const { dts, lead } = track.head(end - 1);
    if (dts + lead < ticks) break;
    end -= 1;
  }
  return end;
}
