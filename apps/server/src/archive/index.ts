export { type ArchiveOptions, openArchive } from "./archive.ts";
export type {
  Archive,
  ArchiveRecovery,
  DvrAnswer,
  NewPin,
  Recorder,
  RecoveredStretch,
  Removal,
} from "./archive-door.ts";
export { ARCHIVE_LIMITS, type ArchiveLimits } from "./archive-limits.ts";
export type {
  ArchivedStream,
  ArchiveStore,
  DoomedFile,
  Eviction,
  GapRow,
  Pin,
  Retention,
} from "./archive-store.ts";
export type { ArchiveRange, ArchiveView } from "./archive-view.ts";
export type {
  ArchiveGap,
  GapReason,
  ResolvedRange,
  ResolvedSpan,
  StoredChunk,
} from "./resolved-range.ts";
export type { StoredReason, StoredStretch, StretchExtent, StretchRow } from "./stored-stretch.ts";
