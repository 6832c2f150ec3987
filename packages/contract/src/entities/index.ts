export { ApiKey, ApiKeyCreate, exampleApiKey, type Scope, scopes } from "./api-key.ts";
export {
  Archive,
  ArchiveRemoval,
  exampleArchive,
  examplePin,
  Pin,
  PinCreate,
} from "./archive.ts";
export {
  Asset,
  AssetCreate,
  AssetFile,
  AssetUpdate,
  assetStates,
  CreatedAsset,
  exampleAsset,
  exampleCreatedAsset,
  exampleSubtitle,
  Subtitle,
  SubtitleQuery,
  SubtitleReplaceQuery,
} from "./asset.ts";
export { Broadcast, exampleBroadcast, PublishSession } from "./broadcast.ts";
export { Doctor, exampleDoctor } from "./doctor.ts";
export {
  Export,
  ExportAbort,
  ExportCreate,
  ExportError,
  exampleExport,
  exportStates,
} from "./export.ts";
export { ExportSubtitle, Watermark } from "./export-options.ts";
export { Gap } from "./gap.ts";
export {
  hasRenditions,
  Ladder,
  ladderPresets,
  RenditionWish,
  type WishedRendition,
  wishedRendition,
} from "./ladder.ts";
export { exampleMarker, Marker, MarkerCreate } from "./marker.ts";
export { commaList, eventLimit, pageOf, pageQuery } from "./page.ts";
export { examplePlaybackKey, PlaybackKey, PlaybackKeyCreate } from "./playback-key.ts";
export { exampleSession, Session, sessionKinds } from "./session.ts";
export { exampleSetting, Setting } from "./setting.ts";
export {
  Attempt,
  Delivery,
  deliveryStates,
  exampleAttempt,
  exampleDelivery,
  exampleSink,
  Sink,
  SinkCreate,
  SinkReplay,
  SinkTest,
  SinkUpdate,
} from "./sink.ts";
export { exampleStorage, Storage } from "./storage.ts";
export {
  exampleStream,
  HealthIssue,
  healthIssueCodes,
  playbackPolicies,
  publishEnds,
  publishRefusals,
  Retention,
  Stream,
  StreamCreate,
  StreamHealth,
  StreamUpdate,
  streamRef,
} from "./stream.ts";
export { instant, time } from "./time.ts";
export { Track } from "./track.ts";
export { exampleTranscoder, TranscoderHealth } from "./transcoder.ts";
