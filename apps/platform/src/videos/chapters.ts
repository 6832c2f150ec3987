import type { Cut } from "./life.ts";

/**
 * Where a moment of wall clock lies on the timeline of a file, in seconds; null where the file does not
 * hold it. What falls into a gap that was left out is where the media goes on.
 */
export function fileTime(cut: Cut, at: number): number | null {
  if (at < cut.from || at >= cut.to) return null;
  const before = cut.gaps.findLast(({ from }) => from <= at);
  if (before === undefined) return (at - cut.from) / 1000;
  const { from, to, filled } = before;
  if (filled) return before.at + (at - from) / 1000;
  return before.at + Math.max(0, at - to) / 1000;
}
