import type { Millis } from "@oxbow/media";
import type { StretchRow } from "./stored-stretch.ts";

/**
 * Length of an entry that stands for missing media. It is the same in every playlist, so that a file's
 * place is known when the file begins; no target is shorter.
 */
export const GAP_ENTRY_MS = 2000;

/** Where a file stands in the playlist of its whole broadcast. */
export type PlaylistPlace = Pick<StretchRow, "sequence" | "discontinuity">;

/** What comes before a file in its broadcast, and what the place depends on. */
export type PlacedFile = Pick<StretchRow, "stretch" | "firstSegment" | "from">;

/** Whether `next` goes on with the media of `before`: the same clock, the same configuration. */
export function sameStretch(
  before: Pick<StretchRow, "stretch">,
  next: Pick<StretchRow, "stretch"> & { readonly reason?: string },
): boolean {
  // Files of versions that did not write the stretch down say it by their reason alone.
  return before.stretch === next.stretch || next.reason === "length";
}

/**
 * Entries that stand for what is missing between `end` and `from`: whole ones only; what is left over
 * is told by the wall clock of the next segment.
 */
export function gapEntries(end: Millis, from: Millis): number {
  return Math.max(0, Math.floor((from - end) / GAP_ENTRY_MS));
}

/**
 * The place of a file after `before`, its broadcast's last one. Segments of one stretch that were lost
 * have an entry each; between two stretches there are entries for the time that passed.
 */
export function placeAfter(before: StretchRow | undefined, next: PlacedFile): PlaylistPlace {
  if (before === undefined) return { sequence: 0, discontinuity: 0 };
  const { sequence, discontinuity, firstSegment, segments, to } = before;
  if (before.stretch === next.stretch) {
    return { sequence: sequence + next.firstSegment - firstSegment, discontinuity };
  }
  const after = sequence + segments + gapEntries(to, next.from);
  return { sequence: after, discontinuity: discontinuity + 1 };
}
