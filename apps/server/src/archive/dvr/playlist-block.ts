import { type PlaylistSegment, playlistEntries } from "@oxbow/hls";
import { AUDIO_TRACK, millis, VIDEO_TRACK } from "@oxbow/media";
import { initPath, picturePath, segmentPath } from "../../packager/index.ts";
import type { RenditionFiles, RenditionSegment } from "../rendition-files.ts";
import type { SegmentTable } from "../segment-table.ts";
import type { StretchRow } from "../stored-stretch.ts";

/** Which playlist of a range: of a track, or of the pictures that decode alone. */
export type PlaylistKind = "video" | "audio" | "pictures";

export const TRACK_OF: Readonly<Record<PlaylistKind, number>> = {
  video: VIDEO_TRACK,
  audio: AUDIO_TRACK,
  pictures: VIDEO_TRACK,
};

/** A segment may be this much longer than the target, and rounded it is none longer (rfc8216bis §4.4.3.1). */
const OVERRUN = 0.499;
const LEAST_SECONDS = 0.001;
const LEAST_BYTES = 4096;

/** URI of the initialization section of a file's stretch. */
export function mapOf({ stretch }: Pick<StretchRow, "stretch">, kind: PlaylistKind): string {
  return initPath(stretch, TRACK_OF[kind]);
}

/** What a block is written from: an entry for each segment of one file of the source. */
export type BlockEntries = {
  /** The section that the text takes for said, where all its entries have the same. */
  readonly map: string | undefined;
  entry(row: number): PlaylistSegment;
  /** A decoder can start with it. */
  independent(row: number): boolean;
};

/**
 * The entries of one file of the source in one playlist, as text that is written once: an entry never
 * changes. What was handed out stays as it is while the text grows.
 */
export class PlaylistBlock {
  #text = Buffer.allocUnsafe(LEAST_BYTES);
  /** Where the entry of a row ends. */
  #ends = new Uint32Array(64);
  #rows = 0;
  #gaps = false;
  #independent = true;
  /** The section that the text takes for said, the one that its end has, and where it says others. */
  #base: string | undefined;
  #map: string | undefined;
  readonly #changes: { readonly row: number; readonly map: string }[] = [];

  get memory(): number {
    return this.#text.length + this.#ends.byteLength + 256;
  }

  /** Some entry has no media in this playlist. */
  get gaps(): boolean {
    return this.#gaps;
  }

  /** Every entry can be decoded without another. */
  get independent(): boolean {
    return this.#independent;
  }

  /** Entries that are there. */
  get rows(): number {
    return this.#rows;
  }

  /** Writes the entries up to row `rows` that are not there yet. */
  extend(entries: BlockEntries, rows: number): void {
    for (; this.#rows < rows; this.#rows += 1) {
      const row = this.#rows;
      const entry = entries.entry(row);
      if (entry.gap) this.#gaps = true;
      if (!entries.independent(row)) this.#independent = false;
      if (row === 0) this.#base = this.#map = entries.map ?? entry.map;
      this.#append(playlistEntries([entry], this.#map));
      if (entry.map === undefined || entry.map === this.#map) continue;
      this.#map = entry.map;
      this.#changes.push({ row, map: entry.map });
    }
  }

  /** The section that the text from `row` on takes for said; undefined where it says its own. */
  mapBefore(row: number): string | undefined {
    return this.#changes.findLast((change) => change.row < row)?.map ?? this.#base;
  }

  /** The text of the rows `[first, end)`, without the EXT-X-MAP that `mapBefore` tells. */
  slice(first: number, end: number): Uint8Array {
    return this.#text.subarray(this.#start(first), this.#start(end));
  }

  #start(row: number): number {
    return row === 0 ? 0 : (this.#ends[row - 1] ?? 0);
  }

  #append(text: string): void {
    const end = this.#start(this.#rows);
    const bytes = Buffer.byteLength(text);
    if (end + bytes > this.#text.length) {
      const larger = Buffer.allocUnsafe(Math.max(end + bytes, this.#text.length * 2));
      larger.set(this.#text.subarray(0, end));
      this.#text = larger;
    }
    this.#text.write(text, end);
    if (this.#rows === this.#ends.length) {
      const longer = new Uint32Array(this.#ends.length * 2);
      longer.set(this.#ends);
      this.#ends = longer;
    }
    this.#ends[this.#rows] = end + bytes;
  }
}

/** What a block is about: the segments of one file, in a playlist of this kind and target (seconds). */
export type BlockOf = {
  readonly row: StretchRow;
  readonly table: SegmentTable;
  readonly kind: PlaylistKind;
  readonly target: number;
};

function sourceEntries({ row, table, kind, target }: BlockOf): BlockEntries {
  const track = TRACK_OF[kind];
  const pictures = kind === "pictures";
  const address = pictures ? picturePath : segmentPath;
  const map = mapOf(row, kind);
  return {
    map: row.tracks.some(({ id }) => id === track) ? map : undefined,
    independent: (at) => table.independent(at),
    entry(at) {
      const uri = address(row.stretch, track, table.first + at);
      const there = pictures ? table.pictureBytes(at) > 0 : table.hasTrack(at, track);
      return { uri, ...placeOf(row, table, at, target), ...(there ? { map } : { gap: true }) };
    },
  };
}

/** The source's entries, with what was made of them; what was not is a gap. */
function renditionEntries(
  { row, table, kind, target }: BlockOf,
  rendition: RenditionFiles,
): BlockEntries {
  const track = TRACK_OF[kind];
  const { broadcast } = row;
  const found = (at: number): RenditionSegment | undefined => {
    const wall = row.origin + table.at(at);
    return rendition.find(
      { broadcast, number: table.first + at, wall, seconds: table.seconds(at) },
      track,
    );
  };
  return {
    map: undefined,
    independent(at) {
      const segment = found(at);
      return segment === undefined || segment.table.independent(segment.at);
    },
    entry(at) {
      const place = placeOf(row, table, at, target);
      const number = table.first + at;
      const segment = found(at);
      if (segment === undefined) return { uri: `gap/${number}.m4s`, ...place, gap: true };
      const { stretch } = segment.row;
      return { uri: segmentPath(stretch, track, number), ...place, map: mapOf({ stretch }, kind) };
    },
  };
}

function placeOf(row: StretchRow, table: SegmentTable, at: number, target: number) {
  const seconds = Math.max(LEAST_SECONDS, Math.min(table.seconds(at), target + OVERRUN));
  return { seconds, wall: millis(row.origin + table.at(at)) };
}

/** Blocks of text that many playlists share, bounded by their bytes; the one not used for longest goes first. */
export class PlaylistBlocks {
  readonly #limit: number;
  readonly #blocks = new Map<string, PlaylistBlock>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** The block of a file with at least `rows` entries. */
  source(of: BlockOf, rows: number): PlaylistBlock {
    const key = `${of.row.id} ${of.kind} ${of.target}`;
    return this.#block(key, rows, () => sourceEntries(of));
  }

  /**
   * The same of what was made of the file. What was told early is kept apart: there may be a gap where
   * media came after all.
   */
  rendition(of: BlockOf, files: RenditionFiles, rows: number, isEarly: boolean): PlaylistBlock {
    const key = `${of.row.id} ${of.kind} ${of.target} ${files.name} ${isEarly ? "early" : ""}`;
    return this.#block(key, rows, () => renditionEntries(of, files));
  }

  #block(key: string, rows: number, entries: () => BlockEntries): PlaylistBlock {
    const block = this.#blocks.get(key) ?? new PlaylistBlock();
    const before = this.#blocks.delete(key) ? block.memory : 0;
    if (block.rows < rows) block.extend(entries(), rows);
    this.#blocks.set(key, block);
    this.#bytes += block.memory - before;
    for (const [oldest, { memory }] of this.#blocks) {
      if (this.#bytes <= this.#limit || oldest === key) break;
      this.#blocks.delete(oldest);
      this.#bytes -= memory;
    }
    return block;
  }
}
