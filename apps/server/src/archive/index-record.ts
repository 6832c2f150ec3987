import { crc32 } from "node:zlib";
import { runDuration, type SampleRun } from "@oxbow/containers";
import type { StoredChunk } from "./resolved-range.ts";

// The index of an archive file: a header, then for each chunk a record of 64 bytes and its sample
// columns behind it. Little-endian; everything begins at a multiple of four bytes, so that columns are
// read in place as typed arrays.
//
// Header                               Record
//  0 u32 magic                          0 u32 mark
//  4 u32 version                        4 u32 CRC-32 of all that follows, columns included
//  8 u32 bytes of ftyp and moov         8 f64 offset of the moof in the media file
// 12 u32 number of tracks              16 f64 decode time, ticks
// 16 f64 origin, Unix milliseconds     24 f64 wall clock of the earliest presentation, milliseconds
// 24 u32 id, u32 timescale per track   32 u32 bytes of the chunk
// 60 u32 CRC-32 of the 60 before       36 u32 bytes before the samples
//                                      40 u32 duration, ticks
//                                      44 u32 segment
//                                      48 u32 number of samples
//                                      52 i32 earliest presentation less decode time, ticks
//                                      56 u16 part   58 u8 track   59 u8 flags
//                                      60 u32 number of sync positions
// A file that is complete ends with a seal of 64 bytes: u32 its mark, u32 CRC-32 of all before it. A reader
// then needs no checksum of any record.
//
// Columns: sizes u32, durations u32 unless UNIFORM, composition offsets i32 if OFFSETS, sync positions
// u32 unless ALL_SYNC.

export const HEADER_BYTES = 64;
const RECORD_BYTES = 64;
const HEADER_MAGIC = 0x5849584f;
const RECORD_MARK = 0x4b48434f;
const SEAL_BYTES = 64;
const SEAL_MARK = 0x4c414553;
const VERSION = 1;
const MOST_TRACKS = 4;

const INDEPENDENT = 1;
const SEGMENT_START = 2;
const DISCONTINUITY = 4;
const UNIFORM = 8;
const OFFSETS = 16;
const ALL_SYNC = 32;

/** What the header of an index says about its media file. */
export type IndexHeader = {
  /** Length of `ftyp moov`: where the first chunk stands. */
  readonly initBytes: number;
  /** Wall clock at tick 0, milliseconds. */
  readonly origin: number;
  readonly tracks: readonly { readonly id: number; readonly timescale: number }[];
};

/** Where a record lies in the index, what it says without its columns. */
export type RecordHead = {
  readonly offset: number;
  readonly bytes: number;
  readonly dts: number;
  readonly duration: number;
  readonly segment: number;
  /** Number of samples. */
  readonly samples: number;
  /** Earliest presentation time less `dts`, in ticks. */
  readonly lead: number;
  readonly independent: boolean;
};

export function encodeHeader(header: IndexHeader): Uint8Array<ArrayBuffer> {
  if (header.tracks.length > MOST_TRACKS) {
    throw new RangeError(`Cannot index ${header.tracks.length} tracks: at most ${MOST_TRACKS}`);
  }
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, HEADER_MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, header.initBytes, true);
  view.setUint32(12, header.tracks.length, true);
  view.setFloat64(16, header.origin, true);
  header.tracks.forEach((track, at) => {
    view.setUint32(24 + at * 8, track.id, true);
    view.setUint32(28 + at * 8, track.timescale, true);
  });
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true);
  return bytes;
}

/** Undefined where the bytes are no header of this version. */
export function decodeHeader(bytes: Uint8Array): IndexHeader | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  if (view.getUint32(0, true) !== HEADER_MAGIC || view.getUint32(4, true) !== VERSION) {
    return undefined;
  }
  if (view.getUint32(60, true) !== crc32(bytes.subarray(0, 60))) return undefined;
  const count = Math.min(view.getUint32(12, true), MOST_TRACKS);
  return {
    initBytes: view.getUint32(8, true),
    origin: view.getFloat64(16, true),
    tracks: Array.from({ length: count }, (_, at) => ({
      id: view.getUint32(24 + at * 8, true),
      timescale: view.getUint32(28 + at * 8, true),
    })),
  };
}

/** What ends the index of a complete file. `check`: CRC-32 of all that comes before. */
export function encodeSeal(check: number): Uint8Array {
  const seal = new Uint8Array(SEAL_BYTES);
  const view = new DataView(seal.buffer);
  view.setUint32(0, SEAL_MARK, true);
  view.setUint32(4, check, true);
  return seal;
}

/** How many bytes stand before the seal; undefined where there is none, or they are others than it says. */
export function sealedLength(bytes: Uint8Array): number | undefined {
  const length = bytes.length - SEAL_BYTES;
  if (length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + length, SEAL_BYTES);
  if (view.getUint32(0, true) !== SEAL_MARK) return undefined;
  return view.getUint32(4, true) === crc32(bytes.subarray(0, length)) ? length : undefined;
}

/** Earliest presentation time of a run less its decode time, in ticks. */
export function earliestLead(samples: SampleRun): number {
  if (samples.ctos === undefined) return 0;
  let least = Number.POSITIVE_INFINITY;
  let decode = 0;
  for (let at = 0; at < samples.count; at += 1) {
    least = Math.min(least, decode + (samples.ctos[at] ?? 0));
    decode +=
      typeof samples.durations === "number" ? samples.durations : (samples.durations[at] ?? 0);
  }
  return samples.count === 0 ? 0 : least;
}

function encodedLength({ samples }: StoredChunk): number {
  let columns = samples.count;
  if (typeof samples.durations !== "number") columns += samples.count;
  if (samples.ctos !== undefined) columns += samples.count;
  if (samples.syncs !== "all") columns += samples.syncs.length;
  return RECORD_BYTES + columns * 4;
}

function flagsOf(chunk: StoredChunk, discontinuity: boolean): number {
  return (
    (chunk.independent ? INDEPENDENT : 0) |
    (chunk.part === 0 ? SEGMENT_START : 0) |
    (discontinuity ? DISCONTINUITY : 0) |
    (typeof chunk.samples.durations === "number" ? UNIFORM : 0) |
    (chunk.samples.ctos === undefined ? 0 : OFFSETS) |
    (chunk.samples.syncs === "all" ? ALL_SYNC : 0)
  );
}

/** Whether a track's clock of a chunk begins anew, as the first of a file that follows a break does. */
export type RecordContext = {
  readonly header: IndexHeader;
  readonly discontinuity: (chunk: StoredChunk) => boolean;
};

/** Records with their columns, in the order given, as one buffer. */
export function encodeRecords(chunks: readonly StoredChunk[], context: RecordContext): Uint8Array {
  let length = 0;
  for (const chunk of chunks) length += encodedLength(chunk);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const chunk of chunks) {
    writeRecord(view, at, chunk, context);
    const end = writeColumns(bytes.buffer, at + RECORD_BYTES, chunk.samples);
    view.setUint32(at + 4, crc32(bytes.subarray(at + 8, end)), true);
    at = end;
  }
  return bytes;
}

function writeRecord(
  view: DataView,
  at: number,
  chunk: StoredChunk,
  { header, discontinuity }: RecordContext,
): void {
  const { samples } = chunk;
  const lead = earliestLead(samples);
  const timescale = header.tracks.find(({ id }) => id === chunk.track)?.timescale ?? 1000;
  view.setUint32(at, RECORD_MARK, true);
  view.setFloat64(at + 8, chunk.offset, true);
  view.setFloat64(at + 16, chunk.dts, true);
  view.setFloat64(at + 24, header.origin + ((chunk.dts + lead) * 1000) / timescale, true);
  view.setUint32(at + 32, chunk.bytes, true);
  view.setUint32(at + 36, chunk.headerBytes, true);
  view.setUint32(at + 40, runDuration(samples), true);
  view.setUint32(at + 44, chunk.segment, true);
  view.setUint32(at + 48, samples.count, true);
  view.setInt32(at + 52, lead, true);
  view.setUint16(at + 56, Math.min(chunk.part, 0xffff), true);
  view.setUint8(at + 58, chunk.track);
  view.setUint8(at + 59, flagsOf(chunk, discontinuity(chunk)));
  view.setUint32(at + 60, samples.syncs === "all" ? 0 : samples.syncs.length, true);
}

function writeColumns(buffer: ArrayBuffer, start: number, samples: SampleRun): number {
  const { count, sizes, durations, ctos, syncs } = samples;
  let at = start;
  new Uint32Array(buffer, at, count).set(sizes.subarray(0, count));
  at += count * 4;
  if (typeof durations !== "number") {
    new Uint32Array(buffer, at, count).set(durations.subarray(0, count));
    at += count * 4;
  }
  if (ctos !== undefined) {
    new Int32Array(buffer, at, count).set(ctos.subarray(0, count));
    at += count * 4;
  }
  if (syncs !== "all") {
    new Uint32Array(buffer, at, syncs.length).set(syncs);
    at += syncs.length * 4;
  }
  return at;
}

/**
 * The length of the record at `at` with its columns, or 0 where no whole record stands there: a torn
 * tail, other bytes, or a wrong checksum. Where the file is `sealed`, its checksum is known to be right.
 */
export function recordLength(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  sealed: boolean,
): number {
  if (at + RECORD_BYTES > bytes.length || view.getUint32(at, true) !== RECORD_MARK) return 0;
  const flags = view.getUint8(at + 59);
  const columns = 1 + ((flags & UNIFORM) === 0 ? 1 : 0) + ((flags & OFFSETS) === 0 ? 0 : 1);
  const syncs = (flags & ALL_SYNC) === 0 ? view.getUint32(at + 60, true) : 0;
  const length = RECORD_BYTES + (view.getUint32(at + 48, true) * columns + syncs) * 4;
  if (at + length > bytes.length) return 0;
  if (sealed) return length;
  const check = crc32(bytes.subarray(at + 8, at + length));
  return view.getUint32(at + 4, true) === check ? length : 0;
}

export function recordHead(view: DataView, at: number): RecordHead {
  return {
    offset: view.getFloat64(at + 8, true),
    bytes: view.getUint32(at + 32, true),
    dts: view.getFloat64(at + 16, true),
    duration: view.getUint32(at + 40, true),
    segment: view.getUint32(at + 44, true),
    samples: view.getUint32(at + 48, true),
    lead: view.getInt32(at + 52, true),
    independent: (view.getUint8(at + 59) & INDEPENDENT) !== 0,
  };
}

/** What one record after the other says, in fields that the next one overwrites: no object is made. */
export class RecordCursor {
  track = 0;
  offset = 0;
  bytes = 0;
  dts = 0;
  duration = 0;
  segment = 0;
  samples = 0;
  lead = 0;
  independent = false;
  headerBytes = 0;
  /** Of its first sample; 0 where it has none. */
  firstSize = 0;

  read(view: DataView, at: number): void {
    this.offset = view.getFloat64(at + 8, true);
    this.dts = view.getFloat64(at + 16, true);
    this.bytes = view.getUint32(at + 32, true);
    this.headerBytes = view.getUint32(at + 36, true);
    this.duration = view.getUint32(at + 40, true);
    this.segment = view.getUint32(at + 44, true);
    this.samples = view.getUint32(at + 48, true);
    this.lead = view.getInt32(at + 52, true);
    this.track = view.getUint8(at + 58);
    this.independent = (view.getUint8(at + 59) & INDEPENDENT) !== 0;
    this.firstSize = this.samples > 0 ? view.getUint32(at + RECORD_BYTES, true) : 0;
  }
}

/** The chunk of the record at `at`; its columns are views on the index's own bytes. */
export function recordChunk(view: DataView, at: number): StoredChunk {
  const flags = view.getUint8(at + 59);
  const count = view.getUint32(at + 48, true);
  const duration = view.getUint32(at + 40, true);
  const { buffer } = view;
  let column = view.byteOffset + at + RECORD_BYTES;
  const next = (length: number): number => {
    const start = column;
    column += length * 4;
    return start;
  };
  const sizes = new Uint32Array(buffer, next(count), count);
  const durations =
    (flags & UNIFORM) === 0
      ? new Uint32Array(buffer, next(count), count)
      : duration / Math.max(count, 1);
  const ctos = (flags & OFFSETS) === 0 ? undefined : new Int32Array(buffer, next(count), count);
  const syncCount = view.getUint32(at + 60, true);
  const syncs =
    (flags & ALL_SYNC) === 0 ? new Uint32Array(buffer, next(syncCount), syncCount) : "all";
  return {
    track: view.getUint8(at + 58),
    offset: view.getFloat64(at + 8, true),
    bytes: view.getUint32(at + 32, true),
    headerBytes: view.getUint32(at + 36, true),
    dts: view.getFloat64(at + 16, true),
    duration,
    segment: view.getUint32(at + 44, true),
    part: view.getUint16(at + 56, true),
    independent: (flags & INDEPENDENT) !== 0,
    samples:
      ctos === undefined
        ? { count, sizes, durations, syncs }
        : { count, sizes, durations, ctos, syncs },
  };
}
