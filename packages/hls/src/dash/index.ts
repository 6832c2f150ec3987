export type { AdaptationSet, Representation, Role } from "./adaptation-set.ts";
export { evenEnd } from "./even-end.ts";
export { type Finished, type Mpd, mpd, type Period, type Running } from "./mpd.ts";
export {
  type Layout,
  type Presentation,
  PresentationTimeline,
  type PresentedStretch,
} from "./presentation.ts";
export type { PresentedSegment, TrackSpan } from "./presented-segment.ts";
export type { SegmentTemplate, TimelineSegment } from "./segment-template.ts";
export type { TextFile } from "./text-set.ts";
export { type TrackPlace, trackSet } from "./track-set.ts";
