import type { Ladder } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { CloseReason } from "./publishing.ts";
import type { EndReason, StreamState } from "./state.ts";

/** Who may watch: everybody, or who has a token; and how many at a time. */
export type PlaybackPolicy = {
  readonly policy: "public" | "signed";
  readonly maxViewers?: number | null | undefined;
};

/** What the owner of a stream decides about it. */
export type StreamPolicy = {
  /** Whether broadcasts are recorded on the archive. */
  readonly record: boolean;
  /** Seconds that a lost encoder may take to come back. */
  readonly reconnectWindow: number;
  /** Whether an encoder that stops by itself ends the broadcast. */
  readonly endOnUnpublish: boolean;
  readonly latency: "normal" | "low";
  readonly retention: { readonly days?: number; readonly bytes?: number } | null;
  readonly playback: PlaybackPolicy;
  /** The qualities to offer, as they were asked for; what they come to depends on the source. */
  readonly ladder: Ladder;
  /** Which of them are recorded, where broadcasts are. */
  readonly recordRenditions: "all" | "source";
  /** Whether each broadcast is exported to MP4 when it ends. */
  readonly autoExport: boolean;
};

/** Numbers that go on over the life of a stream, whatever happens to encoders and servers. */
export type OutputPosition = {
  /** Number of the next segment. */
  readonly segment: number;
  /** Media sequence number of the next playlist entry. */
  readonly mediaSequence: number;
  /** Discontinuity sequence number of the next playlist entry. */
  readonly discontinuity: number;
  /** Target duration of the open broadcast in seconds: it never changes. Null before its first segment. */
  readonly targetDuration: number | null;
};

/** A named, long-lived place to publish to. */
export type Stream = {
  readonly id: string;
  readonly name: string;
  readonly title: string | null;
  /** What an encoder shows to be admitted. */
  readonly key: string;
  readonly policy: StreamPolicy;
  readonly state: StreamState;
  readonly position: OutputPosition;
  /** When `position` was saved: after a crash the numbers go on beyond what may have been used since. */
  readonly savedAt: Millis;
  readonly createdAt: Millis;
};

/** One encoder connection as the broadcast remembers it. */
export type SessionRecord = {
  readonly id: string;
  readonly protocol: string;
  readonly address: string;
  readonly encoder: string | null;
  readonly from: Millis;
  readonly to: Millis | null;
  readonly bytes: number;
  readonly reason: CloseReason | null;
};

export type Gap = { readonly from: Millis; readonly to: Millis; readonly reason: string };

/** One time on air. */
export type Broadcast = {
  readonly id: string;
  readonly stream: string;
  readonly state: "live" | "interrupted" | "ended";
  /** Wall clock of the first picture, and of the end of the last one. */
  readonly from: Millis;
  readonly to: Millis | null;
  /** Wall clock of tick 0 of the broadcast's timeline. */
  readonly origin: Millis;
  readonly sessions: readonly SessionRecord[];
  readonly gaps: readonly Gap[];
  readonly endReason: EndReason | null;
};
