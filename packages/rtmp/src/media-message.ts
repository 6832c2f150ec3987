import { chunkStream, messageType } from "./message.ts";

/** Chunk size of all that we send behind `connect`, in bytes. */
export const OUR_CHUNK_SIZE = 4096;
/** The message stream that media is played on: the first that `createStream` gives. */
export const PLAY_STREAM = 1;

/** Basic header and type 0 message header (§5.3.1). */
const FIRST_HEADER = 12;
const EXTENDED = 0xffffff;
const EXTENDED_BYTES = 4;
/** Basic header of a type 3 chunk. */
const NEXT_HEADER = 1;
const TYPE_3 = 0xc0;

/** Bytes of a message of `size` bytes as `writeMediaMessage` writes it. */
export function mediaMessageBytes(size: number, timestamp: number): number {
  const extended = timestamp >>> 0 >= EXTENDED ? EXTENDED_BYTES : 0;
  const more = Math.max(0, Math.ceil(size / OUR_CHUNK_SIZE) - 1);
  return FIRST_HEADER + extended + size + more * (NEXT_HEADER + extended);
}

/**
 * Writes a message whose body is the first `headBytes` of `head`, and `data`, in chunks. It begins with a
 * type 0 header and so depends on no message before: the same bytes go to every player, in any
 * selection, wherever he began. Returns where it ends.
 */
export function writeMediaMessage(
  out: Buffer,
  from: number,
  kind: "audio" | "video" | "data",
  timestamp: number,
  head: Buffer,
  headBytes: number,
  data: Uint8Array,
): number {
  const size = headBytes + data.length;
  const time = timestamp >>> 0;
  const extended = time >= EXTENDED;
  const id = chunkStream[kind];
  out.writeUInt8(id, from);
  out.writeUIntBE(extended ? EXTENDED : time, from + 1, 3);
  out.writeUIntBE(size, from + 4, 3);
  out.writeUInt8(messageType[kind], from + 7);
  let at = out.writeUInt32LE(PLAY_STREAM, from + 8);
  if (extended) at = out.writeUInt32BE(time, at);
  at += head.copy(out, at, 0, headBytes);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  let done = Math.min(bytes.length, OUR_CHUNK_SIZE - headBytes);
  at += bytes.copy(out, at, 0, done);
  while (done < bytes.length) {
    at = out.writeUInt8(TYPE_3 | id, at);
    if (extended) at = out.writeUInt32BE(time, at);
    const to = Math.min(bytes.length, done + OUR_CHUNK_SIZE);
    at += bytes.copy(out, at, done, to);
    done = to;
  }
  return at;
}
