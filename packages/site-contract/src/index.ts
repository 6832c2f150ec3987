export { AuditEntry } from "./accounts/audit-entry.ts";
export { Invitation, NewInvitation } from "./accounts/invitation.ts";
export {
  Language,
  ListedPerson,
  Person,
  Role,
  Session,
  SignedInPlace,
  SignUpPolicy,
} from "./accounts/person.ts";
export {
  Alert,
  AlertAttempt,
  AlertDelivery,
  type AlertMailWish,
  AlertMessage,
  alertMailWishes,
} from "./alerts/alert.ts";
export {
  AlertAbout,
  type AlertData,
  type AlertKind,
  type AlertSeverity,
  alertKinds,
  alertSeverities,
} from "./alerts/alert-kinds.ts";
export { type AlertFormats, type AlertTexts, textOfAlert } from "./alerts/alert-texts.ts";
export type { AnswerOf, BodyIn, BodyOf, ParamsOf, QueryIn, QueryOf } from "./call-shapes.ts";
export {
  BroadcastDefaults,
  Channel,
  ChannelCreate,
  ChannelUpdate,
  handle,
  PublicChannel,
  reservedHandles,
} from "./channels/channel.ts";
export {
  ChannelHealth,
  ChannelIssue,
  type ChannelNow,
  type EncoderEnd,
  encoderEnds,
  type HealthGauge,
  HealthSample,
  type IssueCode,
  issueCodes,
} from "./channels/health.ts";
export {
  Publishing,
  type RefusalCode,
  RejectedAttempt,
  refusalCodes,
  StreamKey,
  TestStream,
} from "./channels/publishing.ts";
export { ChatMessage, ChatMessageSend } from "./chat/chat-message.ts";
export { ChatRole, ChatRoom, ChatRules, ChatStanding } from "./chat/chat-room.ts";
export {
  ChatBan,
  ChatModerator,
  ChatReport,
  ChatSettings,
  ReportReason,
} from "./chat/moderation.ts";
export {
  ExportChoices,
  ExportFallback,
  ExportOptions,
  ExportTry,
  ExportWish,
  ExportWishCreate,
  publishWays,
  wishStates,
} from "./exports/export-wish.ts";
export { DoctorView } from "./operator/doctor-view.ts";
export {
  DeliveryAttempt,
  deliveryStates,
  MediaDelivery,
  MediaEvent,
} from "./operator/media-event.ts";
export { MediaSession } from "./operator/media-session.ts";
export { MediaSink, SinkReplay } from "./operator/media-sink.ts";
export { CertificateState, ExportDetail, OperatorOverview } from "./operator/overview.ts";
export { SettingsView, ToldSetting } from "./operator/site-setting.ts";
export {
  Disk,
  Orphan,
  RetentionPreview,
  RetentionRule,
  StorageView,
  StreamStorage,
} from "./operator/storage.ts";
export type { PageAnswer, PageData } from "./page-data.ts";
export { sitePaths } from "./paths.ts";
export { type SiteErrorCode, SiteFault, SiteProblem, siteErrors } from "./problem.ts";
export { RecordedRange, RecordedTrack, Recording } from "./recordings/recording.ts";
export type { Access, SiteRoute } from "./route.ts";
export { type SiteOperation, type SiteRoutes, siteRoutes } from "./routes.ts";
export type { GaugeTypes, KnownGauge, KnownUpdate, UpdateTypes } from "./update-types.ts";
export {
  BEAT_MS,
  closeCodes,
  type FromPage,
  type Gauge,
  isTopic,
  OVERLAP_MS,
  type ToldTopic,
  type ToPage,
  type Topic,
  type Update,
} from "./updates.ts";
export { MOST_POSTER_BYTES, POSTER_SIZE } from "./videos/poster-limits.ts";
export {
  AllowedPerson,
  PlayerSource,
  StudioVideo,
  UnshownFile,
  Video,
  VideoChannel,
  VideoGap,
  VideoMarker,
  VideoPage,
  VideoPlayback,
  Visibility,
} from "./videos/video.ts";
