/** What a media URL is answered with, before conditions and ranges are looked at. */
export type MediaAnswer = {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Strong, with its quotes. Present where ranges are served. */
  readonly etag?: string;
  readonly bytes: number;
  readonly body:
    | { readonly kind: "buffers"; readonly buffers: readonly Uint8Array[] }
    | {
        readonly kind: "reader";
        /** Bytes `[start, end)`; a buffer is good until the next one is asked for. */
        readonly read: (start: number, end: number) => AsyncIterable<Uint8Array>;
      };
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** An answer from memory. */
export function fromMemory(
  contentType: string,
  cacheControl: string,
  buffers: readonly Uint8Array[],
): MediaAnswer {
  const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  return { contentType, cacheControl, bytes, body: { kind: "buffers", buffers } };
}
