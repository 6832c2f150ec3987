/** An encoder asks to publish. */
export type PublishRequest = {
  /** The application without the key, whatever field it stood in. */
  readonly app: string;
  /** A stream key, or a name where `query` holds the key. */
  readonly streamKey: string;
  readonly query: URLSearchParams;
  readonly tcUrl: string;
  /** What the encoder calls itself (`flashVer`). */
  readonly encoder: string | null;
  /** Remote address and port. */
  readonly address: string;
};

export type PublishAnswer =
  | { readonly ok: true; readonly receiver: PublishReceiver }
  /** `code` is an `onStatus` code that encoders know, as `NetStream.Publish.BadName`. */
  | { readonly ok: false; readonly code: string; readonly description: string };

/** Why a publish session is over. */
export type PublishEnd = "unpublish" | "lost" | "idle" | "malformed" | "limit" | "ended";

/**
 * Takes what an admitted encoder sends. Calls come in the order of the bytes and none may wait.
 * A `MalformedInput` thrown here ends the session as malformed.
 */
export interface PublishReceiver {
  /** The values of `onMetaData`. */
  metadata(values: Readonly<Record<string, unknown>>): void;
  /** `timestamp` is in milliseconds, unwrapped over 2^32; `body` is the receiver's to keep. */
  message(kind: "audio" | "video", timestamp: number, body: Buffer): void;
  /** Bytes received since the connection began; called once for a read of the socket. */
  bytes(count: number): void;
  /** Whether media runs ahead of the clock: a file is pushed, and may be at its end at any time. */
  isAhead?(): boolean;
  /** Asked after each read of the socket: what to wait for before more is read. Undefined: nothing. */
  room?(): Promise<void> | undefined;
  /** The session is over. Called once. */
  close(reason: PublishEnd, detail?: string): void;
  /**
   * Aborted to end the session: the encoder is told the reason's message by `onStatus`, then the
   * connection is closed.
   */
  readonly signal: AbortSignal;
}
