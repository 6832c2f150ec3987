import { type Millis, plus } from "@oxbow/media";
import { GAP_TOLERANCE_MS } from "./coverage.ts";
import type { StretchRow } from "./stored-stretch.ts";

/**
 * Length of an entry that stands for missing media. It is the same in every playlist, so that a file's
 * place is known when the file begins; no target is shorter.
 */
export const GAP_ENTRY_MS = 2000;

/** Where a file stands in the playlist of its whole broadcast. */
export type PlaylistPlace = Pick<StretchRow, "sequence" | "discontinuity">;

/** What comes before a file in its broadcast, and what the place depends on. */
export type PlacedFile = Pick<StretchRow, "stretch" | "from">;

/** Whether `next` goes on with the media of `before`: the same clock, the same configuration. */
export function sameStretch(
  before: Pick<StretchRow, "stretch">,
  next: Pick<StretchRow, "stretch"> & { readonly reason?: string },
): boolean {
  // Files of versions that did not write the stretch down say it by their reason alone.
  return before.stretch === next.stretch || next.reason === "length";
}

/** An entry for missing media. */
export type GapEntry = { readonly wall: Millis; readonly seconds: number };

/**
 * Entries for what is missing between `end` and `from`, the last one with what is left over; at least
 * `least` whole ones.
 */
export function gapEntries(end: Millis, from: Millis, least = 0): GapEntry[] {
  const whole = Math.max(least, Math.floor((from - end) / GAP_ENTRY_MS), 0);
  const entries = Array.from({ length: whole }, (_, at) => ({
    wall: plus(end, at * GAP_ENTRY_MS),
    seconds: GAP_ENTRY_MS / 1000,
  }));
  const rest = from - end - whole * GAP_ENTRY_MS;
  if (rest >= GAP_TOLERANCE_MS) {
    entries.push({ wall: plus(end, whole * GAP_ENTRY_MS), seconds: rest / 1000 });
  }
  return entries;
}

/**
 * The place of a file after `before`, its broadcast's last one. In the same stretch the clock goes on;
 * another is another timeline. What is missing in between has entries of its own.
 */
export function placeAfter(before: StretchRow | undefined, next: PlacedFile): PlaylistPlace {
  if (before === undefined) return { sequence: 0, discontinuity: 0 };
  const { sequence, discontinuity, segments, to } = before;
  return {
    sequence: sequence + segments + gapEntries(to, next.from).length,
    discontinuity: discontinuity + (sameStretch(before, next) ? 0 : 1),
  };
}
