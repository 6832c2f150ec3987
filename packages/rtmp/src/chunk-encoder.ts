import { INITIAL_CHUNK_SIZE, messageType } from "./message.ts";

const EXTENDED = 0xffffff;

export type ChunkEncoderOptions = {
  /** Repeat the extended timestamp on type 3 chunks (§5.3.1.3). Off only to speak as old OBS did. */
  readonly repeatExtended?: boolean;
};

type Sent = { timestamp: number; delta: number; length: number; type: number; streamId: number };

/**
 * Cuts messages into chunks (RTMP 1.0 §5.3), with the smallest header that says what it must.
 * Each message becomes one buffer.
 */
export class ChunkEncoder {
  readonly #repeatExtended: boolean;
  readonly #sent = new Map<number, Sent>();
  #chunkSize = INITIAL_CHUNK_SIZE;

  constructor(options: ChunkEncoderOptions = {}) {
    this.#repeatExtended = options.repeatExtended ?? true;
  }

  /** Set Chunk Size (§5.4.1); what is encoded from now on has that size. */
  setChunkSize(size: number): Buffer {
    const body = Buffer.alloc(4);
    body.writeUInt32BE(size);
    const message = this.encode(2, messageType.setChunkSize, 0, 0, body);
    this.#chunkSize = size;
    return message;
  }

  /** `chunkStreamId` is 2 to 65,599; `timestamp` in milliseconds, of which 32 bits are sent. */
  encode(
    chunkStreamId: number,
    type: number,
    streamId: number,
    timestamp: number,
    body: Uint8Array,
  ): Buffer {
    const now = timestamp >>> 0;
    const sent = this.#sent.get(chunkStreamId);
    const format = headerFormat(sent, now, type, streamId, body.length);
    const time = format === 0 || sent === undefined ? now : now - sent.timestamp;
    const repeats = this.#repeatExtended && time >= EXTENDED;
    const basic = chunkStreamId < 64 ? 1 : chunkStreamId < 320 ? 2 : 3;
    const more = Math.max(0, Math.ceil(body.length / this.#chunkSize) - 1);
    const header = [11, 7, 3, 0][format] ?? 0;
    // Type 3 carries the field where it repeats a header that had one.
    const firstExtended = time >= EXTENDED && (format < 3 || repeats) ? 4 : 0;
    const out = Buffer.allocUnsafe(
      basic + header + firstExtended + body.length + more * (basic + (repeats ? 4 : 0)),
    );
    let at = writeBasic(out, 0, format, chunkStreamId);
    if (format < 3) out.writeUIntBE(Math.min(time, EXTENDED), at, 3);
    if (format < 2) {
      out.writeUIntBE(body.length, at + 3, 3);
      out.writeUInt8(type, at + 6);
    }
    if (format === 0) out.writeUInt32LE(streamId, at + 7);
    at += header;
    if (firstExtended > 0) at = out.writeUInt32BE(time, at);
    for (let from = 0; from < body.length; from += this.#chunkSize) {
      if (from > 0) {
        at = writeBasic(out, at, 3, chunkStreamId);
        if (repeats) at = out.writeUInt32BE(time, at);
      }
      const piece = body.subarray(from, from + this.#chunkSize);
      out.set(piece, at);
      at += piece.length;
    }
    // A type 3 message behind a type 0 one is read differently by different servers: never sent.
    const delta = format === 0 ? -1 : time;
    this.#sent.set(chunkStreamId, { timestamp: now, delta, length: body.length, type, streamId });
    return out;
  }
}

/** The chunk type (§5.3.1.2) that the message before on the chunk stream allows. */
function headerFormat(
  sent: Sent | undefined,
  timestamp: number,
  type: number,
  streamId: number,
  length: number,
): 0 | 1 | 2 | 3 {
  if (sent === undefined || sent.streamId !== streamId || timestamp < sent.timestamp) return 0;
  if (sent.type !== type || sent.length !== length) return 1;
  return sent.delta === timestamp - sent.timestamp ? 3 : 2;
}

function writeBasic(out: Buffer, at: number, format: number, id: number): number {
  if (id < 64) return out.writeUInt8((format << 6) | id, at);
  if (id < 320) {
    out.writeUInt8(format << 6, at);
    return out.writeUInt8(id - 64, at + 1);
  }
  out.writeUInt8((format << 6) | 1, at);
  return out.writeUInt16LE(id - 64, at + 1);
}
