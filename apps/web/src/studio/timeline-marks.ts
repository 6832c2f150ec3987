import type { StudioVideo } from "./use-channel.ts";

/** A part of the line, in percent of its length. */
export type Mark = { readonly key: string; readonly start: number; readonly width: number };

export type TimelineMarks = {
  readonly gaps: readonly Mark[];
  /** Moments: their width is 0. */
  readonly markers: readonly Mark[];
  /** What the archive no longer has, at the beginning. */
  readonly evicted: Mark | null;
};

/** Where on a line gaps, markers and what is gone lie; null for what has no time of its own. */
export function timelineMarks(
  video: Pick<StudioVideo, "from" | "to" | "gaps" | "markers" | "archived" | "source">,
  now: number,
): TimelineMarks | null {
  if (video.from === null) return null;
  const from = Date.parse(video.from);
  const to = video.to === null ? now : Date.parse(video.to);
  if (to <= from) return null;
  const share = (at: number): number =>
    Math.min(100, Math.max(0, ((at - from) / (to - from)) * 100));
  const between = (key: string, first: number, last: number): Mark => {
    const start = share(first);
    return { key, start, width: share(last) - start };
  };
  const { archived, source } = video;
  const kept = archived === null ? to : Date.parse(archived.from);
  const isEvicted = source === "recording" && kept > from;
  return {
    gaps: video.gaps.map((gap) => between(gap.from, Date.parse(gap.from), Date.parse(gap.to))),
    markers: video.markers.map(({ id, at }) => between(id, Date.parse(at), Date.parse(at))),
    evicted: isEvicted ? between("evicted", from, kept) : null,
  };
}
