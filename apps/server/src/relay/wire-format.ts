import {
  type FlvTagKind,
  flvFileHeader,
  flvTagBytes,
  metadataBody,
  metadataOfTracks,
  writeFlvTag,
} from "@oxbow/containers";
import type { Track } from "@oxbow/media";
import { mediaMessageBytes, writeMediaMessage } from "@oxbow/rtmp";

/** How frames stand on the wire of one protocol. All readers of a format get the same bytes. */
export interface WireFormat {
  /** Every buffer is framed as a chunk of HTTP/1.1. */
  readonly chunked: boolean;
  /** What a connection begins with, before all tags. */
  opening(tracks: readonly Track[]): Buffer;
  /** Bytes of a tag or message with a body of `size` bytes. `timestamp` is in milliseconds. */
  bytes(size: number, timestamp: number): number;
  /** Writes one whose body is the first `headBytes` of `head`, and `data`; returns where it ends. */
  write(
    out: Buffer,
    at: number,
    kind: FlvTagKind,
    timestamp: number,
    head: Buffer,
    headBytes: number,
    data: Uint8Array,
  ): number;
}

/** An FLV file without an end. */
export const flvFormat: WireFormat = {
  chunked: false,
  opening(tracks) {
    const has = (kind: "audio" | "video") => tracks.some(({ config }) => config.kind === kind);
    return flvFileHeader({ audio: has("audio"), video: has("video") });
  },
  bytes: flvTagBytes,
  write: writeFlvTag,
};

/** The same as the body of an HTTP/1.1 answer. */
export const chunkedFlvFormat: WireFormat = { ...flvFormat, chunked: true };

/** RTMP messages; what comes before them is said by the session. */
export const rtmpFormat: WireFormat = {
  chunked: false,
  opening: () => Buffer.alloc(0),
  bytes: mediaMessageBytes,
  write(out, at, kind, timestamp, head, headBytes, data) {
    const type = kind === "script" ? "data" : kind;
    return writeMediaMessage(out, at, type, timestamp, head, headBytes, data);
  },
};

const NO_HEAD = Buffer.alloc(0);

/** A tag or message by itself. */
export function wireMessage(
  format: WireFormat,
  kind: FlvTagKind,
  timestamp: number,
  body: Uint8Array,
): Buffer {
  const out = Buffer.allocUnsafe(format.bytes(body.length, timestamp));
  format.write(out, 0, kind, timestamp, NO_HEAD, 0, body);
  return out;
}

const CHUNK_HEAD = 10;
const CHUNK_END = "\r\n";
/** Ends the body of an HTTP/1.1 answer (RFC 9112 §7.1). */
export const LAST_CHUNK: Buffer = Buffer.from(`0${CHUNK_END}${CHUNK_END}`);

/** Bytes that a format needs before and behind what is one buffer. */
export function framing({ chunked }: WireFormat): {
  readonly before: number;
  readonly after: number;
} {
  return chunked ? { before: CHUNK_HEAD, after: CHUNK_END.length } : { before: 0, after: 0 };
}

/** Frames what stands in `out` from `framing().before` to `end`; returns the whole. */
export function framed(format: WireFormat, out: Buffer, end: number): Buffer {
  if (!format.chunked) return out.subarray(0, end);
  const size = (end - CHUNK_HEAD).toString(16).padStart(CHUNK_HEAD - CHUNK_END.length, "0");
  out.write(`${size}${CHUNK_END}`, 0, "latin1");
  return out.subarray(0, end + out.write(CHUNK_END, end, "latin1"));
}

/** The body of `onMetaData` for tracks. */
export function metadataFor(tracks: readonly Track[]): Buffer {
  return metadataBody({ ...metadataOfTracks(tracks), encoder: "Oxbow" });
}
