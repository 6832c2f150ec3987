import type { Frame, Millis, Track } from "@oxbow/media";

/** Why a stretch of media begins anew. */
export type BeginReason = "start" | "reconnect" | "restart" | "config" | "timestamps";

/**
 * Where the frames of one broadcast go (the packager, in the running server).
 * Frames come in decode order for each track, on the broadcast's timeline: ticks since `origin`,
 * never negative, strictly growing, with time spent off air kept in it.
 */
export interface BroadcastOutput {
  /** New continuous media begins, at a keyframe where there is video. Ends the stretch before it. */
  begin(stretch: { reason: BeginReason; tracks: readonly Track[]; origin: Millis }): void;
  frame(frame: Frame): void;
  /** The encoder is gone: what is pending is sealed. `begin` may follow. */
  interrupt(): void;
  /** No more media will come. Resolves when the last segment is sealed and recorded. */
  end(): Promise<void>;
}
