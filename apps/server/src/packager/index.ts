export type {
  Chunk,
  PackagerOutput,
  Segment,
  SegmentTrack,
  Stretch,
  StretchReason,
} from "./chunk.ts";
