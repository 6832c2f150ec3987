import type { Millis } from "@oxbow/media";

/** A piece of a response: bytes from memory, or a range of a file. */
export type InstantPiece =
  | Uint8Array
  | { readonly path: string; readonly offset: number; readonly bytes: number };

/** An MP4 that exists as a plan: any of its bytes can be sent, and it is always the same file. */
export type InstantMp4 = {
  /** `Content-Length`, exact. */
  readonly bytes: number;
  /** Strong, with its quotes. */
  readonly etag: string;
  readonly durationMs: Millis;
  /** What to send for `[start, end)`, in order. */
  pieces(start: number, end: number): readonly InstantPiece[];
  /**
   * The bytes of `[start, end)`. A buffer is good until the next one is asked for.
   * Fault `source_media_lost` where an archive file is gone or shorter than its index says.
   */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
};
