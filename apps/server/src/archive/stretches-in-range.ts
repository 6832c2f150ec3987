import { type Millis, millis } from "@oxbow/media";
import type { ArchiveStore } from "./archive-store.ts";
import type { LiveStretches } from "./live-stretches.ts";
import { SOURCE, type StretchRow } from "./stored-stretch.ts";

/**
 * No file holds more media than this: a file's length and what a last segment may add. It bounds how
 * far before a range the search begins, so that the age of the archive does not matter.
 */
export const LONGEST_FILE_MS = 2 * 3_600_000;

export type RangeQuery = {
  readonly stream: string;
  readonly from: Millis;
  readonly to: Millis;
  readonly broadcast?: string | undefined;
  /** `source` where none is named; null: all of them. */
  readonly rendition?: string | null | undefined;
};

/**
 * The files with sealed media in `[from, to)`, in order of `from`, as they are by now; with `empty` also
 * those that have nothing sealed yet.
 */
export async function stretchesInRange(
  store: ArchiveStore,
  live: LiveStretches,
  { stream, from, to, broadcast, rendition = SOURCE }: RangeQuery,
  { empty = false }: { readonly empty?: boolean } = {},
): Promise<StretchRow[]> {
  const rows = await store.stretchesIn({
    stream,
    ...(rendition === null ? {} : { rendition }),
    earliest: millis(from - LONGEST_FILE_MS),
    from,
    to,
    ...(broadcast === undefined ? {} : { broadcast }),
  });
  return rows
    .map((row) => live.overlay(row))
    .filter((row) => (empty && row.open) || (row.to > from && row.to > row.from));
}
