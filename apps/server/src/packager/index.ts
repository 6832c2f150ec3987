export type {
  Chunk,
  PackagerOutput,
  Segment,
  Stretch,
  StretchReason,
} from "./chunk.ts";
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
export { targetDuration } from "./target-duration.ts";
