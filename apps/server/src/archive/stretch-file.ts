import { type FileHandle, mkdir, open, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { writeInit } from "@oxbow/containers";
import type { Millis } from "@oxbow/media";
import type { Chunk, Stretch } from "../packager/index.ts";
import { absentIfMissing, errorCode } from "./disk-fault.ts";
import { encodeHeader, encodeRecords, encodeSeal, type RecordContext } from "./index-record.ts";
import { MediaClock } from "./media-clock.ts";
import type { PlaylistPlace } from "./playlist-place.ts";
import type { StoredChunk } from "./resolved-range.ts";
import {
  SOURCE,
  type StoredReason,
  type StretchExtent,
  type StretchRow,
} from "./stored-stretch.ts";
import { indexPath, stretchPath } from "./stretch-path.ts";
import type { SyncGate } from "./sync-gate.ts";

/** Two stretches of a stream that begin in the same millisecond are rare, a hundred are an error. */
const NAMES_TRIED = 100;

export type NewStretchFile = {
  readonly root: string;
  readonly id: string;
  readonly stretch: Stretch;
  readonly reason: StoredReason;
  readonly firstSegment: number;
  /** Wall clock of its first picture, of its first audio where there is no video. */
  readonly from: Millis;
  readonly createdAt: Millis;
  /** Where it stands in the broadcast's playlist. */
  readonly place: PlaylistPlace;
  readonly gate: SyncGate;
};

/** One archive file that is being written, with its index. Not for concurrent use: one call at a time. */
export class StretchFile {
  readonly row: StretchRow;
  readonly #root: string;
  readonly #media: FileHandle;
  readonly #index: FileHandle;
  readonly #context: RecordContext;
  readonly #clock: MediaClock;
  readonly #gate: SyncGate;
  #mediaEnd = 0;
  #indexEnd = 0;
  /** CRC-32 of the index up to there. */
  #indexCheck = 0;
  /** Number of the newest segment that has a chunk here. */
  #lastSegment: number;
  #sealed: { readonly number: number; readonly to: Millis };
  #chunks = 0;
  #syncing: Promise<void> | undefined;
  #syncAgain = false;
  #syncFailure: unknown;

  private constructor(
    { root, gate }: NewStretchFile,
    row: StretchRow,
    media: FileHandle,
    index: FileHandle,
    context: RecordContext,
  ) {
    this.#root = root;
    this.row = row;
    this.#media = media;
    this.#index = index;
    this.#context = context;
    this.#gate = gate;
    this.#clock = new MediaClock(row.origin, row.tracks);
    this.#lastSegment = row.firstSegment;
    this.#sealed = { number: row.firstSegment - 1, to: row.from };
  }

  /**
   * Reserves a name, lets `announce` write the row down, and begins both files. What fails on the way
   * leaves no file behind.
   */
  static async create(
    begin: NewStretchFile,
    announce: (row: StretchRow) => Promise<void>,
  ): Promise<StretchFile> {
    const { path, media } = await reserve(begin);
    let index: FileHandle | undefined;
    try {
      index = await open(join(begin.root, indexPath(path)), "w");
      const row = rowOf(begin, path);
      await announce(row);
      const init = writeInit(row.tracks);
      const header = {
        initBytes: init.length,
        origin: row.origin,
        tracks: row.tracks.map(({ id, timescale }) => ({ id, timescale })),
      };
      const continues = row.reason === "length";
      const seen = new Set<number>();
      const discontinuity = ({ track }: StoredChunk): boolean => {
        const first = !seen.has(track);
        seen.add(track);
        return first && !continues;
      };
      const file = new StretchFile(begin, row, media, index, { header, discontinuity });
      await file.#append([init], encodeHeader(header));
      return file;
    } catch (error) {
      await index?.close();
      await media.close();
      await unlink(join(begin.root, indexPath(path))).catch(() => undefined);
      await unlink(join(begin.root, path)).catch(() => undefined);
      throw error;
    }
  }

  get lastSegment(): number {
    return this.#lastSegment;
  }

  get empty(): boolean {
    return this.#chunks === 0;
  }

  get mediaBytes(): number {
    return this.#mediaEnd;
  }

  get indexBytes(): number {
    return this.#indexEnd;
  }

  /** Appends whole chunks: the media first, then their records. */
  async append(chunks: readonly Chunk[]): Promise<void> {
    const buffers: Uint8Array[] = [];
    const stored: StoredChunk[] = [];
    let offset = this.#mediaEnd;
    for (const chunk of chunks) {
      for (const buffer of chunk.buffers) buffers.push(buffer);
      stored.push(storedAt(chunk, offset));
      offset += chunk.bytes;
    }
    await this.#append(buffers, encodeRecords(stored, this.#context));
    for (const chunk of stored) {
      this.#clock.add(chunk);
      this.#lastSegment = Math.max(this.#lastSegment, chunk.segment);
    }
    this.#chunks += chunks.length;
  }

  /** Segment `number` is complete, and ends at `to`: how far it reaches with it. */
  seal(number: number, to: Millis): StretchExtent {
    this.#sealed = { number, to };
    return this.#extent(number, to, true);
  }

  /** How far it reaches with everything appended, segments that never were complete included. */
  closedExtent(): StretchExtent {
    const complete = this.#sealed.number === this.#lastSegment;
    const to = complete ? this.#sealed.to : (this.#clock.end ?? this.row.from);
    return this.#extent(this.#lastSegment, to, false);
  }

  #extent(lastSegment: number, to: Millis, isOpen: boolean): StretchExtent {
    const segments = lastSegment - this.row.firstSegment + 1;
    return { to, segments, bytes: this.#mediaEnd, open: isOpen };
  }

  /** Asks for a sync of what is written. At most one runs; one more follows if it was asked for meanwhile. */
  sync(): void {
    if (this.#syncing !== undefined) {
      this.#syncAgain = true;
      return;
    }
    this.#syncing = this.#gate
      .run(() => this.#media.datasync(), this.row.rendition === SOURCE)
      .catch((error: unknown) => {
        this.#syncFailure ??= error;
      })
      .finally(() => {
        this.#syncing = undefined;
        if (!this.#syncAgain) return;
        this.#syncAgain = false;
        this.sync();
      });
  }

  /** Waits for the syncs that were asked for. Throws what a sync threw. */
  async synced(): Promise<void> {
    while (this.#syncing !== undefined) await this.#syncing;
    this.failIfUnsynced();
  }

  /** Throws what a sync threw. */
  failIfUnsynced(): void {
    if (this.#syncFailure !== undefined) throw this.#syncFailure;
  }

  /** Removes both files, after `close`. */
  async remove(): Promise<void> {
    for (const path of [indexPath(this.row.path), this.row.path]) {
      await unlink(join(this.#root, path)).catch(absentIfMissing);
    }
  }

  /** Cuts off what a failed write left behind the last whole chunk, syncs and closes. Throws after all was tried. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async (step: () => Promise<void>): Promise<void> => {
      await step().catch((error: unknown) => failures.push(error));
    };
    await attempt(() => cut(this.#media, this.#mediaEnd));
    await attempt(() => cut(this.#index, this.#indexEnd));
    const seal = encodeSeal(this.#indexCheck);
    await attempt(async () => void (await writeAll(this.#index, [seal], this.#indexEnd)));
    this.sync();
    await attempt(() => this.synced());
    await attempt(() => this.#index.close());
    await attempt(() => this.#media.close());
    if (failures.length > 0) throw failures[0];
  }

  async #append(media: readonly Uint8Array[], records: Uint8Array): Promise<void> {
    const mediaEnd = await writeAll(this.#media, media, this.#mediaEnd);
    // A chunk without a record would end the index: both count, or neither.
    this.#indexEnd = await writeAll(this.#index, [records], this.#indexEnd);
    this.#indexCheck = crc32(records, this.#indexCheck);
    this.#mediaEnd = mediaEnd;
  }
}

function storedAt(chunk: Chunk, offset: number): StoredChunk {
  const { track, bytes, headerBytes, dts, duration, segment, part, independent, samples } = chunk;
  return {
    track,
    offset,
    bytes,
    headerBytes,
    dts,
    duration,
    segment,
    part,
    independent,
    samples,
  };
}

function rowOf(begin: NewStretchFile, path: string): StretchRow {
  const { stream, broadcast, rendition, origin, tracks } = begin.stretch;
  return {
    id: begin.id,
    stream,
    broadcast,
    rendition,
    reason: begin.reason,
    path,
    origin,
    tracks,
    firstSegment: begin.firstSegment,
    segments: 0,
    from: begin.from,
    to: begin.from,
    bytes: 0,
    open: true,
    createdAt: begin.createdAt,
    stretch: begin.stretch.id,
    ...begin.place,
  };
}

async function reserve(begin: NewStretchFile): Promise<{ path: string; media: FileHandle }> {
  const { stream, rendition } = begin.stretch;
  for (let attempt = 1; ; attempt += 1) {
    const path = stretchPath(stream, begin.from, rendition, attempt);
    const file = join(begin.root, path);
    await mkdir(dirname(file), { recursive: true });
    try {
      return { path, media: await open(file, "wx") };
    } catch (error) {
      // Taken; or retention has removed the day's folder, which was empty, in between.
      const again = ["EEXIST", "ENOENT"].includes(errorCode(error));
      if (!again || attempt === NAMES_TRIED) throw error;
    }
  }
}

/** `writev` at `position` until all is written: a full disk and a signal both shorten it. */
async function writeAll(
  handle: FileHandle,
  buffers: readonly Uint8Array[],
  position: number,
): Promise<number> {
  let left = buffers.filter((buffer) => buffer.length > 0);
  let at = position;
  while (left.length > 0) {
    const { bytesWritten } = await handle.writev(left, at);
    if (bytesWritten === 0) throw new Error(`Cannot write at ${at}: the disk takes nothing`);
    at += bytesWritten;
    left = without(left, bytesWritten);
  }
  return at;
}

function without(buffers: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skip = bytes;
  const rest: Uint8Array[] = [];
  for (const buffer of buffers) {
    if (skip >= buffer.length) skip -= buffer.length;
    else {
      rest.push(skip === 0 ? buffer : buffer.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}

async function cut(handle: FileHandle, size: number): Promise<void> {
  const { size: found } = await handle.stat();
  if (found > size) await handle.truncate(size);
}
