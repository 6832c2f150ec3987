import {
  decodeHeader,
  encodeHeader,
  HEADER_BYTES,
  type IndexHeader,
  RecordCursor,
  type RecordHead,
  recordChunk,
  recordHead,
  recordLength,
  sealedLength,
} from "./index-record.ts";
import type { StoredChunk } from "./resolved-range.ts";

/** Positions of records in the index, in file order; grows by doubling. */
class Positions {
  #items = new Float64Array(256);
  length = 0;

  push(position: number): void {
    if (this.length === this.#items.length) {
      const larger = new Float64Array(this.#items.length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.length] = position;
    this.length += 1;
  }

  at(index: number): number {
    return this.#items[index] ?? -1;
  }

  shorten(length: number): void {
    this.length = Math.min(this.length, length);
  }
}

/** The chunks of one track, in decode order. */
export type TrackChunks = {
  readonly timescale: number;
  readonly length: number;
  /** What the `index`th chunk's record says, without its samples. */
  head(index: number): RecordHead;
  chunk(index: number): StoredChunk;
  /** Place of its record, which grows with its place in the media file. */
  position(index: number): number;
  /** First index whose record fulfils `reached`, which must stay fulfilled after it; `length` if none. */
  search(reached: (head: RecordHead) => boolean): number;
  /** The least `lead` of any chunk, or 0: how far presentation may run before decoding. */
  readonly leastLead: number;
};

type OwnTrack = TrackChunks & { positions: Positions; leastLead: number };

/**
 * The index of one archive file in memory: its bytes as they are on disk, and where the records begin.
 * No object is kept for a chunk or a sample. It may be behind a file that is being written; `append`
 * takes what came since.
 */
export class StretchIndex {
  readonly header: IndexHeader;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #end = HEADER_BYTES;
  readonly #records = new Positions();
  readonly #tracks = new Map<number, OwnTrack>();

  private constructor(header: IndexHeader) {
    this.header = header;
    this.#bytes = encodeHeader(header);
    this.#view = new DataView(this.#bytes.buffer);
    for (const { id, timescale } of header.tracks) this.#tracks.set(id, this.#newTrack(timescale));
  }

  /** Reads an index as far as it is whole; undefined where it has no header of ours. */
  static parse(bytes: Uint8Array): StretchIndex | undefined {
    const header = decodeHeader(bytes);
    if (header === undefined) return undefined;
    const index = new StretchIndex(header);
    const sealed = sealedLength(bytes);
    if (sealed === undefined) index.append(bytes.subarray(HEADER_BYTES));
    else index.#adopt(bytes.subarray(0, sealed));
    return index;
  }

  /** An index without records. */
  static begin(header: IndexHeader): StretchIndex {
    return new StretchIndex(header);
  }

  /** Bytes of the index file that are whole. */
  get end(): number {
    return this.#end;
  }

  /** The index file as far as it is whole. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#end);
  }

  /** Whether an index file has exactly these records. */
  matches(file: Uint8Array): boolean {
    return Buffer.compare(this.bytes, file.subarray(0, sealedLength(file))) === 0;
  }

  /** Bytes that it takes in memory. */
  get memory(): number {
    return this.#bytes.length + this.#records.length * 16;
  }

  get length(): number {
    return this.#records.length;
  }

  /** Where the media ends that is indexed: the place of the next chunk. */
  get mediaEnd(): number {
    const last = this.#records.at(this.length - 1);
    if (last < 0) return this.header.initBytes;
    const { offset, bytes } = recordHead(this.#view, last);
    return offset + bytes;
  }

  get trackIds(): number[] {
    return [...this.#tracks.keys()];
  }

  track(id: number): TrackChunks | undefined {
    return this.#tracks.get(id);
  }

  /** Has `cursor` say what the `at`th record in file order does. */
  read(at: number, cursor: RecordCursor): void {
    cursor.read(this.#view, this.#records.at(at));
  }

  /** The `at`th chunk in file order. */
  chunk(at: number): StoredChunk {
    return recordChunk(this.#view, this.#records.at(at));
  }

  /** Takes further bytes of the index file. What is torn, or does not go on where the last chunk ended, is left out. */
  append(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#take(this.#bytes.subarray(0, this.#end + bytes.length), false);
  }

  /** Takes the whole of an index that has a seal, as it is: the bytes are the index's own from here on. */
  #adopt({ buffer, byteOffset, length }: Uint8Array): void {
    const whole = new Uint8Array(buffer, byteOffset, length);
    const fits = buffer instanceof ArrayBuffer && byteOffset % 4 === 0;
    this.#bytes = fits ? new Uint8Array(buffer, byteOffset, length) : whole.slice();
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, length);
    this.#take(this.#bytes, true);
  }

  #take(known: Uint8Array, sealed: boolean): void {
    let mediaEnd = this.mediaEnd;
    const cursor = new RecordCursor();
    for (;;) {
      const length = recordLength(known, this.#view, this.#end, sealed);
      if (length === 0) return;
      cursor.read(this.#view, this.#end);
      const track = this.#tracks.get(cursor.track);
      if (track === undefined || cursor.offset !== mediaEnd) return;
      mediaEnd += cursor.bytes;
      this.#records.push(this.#end);
      track.positions.push(this.#end);
      track.leastLead = Math.min(track.leastLead, cursor.lead);
      this.#end += length;
    }
  }

  /** Forgets all chunks from the `length`th on. */
  shorten(length: number): void {
    if (length >= this.length) return;
    const first = this.#records.at(length);
    this.#end = first;
    this.#records.shorten(length);
    for (const { positions } of this.#tracks.values()) {
      let kept = positions.length;
      while (kept > 0 && positions.at(kept - 1) >= first) kept -= 1;
      positions.shorten(kept);
    }
  }

  #room(further: number): void {
    if (this.#end + further <= this.#bytes.length) return;
    // Chunks that were handed out keep the old buffer: its bytes never change below `#end`.
    const larger = new Uint8Array(Math.max(this.#end + further, Math.ceil(this.#end * 1.5)));
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }

  #newTrack(timescale: number): OwnTrack {
    const positions = new Positions();
    const head = (index: number): RecordHead => recordHead(this.#view, positions.at(index));
    return {
      timescale,
      positions,
      leastLead: 0,
      get length() {
        return positions.length;
      },
      head,
      chunk: (index) => recordChunk(this.#view, positions.at(index)),
      position: (index) => positions.at(index),
      search(reached) {
        let low = 0;
        let high = positions.length;
        while (low < high) {
          const middle = (low + high) >>> 1;
          if (reached(head(middle))) high = middle;
          else low = middle + 1;
        }
        return low;
      },
    };
  }
}
