import { VIDEO_FOUR_CC } from "./codec.ts";
import { type FlvTagKind, flvTagType } from "./flv-tag.ts";

const TAG_HEADER = 11;
const PREVIOUS_TAG_SIZE = 4;

/** The file header with the first PreviousTagSize (FLV 10.1 §E.2, §E.3). */
export function flvFileHeader(has: { readonly audio: boolean; readonly video: boolean }): Buffer {
  const flags = (has.audio ? 4 : 0) | (has.video ? 1 : 0);
  return Buffer.of(0x46, 0x4c, 0x56, 1, flags, 0, 0, 0, 9, 0, 0, 0, 0);
}

/**
 * A whole tag with the PreviousTagSize behind it, in one buffer that can go to many readers.
 * `timestamp` is in milliseconds; only its low 32 bits are written.
 */
export function flvTag(
  kind: FlvTagKind,
  timestamp: number,
  ...body: readonly Uint8Array[]
): Buffer {
  let size = 0;
  for (const piece of body) size += piece.length;
  if (size > 0xffffff)
    throw new RangeError(`A tag body of ${size} bytes is longer than FLV can say`);
  const tag = Buffer.allocUnsafe(flvTagBytes(size));
  let at = writeTagHeader(tag, 0, kind, timestamp, size);
  for (const piece of body) {
    tag.set(piece, at);
    at += piece.length;
  }
  tag.writeUInt32BE(TAG_HEADER + size, at);
  return tag;
}

/** Bytes of a tag with a body of `size` bytes, PreviousTagSize included. */
export function flvTagBytes(size: number): number {
  return TAG_HEADER + size + PREVIOUS_TAG_SIZE;
}

/** Writes a tag whose body is the first `headBytes` of `head`, and `data`. Returns where it ends. */
export function writeFlvTag(
  out: Buffer,
  from: number,
  kind: FlvTagKind,
  timestamp: number,
  head: Buffer,
  headBytes: number,
  data: Uint8Array,
): number {
  const size = headBytes + data.length;
  let at = writeTagHeader(out, from, kind, timestamp, size);
  at += head.copy(out, at, 0, headBytes);
  out.set(data, at);
  return out.writeUInt32BE(TAG_HEADER + size, at + data.length);
}

function writeTagHeader(
  out: Buffer,
  at: number,
  kind: FlvTagKind,
  timestamp: number,
  size: number,
): number {
  const low = timestamp >>> 0;
  out.writeUInt8(flvTagType[kind], at);
  out.writeUIntBE(size, at + 1, 3);
  out.writeUIntBE(low & 0xffffff, at + 4, 3);
  out.writeUInt8(low >>> 24, at + 7);
  return out.writeUIntBE(0, at + 8, 3);
}

/**
 * The header of a legacy AVC body (FLV 10.1 §E.4.3.1): 5 bytes that stand before the record or the
 * length-prefixed NAL units. `compositionTime` is in milliseconds.
 */
export function avcHeader(
  packet: "config" | "frame" | "end",
  key: boolean,
  compositionTime = 0,
): Buffer {
  const type = packet === "config" ? 0 : packet === "frame" ? 1 : 2;
  const cts = compositionTime & 0xffffff;
  return Buffer.of(key ? 0x17 : 0x27, type, cts >> 16, (cts >> 8) & 0xff, cts & 0xff);
}

/** The header of an AAC body (FLV 10.1 §E.4.2.1): 2 bytes before the config or the raw frame. */
export function aacHeader(packet: "config" | "frame"): Buffer {
  return Buffer.of(0xaf, packet === "config" ? 0 : 1);
}

/** The header of an enhanced video body that holds one track (Enhanced RTMP v2, ExVideoTagHeader). */
export function enhancedVideoHeader(
  codec: keyof typeof VIDEO_FOUR_CC,
  packet: "config" | "frame" | "end",
  key: boolean,
  compositionTime?: number,
): Buffer {
  const framed = packet === "frame" && compositionTime !== undefined;
  const type = packet === "config" ? 0 : packet === "end" ? 2 : framed ? 1 : 3;
  const header = Buffer.from([
    0x80 | (key ? 0x10 : 0x20) | type,
    ...Buffer.from(VIDEO_FOUR_CC[codec]),
  ]);
  if (!framed) return header;
  const cts = compositionTime & 0xffffff;
  return Buffer.concat([header, Buffer.of(cts >> 16, (cts >> 8) & 0xff, cts & 0xff)]);
}
