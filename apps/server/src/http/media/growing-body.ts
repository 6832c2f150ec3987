/** An answer with an end that nobody knows yet: a segment that is sent while it grows. */
export type GrowingBody = {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called once, when the head of the answer was handed on; not called for HEAD. Must not throw. */
  grow(writer: GrowingWriter): void;
};

/** One viewer's end of it. Buffers are sent by reference: they must not change after. */
export interface GrowingWriter {
  /** As one write. What a viewer does not read waits: no more than the body. Nothing happens after the end. */
  write(buffers: readonly Uint8Array[]): void;
  /** The body is whole. Harmless when repeated. */
  end(): void;
  /**
   * The rest will not come. The connection, or on HTTP/2 the stream, ends so that the viewer and all
   * caches between know that they have a part only (RFC 9112 §8, RFC 9113 §8.1.1).
   */
  cut(): void;
  /** Calls once when the viewer is gone, or the answer has ended, whoever ended it. One listener. */
  onClose(listener: () => void): void;
}
