export type { BeginReason, BroadcastOutput } from "./ports.ts";
export type {
  Admission,
  CloseReason,
  PublishAttempt,
  Publishing,
  PublishSession,
} from "./publishing.ts";
