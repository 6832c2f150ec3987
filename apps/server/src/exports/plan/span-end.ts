import type { Millis, Track } from "@oxbow/media";
import type { ArchivedChunk, ArchivedSpan } from "../ports.ts";
import { pictureTicks, walkSamples } from "./samples.ts";

/** A chunk near the end, of which `skip` samples were dropped at its beginning. */
export type Held = { readonly chunk: ArchivedChunk; readonly skip: number };

/** For each track, the tick up to which the span is shown. */
export type SpanEnd = { readonly shownTo: ReadonlyMap<number, number> };

type Cut = {
  /** For each held chunk, how many of its samples are in: those before this position. */
  readonly until: readonly number[];
  /** Ticks at which each track stops being shown, where something limits it. */
  readonly limits: ReadonlyMap<number, number>;
};

/** A last picture is shown to its end, unless that lies further behind the range than this. */
const OVERHANG_MS = 50;
/** Audio that outlasts the picture by more than this is no tail: the picture had died. */
const DEAD_VIDEO_SECONDS = 1;

/** Finds where a span ends: with the last picture that is presented before `to`. */
export function endOfSpan(input: {
  readonly span: ArchivedSpan;
  readonly window: { readonly to: Millis; readonly last: boolean };
  readonly tracks: readonly Track[];
  readonly video: Track | undefined;
  readonly held: readonly Held[];
  /** The last chunk of video that was taken before them. */
  readonly before: ArchivedChunk | undefined;
}): Cut {
  const { span, window, tracks, video, held } = input;
  const at = (track: Track, wall: number): number =>
    ((wall - span.stretch.origin) * track.timescale) / 1000;
  const limits = new Map<number, number>();
  const until = held.map(({ chunk }) => chunk.samples.count);
  let picturesEnd: number | undefined;
  if (video !== undefined) {
    const pictures = held.map(({ chunk, skip }) => ({ chunk, skip })).filter(isOf(video));
    if (input.before !== undefined) pictures.unshift({ chunk: input.before, skip: 0 });
    const last = lastPicture(pictures, pictureTicks(span.stretch.origin, video, window.to));
    if (last !== undefined) {
      const overhang = at(video, window.to + OVERHANG_MS);
      const end = last.end > overhang ? Math.ceil(at(video, window.to)) : last.end;
      limits.set(video.id, end);
      picturesEnd = end / video.timescale;
      cutPictures(held, until, video, last);
    }
  }
  for (const track of tracks) {
    if (track === video) continue;
    const limit = audioLimit(
      track,
      at(track, window.to),
      window.last ? picturesEnd : undefined,
      held,
    );
    limits.set(track.id, limit);
    held.forEach(({ chunk, skip }, index) => {
      if (chunk.track === track.id) until[index] = samplesBefore(chunk, skip, limit);
    });
  }
  return { until, limits };
}

function isOf(track: Track): (held: Held) => boolean {
  return ({ chunk }) => chunk.track === track.id;
}

type LastPicture = {
  /** Where it stops being shown: with the picture after it, or after its own duration. */
  readonly end: number;
  /** The last sample in decode order that is presented before the end. */
  readonly chunk: ArchivedChunk;
  readonly at: number;
};

function lastPicture(pictures: readonly Held[], to: number): LastPicture | undefined {
  let shown: { pts: number; duration: number } | undefined;
  let decoded: { chunk: ArchivedChunk; at: number } | undefined;
  const each = (
    visit: (chunk: ArchivedChunk, at: number, pts: number, duration: number) => void,
  ) => {
    for (const { chunk, skip } of pictures) {
      walkSamples(chunk, (at, _dts, pts, duration) => {
        if (at >= skip) visit(chunk, at, pts, duration);
        return true;
      });
    }
  };
  each((chunk, at, pts, duration) => {
    if (pts >= to) return;
    decoded = { chunk, at };
    if (shown === undefined || pts > shown.pts) shown = { pts, duration };
  });
  const [last, lastDecoded] = [shown, decoded];
  if (last === undefined || lastDecoded === undefined) return undefined;
  let next = Number.POSITIVE_INFINITY;
  each((_chunk, _at, pts) => {
    if (pts > last.pts && pts < next) next = pts;
  });
  return {
    ...lastDecoded,
    end: next === Number.POSITIVE_INFINITY ? last.pts + last.duration : next,
  };
}

/** Leaves out what is decoded after the last wanted picture. */
function cutPictures(
  held: readonly Held[],
  until: number[],
  video: Track,
  last: LastPicture,
): void {
  let passed = held.every(({ chunk }) => chunk !== last.chunk);
  held.forEach(({ chunk }, index) => {
    if (chunk.track !== video.id) return;
    if (passed) until[index] = 0;
    if (chunk !== last.chunk) return;
    until[index] = last.at + 1;
    passed = true;
  });
}

/** Audio ends with the picture; where the picture died before, or there is none, with the range. */
function audioLimit(
  track: Track,
  to: number,
  picturesEnd: number | undefined,
  held: readonly Held[],
): number {
  if (picturesEnd === undefined) return Math.ceil(to);
  const end = picturesEnd * track.timescale;
  let available = Number.NEGATIVE_INFINITY;
  for (const { chunk } of held) {
    if (chunk.track === track.id) available = Math.max(available, chunk.dts + chunk.duration);
  }
  const dead = Math.min(available, to) - end > DEAD_VIDEO_SECONDS * track.timescale;
  return dead ? Math.ceil(to) : Math.round(end);
}

function samplesBefore(chunk: ArchivedChunk, skip: number, limit: number): number {
  let count = skip;
  walkSamples(chunk, (at, dts) => {
    if (dts >= limit) return false;
    if (at >= skip) count = at + 1;
    return true;
  });
  return count;
}
