import type { DateRange } from "@oxbow/hls";
import type { Millis } from "@oxbow/media";

/** What is marked in a broadcast, as its playlists say it. */
export type DvrMarks = {
  readonly ranges: readonly { readonly range: DateRange; readonly addedAt: Millis }[];
  /** What was taken away lately. */
  readonly removed: readonly { readonly id: string; readonly at: Millis }[];
};

/** Who knows what is marked. */
export interface DvrMarkers {
  of(broadcast: string): Promise<DvrMarks>;
  /** Calls `watcher` with the stream after each change of its marks. */
  watch(watcher: (stream: string) => void): () => void;
}

export const NO_MARKS: DvrMarks = { ranges: [], removed: [] };

/**
 * What a playlist of `[from, to)` says of the marks. A reader who keeps date ranges (`since`: those older
 * are his already) is told what is new, and what was removed (rfc8216bis §6.2.5.1).
 */
export function toldMarks(
  { ranges, removed }: DvrMarks,
  [from, to]: readonly [from: Millis, to: Millis],
  since?: Millis,
): { readonly dateRanges: readonly DateRange[]; readonly removedDateRanges?: readonly string[] } {
  const inside = ranges.filter(
    ({ range }) => range.from < to && range.from + (range.duration ?? 0) * 1000 >= from,
  );
  if (since === undefined) return { dateRanges: inside.map(({ range }) => range) };
  return {
    dateRanges: inside.filter(({ addedAt }) => addedAt >= since).map(({ range }) => range),
    removedDateRanges: removed.filter(({ at }) => at >= since).map(({ id }) => id),
  };
}
