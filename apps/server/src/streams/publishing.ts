import type { publishEnds, publishRefusals } from "@oxbow/contract";
import type { Frame, Track } from "@oxbow/media";

/** An encoder asks to publish. */
export type PublishAttempt = {
  readonly protocol: "rtmp";
  /** Remote address and port. */
  readonly address: string;
  /** The stream key as the encoder gave it. */
  readonly key: string;
  /** The stream's name, where the encoder gave one beside the key (`name?key=…`). */
  readonly name: string | null;
  /** What the encoder calls itself: `FMLE/3.0 (compatible; Lavf59.27.100)`. */
  readonly encoder: string | null;
};

/** Why a session is over. */
export type CloseReason = (typeof publishEnds)[number];

/** Why an encoder is refused. */
export type PublishRefusal = (typeof publishRefusals)[number];

export type Admission =
  | { readonly ok: true; readonly session: PublishSession }
  | { readonly ok: false; readonly code: PublishRefusal; readonly message: string };

/**
 * One admitted encoder connection. The ingest adapter calls it in the order in which things arrive;
 * no call waits. After `close`, or once `signal` is aborted, calls do nothing.
 */
export interface PublishSession {
  readonly id: string;
  /** Aborted when the server ends the session; the reason is a Fault. */
  readonly signal: AbortSignal;
  /** The first or a changed configuration of a track. Frames that follow belong to it. */
  configure(track: Track): void;
  /** What the encoder says of itself (`onMetaData`). */
  metadata(values: Readonly<Record<string, unknown>>): void;
  /** Times are ticks on the encoder's own clock, unwrapped. */
  frame(frame: Frame): void;
  /** Bytes that came over the wire since the last call. */
  received(bytes: number): void;
  /** Whether media runs ahead of the clock: it comes faster than real time. */
  isAhead(): boolean;
  /**
   * What to wait for before more is read of an encoder that is faster than real time. Undefined where
   * there is room, and for an encoder that is on time: live media is never held up.
   */
  room(): Promise<void> | undefined;
  /** Refuses what was admitted, now that more is known of it; ends the session. */
  reject(code: PublishRefusal, message: string): void;
  /** The connection is over. Harmless when repeated. */
  close(reason: CloseReason, detail?: string): void;
}

/** Why somebody else is against it that an encoder publishes; undefined where nobody is. */
export type PublishPermit = (
  stream: { readonly id: string; readonly name: string },
  attempt: PublishAttempt,
) => Promise<{ readonly code: PublishRefusal; readonly message: string } | undefined>;

/** Where ingest adapters bring their encoders. */
export interface Publishing {
  admit(attempt: PublishAttempt): Promise<Admission>;
}
