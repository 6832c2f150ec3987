import type { Millis, Track } from "@oxbow/media";
import type { ArchiveGap } from "./resolved-range.ts";

/** Media without a gap: several files where one was full. */
export type ArchiveRange = {
  readonly from: Millis;
  readonly to: Millis;
  readonly bytes: number;
  readonly broadcast: string;
  readonly tracks: readonly Track[];
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
