export type {
  Chunk,
  PackagerOutput,
  Segment,
  Stretch,
  StretchReason,
} from "./chunk.ts";
export { initSection } from "./init-section.ts";
export { createPackager, type Packager } from "./packager.ts";
export { targetDuration } from "./target-duration.ts";
