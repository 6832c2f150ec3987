import type { NewEvent } from "@oxbow/contract";
import type { Frame, Millis, Track } from "@oxbow/media";
import type { Broadcast, OutputPosition, Stream } from "./stream.ts";

/** Why a stretch of media begins anew. */
export type BeginReason = "start" | "reconnect" | "restart" | "config" | "timestamps";

/**
 * Where the frames of one broadcast go (the packager, in the running server).
 * Frames come in decode order for each track, on the broadcast's timeline: ticks since `origin`,
 * never negative, strictly growing, with time spent off air kept in it.
 */
export interface BroadcastOutput {
  /** New continuous media begins, at a keyframe where there is video. Ends the stretch before it. */
  begin(stretch: {
    readonly reason: BeginReason;
    readonly tracks: readonly Track[];
    readonly origin: Millis;
    /** Wall clock of its first picture. */
    readonly at: Millis;
  }): void;
  frame(frame: Frame): void;
  /** Resolves when what waits to be recorded is no longer much; undefined where it is not. */
  room(): Promise<void> | undefined;
  /**
   * The encoder is gone: what is pending is sealed. `begin` may follow. `missed`: it was lost, so the
   * time until it is back is missing media; one that stopped on purpose leaves an end, not a hole.
   */
  interrupt(missed: boolean): void;
  /** No more media will come. Resolves when the last segment is sealed and recorded. */
  end(): Promise<void>;
  position(): OutputPosition;
}

/** Opens outputs, and knows what is recorded. */
export interface Outputs {
  open(
    stream: Stream,
    broadcast: string,
    from: OutputPosition,
    /** Called once, when the first segment of the broadcast can be played. */
    playable: () => void,
  ): BroadcastOutput;
  /** End of the stream's recorded media, and the number of its next segment; null where there is none. */
  recorded(stream: string): Promise<{ readonly to: Millis; readonly nextSegment: number } | null>;
}

/** Where streams and broadcasts are kept. Every change commits together with its events. */
export interface StreamStore {
  load(): Promise<readonly { readonly stream: Stream; readonly broadcast: Broadcast | null }[]>;
  /** Fault `stream_name_taken` where another stream has the name. */
  create(stream: Stream, events: readonly NewEvent[]): Promise<void>;
  save(stream: Stream, broadcast: Broadcast | null, events: readonly NewEvent[]): Promise<void>;
  remove(stream: Stream, at: Millis, events: readonly NewEvent[]): Promise<void>;
  /** Events that change no state: a refused encoder. */
  tell(events: readonly NewEvent[]): Promise<void>;
  broadcast(id: string): Promise<Broadcast | undefined>;
  broadcasts(
    stream: string,
    page: { readonly limit: number; readonly before: { from: Millis; id: string } | null },
  ): Promise<readonly Broadcast[]>;
}

/** URLs that are handed out in events. */
export interface PlaybackUrls {
  live(name: string): Readonly<Record<string, string>>;
  recording(name: string, from: Millis, to: Millis | null): Readonly<Record<string, string>>;
}
