import { MalformedInput } from "@oxbow/media";
import { LimitExceeded } from "./limit-exceeded.ts";
import { INITIAL_CHUNK_SIZE, type MessageSink, messageType } from "./message.ts";
import { Slab } from "./slab.ts";

const NOTHING: Buffer = Buffer.alloc(0);
/** The value of a timestamp field that says that an extended timestamp follows (§5.3.1.3). */
const EXTENDED = 0xffffff;

export type ChunkLimits = {
  /** Chunk streams in use. */
  readonly chunkStreams: number;
  /** Sum of the lengths of all messages that have begun and are not complete. */
  readonly bufferedBytes: number;
};

/** What a chunk stream remembers from header to header (§5.3.1.2). */
class ChunkStream {
  timestamp = 0;
  delta = 0;
  length = 0;
  type = 0;
  streamId = 0;
  /** The last header had an extended timestamp, and its value. */
  extended = false;
  extendedValue = 0;
  /** The message that has begun; its memory was taken when its length was known. */
  body: Buffer | undefined;
  filled = 0;
}

/**
 * Puts messages together from the bytes of a connection behind the handshake (RTMP 1.0 §5.3).
 * Set Chunk Size and Abort are obeyed here, all other messages go to the sink, which is called
 * inside of `push`. A payload is copied once, into the message's own buffer.
 */
export class ChunkDecoder {
  readonly #sink: MessageSink;
  readonly #slab: Slab = new Slab();
  readonly #limits: ChunkLimits;
  readonly #streams = new Map<number, ChunkStream>();
  #chunkSize = INITIAL_CHUNK_SIZE;
  #buffered = 0;
  #halted = false;
  /** Bytes that wait: a header that is cut off, or all that came after a halt. */
  #rest: Buffer = NOTHING;
  /** The chunk whose payload is being read, and how much of it is missing. */
  #current = new ChunkStream();
  #left = 0;
  /** Bytes taken so far, for messages about malformed input. */
  #consumed = 0;

  constructor(sink: MessageSink, limits: ChunkLimits) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** Bytes held for messages that are not complete. */
  get bufferedBytes(): number {
    return this.#buffered + this.#rest.length;
  }

  /** @throws MalformedInput, or LimitExceeded. Nothing may be pushed after that. */
  push(input: Buffer): void {
    let bytes = input;
    if (this.#halted && this.bufferedBytes + input.length > this.#limits.bufferedBytes) {
      throw new LimitExceeded(`More than ${this.#limits.bufferedBytes} bytes wait`, {
        spec: "limits",
      });
    }
    if (this.#rest.length > 0) {
      bytes = Buffer.concat([this.#rest, input]);
      this.#rest = NOTHING;
    }
    let at = 0;
    while (at < bytes.length && !this.#halted) {
      const next = this.#left > 0 ? this.#payload(bytes, at) : this.#header(bytes, at);
      if (next === at) break;
      at = next;
    }
    this.#consumed += at;
    // A copy, so that a few bytes don't keep the whole of the socket's chunk.
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** Stops behind the message that is being delivered; later bytes wait until `resume`. */
  halt(): void {
    this.#halted = true;
  }

  resume(): void {
    this.#halted = false;
    this.push(NOTHING);
  }

  #payload(bytes: Buffer, at: number): number {
    const stream = this.#current;
    const to = Math.min(at + this.#left, bytes.length);
    if (stream.body !== undefined) bytes.copy(stream.body, stream.filled, at, to);
    stream.filled += to - at;
    this.#left -= to - at;
    if (stream.filled === stream.length) this.#complete(stream);
    return to;
  }

  /** Reads a chunk header. Returns `at` where it is cut off: then nothing has changed. */
  #header(bytes: Buffer, at: number): number {
    const first = bytes.readUInt8(at);
    const format = first >> 6;
    let id = first & 0x3f;
    let next = at + 1;
    if (id < 2) {
      // Two and three byte forms (§5.3.1.1).
      const size = id === 0 ? 1 : 2;
      if (next + size > bytes.length) return at;
      id = 64 + bytes.readUIntLE(next, size);
      next += size;
    }
    const known = this.#streams.get(id);
    if (format === 3) {
      if (known === undefined) throw this.#fresh(format, id, at);
      return this.#continue(known, bytes, at, next);
    }
    const size = format === 0 ? 11 : format === 1 ? 7 : 3;
    if (next + size > bytes.length) return at;
    const field = bytes.readUIntBE(next, 3);
    const extended = field === EXTENDED;
    if (extended && next + size + 4 > bytes.length) return at;
    const time = extended ? bytes.readUInt32BE(next + size) : field;
    const stream = known ?? this.#open(format, id, at);
    if (format < 2) {
      this.#describe(stream, bytes.readUIntBE(next + 3, 3), bytes.readUInt8(next + 6), at);
    }
    if (format === 0) stream.streamId = bytes.readUInt32LE(next + 7);
    stream.extended = extended;
    stream.extendedValue = time;
    if (stream.body === undefined) {
      stream.delta = time;
      stream.timestamp = format === 0 ? time : (stream.timestamp + time) >>> 0;
    }
    this.#begin(stream, at);
    return next + size + (extended ? 4 : 0);
  }

  /** A type 3 chunk: goes on with a message, or begins one like the message before. */
  #continue(stream: ChunkStream, bytes: Buffer, at: number, from: number): number {
    let next = from;
    if (stream.extended) {
      // The field is repeated on type 3 chunks (§5.3.1.3). OBS left it out until 2024 (OBS #10097),
      // so it is taken off only where it says what the header said.
      for (let index = 0; index < 4; index++) {
        const byte = bytes[from + index];
        if (byte === undefined) return at;
        if (byte !== ((stream.extendedValue >>> (24 - 8 * index)) & 0xff)) break;
        if (index === 3) next = from + 4;
      }
    }
    if (stream.body === undefined) {
      // After a type 0 chunk the delta is that chunk's timestamp (§5.3.1.2.4).
      stream.timestamp = (stream.timestamp + stream.delta) >>> 0;
    }
    this.#begin(stream, at);
    return next;
  }

  #open(format: number, id: number, at: number): ChunkStream {
    // Type 1 as the first of a chunk stream is sent by old encoders for messages of stream 0.
    if (format === 2) throw this.#fresh(format, id, at);
    if (this.#streams.size >= this.#limits.chunkStreams) {
      throw new LimitExceeded(`More than ${this.#limits.chunkStreams} chunk streams`, {
        spec: "RTMP 1.0 §5.3.1.1",
        offset: this.#consumed + at,
      });
    }
    const stream = new ChunkStream();
    this.#streams.set(id, stream);
    return stream;
  }

  /** Length and type of a message, from a type 0 or 1 header. */
  #describe(stream: ChunkStream, length: number, type: number, at: number): void {
    if (stream.body !== undefined && (stream.length !== length || stream.type !== type)) {
      // Chunks behind the first should be of type 3 (§5.3.1.2.4); one that repeats the header is
      // let pass, one that says something else is not.
      throw this.#malformed("A new message begins inside of another", "RTMP 1.0 §5.3.1.2.4", at);
    }
    stream.length = length;
    stream.type = type;
  }

  #begin(stream: ChunkStream, at: number): void {
    if (stream.body === undefined) {
      const limit = this.#sink.limit(stream.type);
      if (stream.length > limit || this.#buffered + stream.length > this.#limits.bufferedBytes) {
        throw new LimitExceeded(`A message of ${stream.length} bytes, type ${stream.type}`, {
          spec: "RTMP 1.0 §5.3.1.2.1",
          offset: this.#consumed + at,
        });
      }
      stream.body = this.#slab.take(stream.length);
      stream.filled = 0;
      this.#buffered += stream.length;
    }
    this.#current = stream;
    this.#left = Math.min(this.#chunkSize, stream.length - stream.filled);
    if (stream.length === 0) this.#complete(stream);
  }

  #complete(stream: ChunkStream): void {
    const { body, type } = stream;
    if (body === undefined) return;
    stream.body = undefined;
    this.#buffered -= stream.length;
    if (type === messageType.setChunkSize) this.#setChunkSize(body);
    else if (type === messageType.abort) this.#abort(body);
    else this.#sink.message(type, stream.streamId, stream.timestamp, body);
  }

  #setChunkSize(body: Buffer): void {
    const size = body.length === 4 ? body.readUInt32BE() : 0;
    if (size < 1 || size > 0x7fffffff) {
      throw this.#malformed(`Chunk size ${size} is not positive`, "RTMP 1.0 §5.4.1", 0);
    }
    this.#chunkSize = size;
  }

  #abort(body: Buffer): void {
    if (body.length !== 4) throw this.#malformed("Abort has no id", "RTMP 1.0 §5.4.2", 0);
    const stream = this.#streams.get(body.readUInt32BE());
    if (stream?.body === undefined) return;
    this.#buffered -= stream.length;
    stream.body = undefined;
  }

  #fresh(format: number, id: number, at: number): MalformedInput {
    const message = `Chunk stream ${id} begins with a type ${format} chunk`;
    return this.#malformed(message, "RTMP 1.0 §5.3.1.2", at);
  }

  #malformed(message: string, spec: string, at: number): MalformedInput {
    return new MalformedInput(message, { spec, offset: this.#consumed + at });
  }
}
