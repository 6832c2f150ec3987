export type { ExportRequest } from "./export-request.ts";
export type { ExportView } from "./export-view.ts";
export { type ExportKind, Exports, type ExportsOptions } from "./exports.ts";
export type { InstantMp4, InstantPiece } from "./instant-mp4.ts";
export type {
  ArchivedChunk,
  ArchivedGap,
  ArchivedRange,
  ArchivedSpan,
  ExportJob,
  ExportJobs,
  ExportPins,
  ExportProgress,
  ExportState,
  ExportUrls,
  RangeArchive,
  RecordedBroadcast,
  Recordings,
  StreamName,
} from "./ports.ts";
