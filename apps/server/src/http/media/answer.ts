import type { GrowingBody } from "./growing-body.ts";
import type { MediaStream } from "./media-stream.ts";

/** What a media URL is answered with, before encodings, conditions and ranges are looked at. */
export type MediaAnswer = {
  readonly contentType: string;
  readonly cacheControl: string;
  /** Strong, with its quotes; of the bytes as they stand in `body`. Present where ranges are served. */
  readonly etag?: string;
  readonly bytes: number;
  readonly body:
    | { readonly kind: "buffers"; readonly buffers: readonly Uint8Array[] }
    | {
        readonly kind: "reader";
        /** Bytes `[start, end)`; a buffer is good until the next one is asked for. */
        readonly read: (start: number, end: number) => AsyncIterable<Uint8Array>;
      };
  /**
   * The whole body compressed, where that is worth it: made once, then the same bytes at once. A viewer
   * who takes gzip gets these.
   */
  readonly gzip?: () => Uint8Array | Promise<Uint8Array>;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** A body with an end that is known, or not known yet, or one without. */
export type MediaReply = MediaAnswer | GrowingBody | MediaStream;

/** What the folders that hold media answer with; structurally theirs. */
export type BuffersAnswer = Pick<MediaAnswer, "contentType" | "cacheControl" | "etag" | "gzip"> & {
  readonly body: readonly Uint8Array[];
};

/** An answer from memory. */
export function fromMemory(
  contentType: string,
  cacheControl: string,
  buffers: readonly Uint8Array[],
): MediaAnswer {
  return fromBuffers({ contentType, cacheControl, body: buffers });
}

/** An answer from memory, with all that its folder knows of it. */
export function fromBuffers(answer: BuffersAnswer): MediaAnswer {
  const { contentType, cacheControl, etag, gzip, body: buffers } = answer;
  let bytes = 0;
  for (const buffer of buffers) bytes += buffer.length;
  return {
    contentType,
    cacheControl,
    bytes,
    body: { kind: "buffers", buffers },
    ...(etag === undefined ? {} : { etag }),
    ...(gzip === undefined ? {} : { gzip }),
  };
}
