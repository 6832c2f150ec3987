import type { Millis, Track } from "@oxbow/media";
import type { ArchiveGap } from "./resolved-range.ts";

/** Media without a gap: several files where one was full. */
export type ArchiveRange = {
  readonly from: Millis;
  readonly to: Millis;
  /** Of all renditions. */
  readonly bytes: number;
  readonly broadcast: string;
  /** Of the source. */
  readonly tracks: readonly Track[];
  /** Names of those that have media in it, the source first. */
  readonly renditions: readonly string[];
};

/** What a stream's archive holds, of a part of time or of all. `bytes` is the sum of the ranges. */
export type ArchiveView = {
  /** Of the whole archive, whatever was asked for. */
  readonly oldest: Millis | null;
  readonly newest: Millis | null;
  readonly bytes: number;
  /** In time order; cut to what was asked for, their bytes then in proportion. */
  readonly ranges: readonly ArchiveRange[];
  /** What is missing inside broadcasts, in time order. */
  readonly gaps: readonly ArchiveGap[];
};
