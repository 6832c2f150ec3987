/** An answer without an end: HTTP-FLV, server-sent events, a segment that still grows. */
export type MediaStream = {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The same for HTTP/1.1, where the end of the connection would not tell a whole body from one that was
   * cut: every buffer is a chunk by itself and the last one ends the body (RFC 9112 §7.1), framed once
   * for all viewers.
   */
  readonly chunked?: Omit<MediaStream, "chunked">;
  /** Called once, when the head of the answer was sent; not called for HEAD. Must not throw. */
  open(writer: MediaWriter): void;
};

/** One viewer's end of an endless answer. Buffers are sent by reference: they must not change after. */
export interface MediaWriter {
  /**
   * Hands buffers to the connection, as one write. False where the viewer has not read what came
   * before: `queuedBytes` is then what he costs, and `onDrain` tells when it is gone. Nothing happens
   * after the end.
   */
  write(buffers: readonly Uint8Array[]): boolean;
  /** Bytes that wait for the viewer in this process. */
  readonly queuedBytes: number;
  /** Calls each time that all that was queued has left. One listener. */
  onDrain(listener: () => void): void;
  /** Calls once when the viewer is gone, or the answer has ended, whoever ended it. One listener. */
  onClose(listener: () => void): void;
  /** Ends the answer after what was written; a viewer who does not read it is cut off soon. Harmless when repeated. */
  close(): void;
}
