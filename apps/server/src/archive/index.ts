export { openArchive } from "./archive.ts";
export type { Archive, ArchiveRecovery, DvrAnswer, Recorder } from "./archive-door.ts";
export type {
  ArchiveStore,
  Eviction,
  GapRow,
  Pin,
  Retention,
  StreamStorage,
} from "./archive-store.ts";
export type { RecordedRendition, RecordedSegment, RecordedStretch } from "./recorded-segments.ts";
export type { GapReason } from "./resolved-range.ts";
export {
  SOURCE,
  type StoredReason,
  type StretchExtent,
  type StretchRow,
} from "./stored-stretch.ts";
