import { type Millis, plus } from "@oxbow/media";
import type { CoveredSpan } from "../coverage.ts";
import { GAP_ENTRY_MS, type GapEntry, gapEntries, sameStretch } from "../playlist-place.ts";
import type { SegmentTable } from "../segment-table.ts";
import { segmentsIn } from "../segment-tables.ts";
import type { StretchRow } from "../stored-stretch.ts";

/** Segments of one file in a playlist, and what stands between it and the file before. */
export type ListedRun = {
  readonly row: StretchRow;
  readonly table: SegmentTable;
  /** Rows of the table: `[first, end)`. */
  readonly first: number;
  readonly end: number;
  /** The part of the range that the file answers for. */
  readonly from: Millis;
  readonly to: Millis;
  /** Entries before it that stand for missing media. */
  readonly gaps: readonly GapEntry[];
  readonly discontinuity: boolean;
  /** Media sequence number of its first entry, gaps included. */
  readonly sequence: number;
};

export type ListedSpan = CoveredSpan & { readonly table: SegmentTable };

/** How many entries a run has. */
export function entriesOf(run: ListedRun): number {
  return run.gaps.length + run.end - run.first;
}

/** Media sequence number of the entry after a run. */
export function sequenceAfter(run: ListedRun): number {
  return run.sequence + entriesOf(run);
}

/** Wall clock at which the media of a run ends: what the file says of its end, where it is in the run. */
export function endOfRun({ row, table, end }: ListedRun): Millis {
  const last = end - 1;
  if (end === row.segments) return row.to;
  return plus(row.origin, table.at(last) + table.seconds(last) * 1000);
}

/**
 * The next run of a playlist, after `before`. Where `tellsGaps`, missing media has entries of its own, at
 * least `told` of them: so many were told when nobody knew how it would go on.
 */
export function nextRun(
  before: ListedRun | undefined,
  { row, table, from, to }: ListedSpan,
  { tellsGaps, told }: { readonly tellsGaps: boolean; readonly told: number },
): ListedRun | undefined {
  const known = Math.min(table.length, row.segments);
  const [first, reached] = segmentsIn(table, from - row.origin, to - row.origin);
  const end = Math.min(reached, known);
  if (end <= first) return undefined;
  const listed = { row, table, first, end, from, to };
  if (before === undefined) {
    const sequence = tellsGaps ? row.sequence + first : 0;
    return { ...listed, gaps: [], discontinuity: false, sequence };
  }
  const goesOn = sameStretch(before.row, row);
  const sequence = sequenceAfter(before);
  if (!tellsGaps || before.row.broadcast !== row.broadcast) {
    const next = row.firstSegment + first === before.row.firstSegment + before.end;
    return { ...listed, gaps: [], discontinuity: !goesOn || !next, sequence };
  }
  const begins = first === 0 ? row.from : plus(row.origin, table.at(first));
  const gaps = gapEntries(endOfRun(before), begins, told);
  return { ...listed, gaps, discontinuity: !goesOn, sequence };
}

/**
 * Entries after the last run while its encoder is gone: one for each stretch of time that is over.
 * They come a little late, since who comes back is not seen at once.
 */
export function gapsSoFar(last: ListedRun, now: Millis): GapEntry[] {
  const end = endOfRun(last);
  return gapEntries(end, plus(now, -LATE_MS)).filter(
    ({ seconds }) => seconds * 1000 === GAP_ENTRY_MS,
  );
}

/** When the next of them is due. */
export function nextGapDue(last: ListedRun, told: number): Millis {
  return plus(endOfRun(last), (told + 1) * GAP_ENTRY_MS + LATE_MS);
}

/** A segment is to follow the one before within 1.5 targets (rfc8216bis §6.2.1). */
const LATE_MS = 800;
