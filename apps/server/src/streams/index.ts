export { showGap, showSession, showTrack } from "./announce.ts";
export type { LiveSession } from "./live-session.ts";
export type {
  BeginReason,
  BroadcastOutput,
  Outputs,
  PlaybackUrls,
  StreamStore,
} from "./ports.ts";
export type {
  Admission,
  CloseReason,
  PublishAttempt,
  Publishing,
  PublishPermit,
  PublishRefusal,
  PublishSession,
} from "./publishing.ts";
export type { SessionHealth } from "./session-meter.ts";
export { type EndReason, openBroadcast, type StreamState, stateName } from "./state.ts";
export type {
  Broadcast,
  Gap,
  OutputPosition,
  PlaybackPolicy,
  SessionRecord,
  Stream,
  StreamPolicy,
} from "./stream.ts";
export {
  type NewStream,
  type StreamChange,
  type StreamNow,
  Streams,
  type StreamsRecovery,
} from "./streams.ts";
