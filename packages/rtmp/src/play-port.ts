/** A player asks for a stream. */
export type PlayRequest = {
  /** The application: the path without its last part. */
  readonly app: string;
  /** The last part of the path: what the stream is called. */
  readonly name: string;
  readonly query: URLSearchParams;
  readonly tcUrl: string;
  /** What the player calls itself (`flashVer`). */
  readonly client: string | null;
  /** Remote address and port. */
  readonly address: string;
};

export type PlayAnswer =
  | { readonly ok: true; readonly source: PlaySource }
  /** `code` is an `onStatus` code that players know, as `NetStream.Play.StreamNotFound`. */
  | { readonly ok: false; readonly code: string; readonly description: string };

/**
 * Why playing is over. The consumer's: "ended", the broadcast is; "slow", the player does not take what
 * comes; "removed", an operator sends it away. The player's: "stopped", it said so; "lost", it is gone.
 */
export type PlayEnd = "ended" | "slow" | "removed" | "stopped" | "lost";

/** Takes one player, and writes to it by itself from then on. */
export interface PlaySource {
  /** The player is ready for messages of `writeMediaMessage`. Called once, unless `close` came first. */
  begin(writer: PlayWriter): void;
  /** The player pauses: nothing is to be written. When it goes on, it wants what is live then. */
  pause(paused: boolean): void;
  /** Playing is over, whoever ended it. Called once. */
  close(reason: PlayEnd): void;
}

/** The connection of one player. Buffers are sent by reference: they must not change after. */
export interface PlayWriter {
  /** Hands whole messages to the connection, as one write. False where not all has left by then. */
  write(buffers: readonly Uint8Array[]): boolean;
  /** Bytes that wait for the player in this process. */
  readonly queuedBytes: number;
  /** Tells the player why, and hangs up when all that was written has gone out. */
  close(reason: PlayEnd): void;
}
