import type { Track } from "@oxbow/media";
import { RecordCursor } from "./index-record.ts";
import { leadingTrack } from "./media-clock.ts";
import type { StretchIndex, TrackChunks } from "./stretch-index.ts";

/** A segment of one file, over all its tracks. */
export type TableSegment = {
  readonly number: number;
  /** Its beginning in milliseconds of the broadcast's timeline, and its length. */
  readonly at: number;
  readonly seconds: number;
  /** Of its chunks, all tracks. */
  readonly bytes: number;
  /** Samples of the leading track. */
  readonly samples: number;
  /** A decoder can start here. */
  readonly independent: boolean;
  /** Ids of the tracks that have media in it. */
  readonly tracks: readonly number[];
};

/** The chunks of one segment of a track: `[first, end)` in the track's list. */
export function chunksOfSegment(
  track: TrackChunks,
  number: number,
): { readonly first: number; readonly end: number } {
  return {
    first: track.search(({ segment }) => segment >= number),
    end: track.search(({ segment }) => segment > number),
  };
}

const INDEPENDENT = 0x80;
/** The row tells of the leading track. */
const LED = 0x40;
const LEAST_ROWS = 64;
/** A rest of a segment after a cut says nothing about the rate. */
const RATED_SECONDS = 0.5;

const TRACKS: readonly (readonly number[])[] = Array.from({ length: 16 }, (_, bits) =>
  [1, 2, 3, 4].filter((id) => bits & (1 << (id - 1))),
);

/**
 * The sealed segments of a file, column by column: some 30 bytes each. A row is as long as its leading
 * track says, or another one where that has nothing. A file that grows is read on from where it was.
 */
export class SegmentTable {
  /** Number of the first segment. */
  readonly first: number;
  /** Sealed segments. */
  length = 0;
  readonly #leading: number;
  readonly #timescales: ReadonlyMap<number, number>;
  /** Records that were read. */
  #read = 0;
  #at = new Float64Array(LEAST_ROWS);
  #seconds = new Float64Array(LEAST_ROWS);
  #bytes = new Float64Array(LEAST_ROWS);
  #samples = new Uint32Array(LEAST_ROWS);
  #pictures = new Uint32Array(LEAST_ROWS);
  #flags = new Uint8Array(LEAST_ROWS);
  #rated = { rows: 0, bytes: 0, seconds: 0, peak: 0, longest: 0, picturePeak: 0, pictures: 0 };

  constructor(tracks: readonly Track[], first: number) {
    this.first = first;
    this.#leading = leadingTrack(tracks)?.id ?? 0;
    this.#timescales = new Map(tracks.map(({ id, timescale }) => [id, timescale]));
  }

  /** Memory that it takes. */
  get memory(): number {
    return this.#flags.length * 33 + 512;
  }

  /** Reads what the index has further, of which the segments up to number `last` are sealed. */
  extend(index: StretchIndex, last: number): void {
    const cursor = new RecordCursor();
    let rows = this.length;
    for (; this.#read < index.length; this.#read += 1) {
      index.read(this.#read, cursor);
      const row = cursor.segment - this.first;
      if (row < 0) continue;
      this.#room(row + 1);
      this.#add(row, cursor);
      rows = Math.max(rows, row + 1);
    }
    this.length = Math.max(this.length, Math.min(rows, last - this.first + 1));
  }

  /** Milliseconds of the broadcast's timeline at which a segment begins. */
  at(row: number): number {
    return this.#at[row] ?? 0;
  }

  seconds(row: number): number {
    return this.#seconds[row] ?? 0;
  }

  independent(row: number): boolean {
    return ((this.#flags[row] ?? 0) & INDEPENDENT) !== 0;
  }

  hasTrack(row: number, track: number): boolean {
    return ((this.#flags[row] ?? 0) & (1 << (track - 1))) !== 0;
  }

  /** Bytes of the picture that it begins with, if that decodes alone; else 0. */
  pictureBytes(row: number): number {
    return this.#pictures[row] ?? 0;
  }

  /** A row as a value. */
  segment(row: number): TableSegment {
    const flags = this.#flags[row] ?? 0;
    return {
      number: this.first + row,
      at: this.at(row),
      seconds: this.seconds(row),
      bytes: this.#bytes[row] ?? 0,
      samples: this.#samples[row] ?? 0,
      independent: (flags & INDEPENDENT) !== 0,
      tracks: TRACKS[flags & 15] ?? [],
    };
  }

  *[Symbol.iterator](): Generator<TableSegment> {
    for (let row = 0; row < this.length; row += 1) yield this.segment(row);
  }

  /** First row that begins after `ms` of the broadcast's timeline, or `length`. */
  after(ms: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) > ms) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Sums, and the most that any segment has; bits a second. Only what is new is looked at. */
  get rates(): Readonly<Rates> {
    const sums = this.#rated;
    for (; sums.rows < this.length; sums.rows += 1) {
      const seconds = this.seconds(sums.rows);
      const bytes = this.#bytes[sums.rows] ?? 0;
      const picture = this.pictureBytes(sums.rows);
      sums.bytes += bytes;
      sums.seconds += seconds;
      sums.pictures += picture;
      sums.longest = Math.max(sums.longest, seconds);
      if (seconds < RATED_SECONDS) continue;
      sums.peak = Math.max(sums.peak, (bytes * 8) / seconds);
      sums.picturePeak = Math.max(sums.picturePeak, (picture * 8) / seconds);
    }
    return sums;
  }

  #add(row: number, record: RecordCursor): void {
    const { track } = record;
    const timescale = this.#timescales.get(track);
    if (timescale === undefined || track > 4) return;
    const flags = this.#flags[row] ?? 0;
    this.#bytes[row] = (this.#bytes[row] ?? 0) + record.bytes;
    const leads = track === this.#leading;
    let kept = flags | (1 << (track - 1));
    if ((leads && !(flags & LED)) || flags === 0) {
      this.#at[row] = ((record.dts + record.lead) * 1000) / timescale;
      this.#seconds[row] = 0;
      this.#samples[row] = 0;
      kept = (kept & 15) | (leads ? LED : 0) | (record.independent ? INDEPENDENT : 0);
      this.#pictures[row] = leads && record.independent ? record.firstSize : 0;
    } else if (!leads && flags & LED) {
      this.#flags[row] = kept;
      return;
    }
    this.#flags[row] = kept;
    this.#seconds[row] = (this.#seconds[row] ?? 0) + record.duration / timescale;
    this.#samples[row] = (this.#samples[row] ?? 0) + record.samples;
  }

  #room(rows: number): void {
    if (rows <= this.#flags.length) return;
    const size = Math.max(rows, this.#flags.length * 2);
    this.#at = wider(this.#at, new Float64Array(size));
    this.#seconds = wider(this.#seconds, new Float64Array(size));
    this.#bytes = wider(this.#bytes, new Float64Array(size));
    this.#samples = wider(this.#samples, new Uint32Array(size));
    this.#pictures = wider(this.#pictures, new Uint32Array(size));
    this.#flags = wider(this.#flags, new Uint8Array(size));
  }
}

/** What a wider column takes over. */
function wider<Column extends { set: (of: Column) => void }>(of: Column, made: Column): Column {
  made.set(of);
  return made;
}

/** What the segments of a file amount to. */
export type Rates = {
  readonly bytes: number;
  readonly seconds: number;
  readonly peak: number;
  readonly longest: number;
  /** Of the pictures that segments begin with. */
  readonly pictures: number;
  readonly picturePeak: number;
};
