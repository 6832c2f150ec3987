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
  opening(tracks) {
    const has = (kind: "audio" | "video") => tracks.some(({ config }) => config.kind === kind);
    return flvFileHeader({ audio: has("audio"), video: has("video") });
  },
  bytes: flvTagBytes,
  write: writeFlvTag,
};

/** RTMP messages; what comes before them is said by the session. */
export const rtmpFormat: WireFormat = {
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

/** The body of `onMetaData` for tracks. */
export function metadataFor(tracks: readonly Track[]): Buffer {
  return metadataBody({ ...metadataOfTracks(tracks), encoder: "Oxbow" });
}
