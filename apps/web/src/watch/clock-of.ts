import type { Video } from "@oxbow/site-contract";

/** When the picture at a time of a file was on air, Unix milliseconds. */
export function clockOf(cut: NonNullable<Video["cut"]>, seconds: number): number {
  const before = cut.gaps.findLast(({ at }) => at <= seconds);
  if (before === undefined) return Date.parse(cut.from) + seconds * 1000;
  const since = (seconds - before.at) * 1000;
  // What fills a gap stands for its time; what was left out is over when its place is reached.
  return Date.parse(before.filled ? before.from : before.to) + since;
}
