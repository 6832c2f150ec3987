export type {
  Chunk,
  PackagerOutput,
  Segment,
  SegmentTrack,
  Stretch,
  StretchReason,
} from "./chunk.ts";
export { initSection } from "./init-section.ts";
export { createPackager, type Packager, type PackagerOptions } from "./packager.ts";
export { targetDuration } from "./target-duration.ts";
