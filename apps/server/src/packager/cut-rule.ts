import type { Frame } from "@oxbow/media";
import type { Lane } from "./lane.ts";
import type { OpenSegment } from "./open-segment.ts";

/** Where a segment begins, in ticks of the lead: presentation time, and decode time of the same. */
export type SegmentStart = { readonly shown: number; readonly dts: number };

/** What a rule may look at. */
export type CutState = {
  readonly lead: Lane;
  readonly open: OpenSegment;
  /** Presentation less decode time of the newest keyframe: the delay of reordering. */
  readonly delay: number;
};

/**
 * Decides where the segments of a stretch begin. Each answer ends the open segment and begins the next
 * one there; it is asked again until it says no more.
 */
export interface CutRule {
  /** Before the newest frame of the lead, whose duration nobody knows yet. */
  beforeNewest(frame: Frame, state: CutState): SegmentStart | undefined;
  /** Before a frame of the lead that is put into its segment now. */
  beforeSettled(frame: Frame, duration: number, state: CutState): SegmentStart | undefined;
  /**
   * Before a frame of another track that is shown at this time of the lead, which has nothing there:
   * it is silent, or (`ended`) over by less than half a segment.
   */
  withoutLead(shown: number, ended: boolean, state: CutState): SegmentStart | undefined;
}
