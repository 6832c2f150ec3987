export type {
  Chunk,
  PackagerOutput,
  Segment,
  SegmentTrack,
  Stretch,
  StretchReason,
} from "./chunk.ts";
export { createPackager, type Packager, type PackagerOptions } from "./packager.ts";
export { targetDuration } from "./target-duration.ts";
