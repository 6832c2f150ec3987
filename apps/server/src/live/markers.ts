import type { DateRange } from "@oxbow/hls";
import type { Millis } from "@oxbow/media";

/** What is marked in a broadcast, as its playlists say it (EXT-X-DATERANGE). */
export type Marks = {
  readonly ranges: readonly { readonly range: DateRange; readonly addedAt: Millis }[];
  /** What was taken away lately: at least of the last twelve targets. */
  readonly removed: readonly { readonly id: string; readonly at: Millis }[];
};

/** Who knows what is marked. Both calls are synchronous. */
export interface Markers {
  dateRanges(broadcast: string): Marks;
  /** Calls `listener` after each change of the broadcast's marks. @returns the way out */
  onChanged(broadcast: string, listener: () => void): () => void;
}

/** The date ranges of a playlist, and those that its readers are to forget. */
export type ListedMarks = {
  readonly dateRanges: readonly DateRange[];
  readonly removedDateRanges: readonly string[];
};

/**
 * What a playlist that begins at `from` says of the marks. A delta update that may skip date ranges
 * (`since`: its boundary, on the server's clock) leaves out those that its reader has, and names those
 * that were removed since (rfc8216bis §6.2.5.1).
 */
export function listedMarks(
  { ranges, removed }: Marks,
  from: Millis,
  since: Millis | undefined,
): ListedMarks {
  const dateRanges: DateRange[] = [];
  for (const { range, addedAt } of ranges) {
    const ends = range.from + (range.duration ?? 0) * 1000;
    if (ends >= from && (since === undefined || addedAt >= since)) dateRanges.push(range);
  }
  const gone = since === undefined ? [] : removed.filter(({ at }) => at >= since);
  return { dateRanges, removedDateRanges: gone.map(({ id }) => id) };
}
