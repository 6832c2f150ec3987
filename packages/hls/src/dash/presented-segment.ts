import type { TimelineSegment } from "./segment-template.ts";

/** What one track has in a segment. */
export type TrackSpan = TimelineSegment & { readonly track: number; readonly bytes: number };

/** One segment: spans in the order of importance, that of the pictures first. */
export type PresentedSegment = {
  readonly number: number;
  readonly independent: boolean;
  readonly spans: readonly [TrackSpan, ...TrackSpan[]];
};
