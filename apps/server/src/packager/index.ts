export type {
  Chunk,
  PackagerOutput,
  Segment,
  SegmentBeginning,
  Stretch,
  StretchReason,
} from "./chunk.ts";
export { createFollower, type DroppedFrames, type Follower } from "./follower.ts";
export { initSection } from "./init-section.ts";
export {
  initPath,
  type MediaPlace,
  mediaPlace,
  partPath,
  picturePath,
  segmentPath,
} from "./media-place.ts";
export { createPackager, type Packager } from "./packager.ts";
export { SourceBoundaries } from "./source-boundaries.ts";
export { targetDuration } from "./target-duration.ts";
