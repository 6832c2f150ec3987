import { type Millis, millis } from "@oxbow/media";
import type { ArchiveGap, GapReason } from "./resolved-range.ts";
import type { StoredReason, StretchRow } from "./stored-stretch.ts";

/**
 * Less than this between two pictures is no gap: the length of a last picture is a guess, and audio and
 * video do not end together.
 */
export const GAP_TOLERANCE_MS = 50;

/** What is missing before a file that begins for a reason, where nothing else was written down. */
const REASON_BEFORE: Readonly<Record<StoredReason, GapReason>> = {
  start: "offline",
  reconnect: "reconnect",
  restart: "restart",
  config: "config",
  timestamps: "timestamps",
  lost: "disk_failed",
  length: "evicted",
};

/** The part of a file that answers for a part of the range. */
export type CoveredSpan = { readonly row: StretchRow; readonly from: Millis; readonly to: Millis };

/** What is known around a range besides the files in it. */
export type Surroundings = {
  /** Gaps whose reason is known. */
  readonly gaps: readonly ArchiveGap[];
  /** Why nothing stands between two files, or beside one, as far as they tell. */
  readonly reasonBetween: (
    before: StretchRow | undefined,
    after: StretchRow | undefined,
  ) => GapReason;
};

/** Whether `next` goes on where `row` was full. */
export function continues(row: StretchRow, next: StretchRow | undefined): boolean {
  return (
    next?.reason === "length" &&
    next.broadcast === row.broadcast &&
    next.firstSegment === row.firstSegment + row.segments
  );
}

/**
 * Cuts files, in order of `from`, to `[from, to)` so that no instant is answered twice: where two
 * overlap, the one that began first is seen. A file that was full reaches to where the next begins.
 */
export function coverSpans(rows: readonly StretchRow[], from: Millis, to: Millis): CoveredSpan[] {
  const spans: CoveredSpan[] = [];
  let cursor = from;
  rows.forEach((row, at) => {
    const next = rows[at + 1];
    const end = next !== undefined && continues(row, next) ? next.from : row.to;
    const begin = millis(Math.max(row.from, cursor));
    const stop = millis(Math.min(end, to));
    if (stop <= begin) return;
    spans.push({ row, from: begin, to: stop });
    cursor = stop;
  });
  return spans;
}

/** All that is missing in `[from, to)` between the spans, with the best known reason. */
export function missing(
  spans: readonly CoveredSpan[],
  from: Millis,
  to: Millis,
  around: Surroundings,
): ArchiveGap[] {
  const gaps: ArchiveGap[] = [];
  let cursor = from;
  let before: StretchRow | undefined;
  for (const span of spans) {
    explain(gaps, cursor, span.from, around.reasonBetween(before, span.row), around.gaps);
    cursor = span.to;
    before = span.row;
  }
  explain(gaps, cursor, to, around.reasonBetween(before, undefined), around.gaps);
  return gaps;
}

/**
 * Why nothing of the source stands between two files. `isRunning`: more media of a broadcast may come;
 * `last`: the first file behind all, where there is one.
 */
export function sourceReason(
  isRunning: (broadcast: string) => boolean,
  last?: StretchRow,
): Surroundings["reasonBetween"] {
  return (before, next) => {
    const after = next ?? last;
    if (after === undefined) {
      return before !== undefined && isRunning(before.broadcast) ? "not_sealed" : "offline";
    }
    if (before !== undefined && before.broadcast !== after.broadcast) return "offline";
    return REASON_BEFORE[after.reason];
  };
}

/** Why nothing of a rendition stands between two files where the source has media. */
export function renditionReason(
  isWritten: (broadcast: string) => boolean,
): Surroundings["reasonBetween"] {
  return (before, after) => {
    if (after !== undefined) return after.reason === "lost" ? "disk_failed" : "not_transcoded";
    const comes = before !== undefined && isWritten(before.broadcast);
    return comes ? "not_sealed" : "not_transcoded";
  };
}

/** Splits a gap by the reasons that were written down for parts of it. */
function explain(
  gaps: ArchiveGap[],
  from: Millis,
  to: Millis,
  reason: GapReason,
  written: readonly ArchiveGap[],
): void {
  let cursor = from;
  for (const row of written) {
    const begin = millis(Math.max(row.from, cursor));
    const end = millis(Math.min(row.to, to));
    if (end - begin < GAP_TOLERANCE_MS) continue;
    // What is left between two told pieces is told with them when it is too short to be a gap.
    const whole = begin - cursor < GAP_TOLERANCE_MS;
    if (!whole) gaps.push({ from: cursor, to: begin, reason });
    join(gaps, { from: whole ? cursor : begin, to: end, reason: row.reason });
    cursor = end;
  }
  if (to - cursor >= GAP_TOLERANCE_MS) join(gaps, { from: cursor, to, reason });
}

function join(gaps: ArchiveGap[], gap: ArchiveGap): void {
  const last = gaps.at(-1);
  if (last?.to === gap.from && last.reason === gap.reason) {
    gaps[gaps.length - 1] = { ...last, to: gap.to };
  } else {
    gaps.push(gap);
  }
}
