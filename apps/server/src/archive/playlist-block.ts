import { type PlaylistSegment, playlistEntries } from "@oxbow/hls";
import { AUDIO_TRACK, millis, VIDEO_TRACK } from "@oxbow/media";
import { initPath, picturePath, segmentPath } from "../packager/index.ts";
import type { SegmentTable } from "./segment-table.ts";
import type { StretchRow } from "./stored-stretch.ts";

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

/**
 * The entries of one file in one playlist, as text that is written once: an entry never changes. What
 * was handed out stays as it is while the text grows.
 */
export class PlaylistBlock {
  readonly #kind: PlaylistKind;
  /** Seconds. */
  readonly #target: number;
  #text = Buffer.allocUnsafe(LEAST_BYTES);
  /** Where the entry of a row ends. */
  #ends = new Uint32Array(64);
  #rows = 0;
  #gaps = false;
  #independent = true;

  constructor(kind: PlaylistKind, target: number) {
    this.#kind = kind;
    this.#target = target;
  }

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

  /** Writes the entries up to row `rows` that are not there yet. */
  extend(row: StretchRow, table: SegmentTable, rows: number): void {
    for (; this.#rows < rows; this.#rows += 1) {
      const entry = this.#entry(row, table, this.#rows);
      if (entry.gap) this.#gaps = true;
      if (!table.independent(this.#rows)) this.#independent = false;
      this.#append(playlistEntries([entry], mapOf(row, this.#kind)));
    }
  }

  /** The text of the rows `[first, end)`, without EXT-X-MAP. */
  slice(first: number, end: number): Uint8Array {
    return this.#text.subarray(this.#start(first), this.#start(end));
  }

  #start(row: number): number {
    return row === 0 ? 0 : (this.#ends[row - 1] ?? 0);
  }

  #entry(row: StretchRow, table: SegmentTable, at: number): PlaylistSegment {
    const track = TRACK_OF[this.#kind];
    const pictures = this.#kind === "pictures";
    const address = pictures ? picturePath : segmentPath;
    const uri = address(row.stretch, track, table.first + at);
    const longest = this.#target + OVERRUN;
    const seconds = Math.max(LEAST_SECONDS, Math.min(table.seconds(at), longest));
    const wall = millis(row.origin + table.at(at));
    const there = pictures ? table.pictureBytes(at) > 0 : table.hasTrack(at, track);
    return there
      ? { uri, seconds, wall, map: mapOf(row, this.#kind) }
      : { uri, seconds, wall, gap: true };
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

/** Blocks of text that many playlists share, bounded by their bytes; the one not used for longest goes first. */
export class PlaylistBlocks {
  readonly #limit: number;
  readonly #blocks = new Map<string, PlaylistBlock>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** The block of a file, as far as it is kept. */
  known(file: string, kind: PlaylistKind, target: number): PlaylistBlock | undefined {
    return this.#blocks.get(`${file} ${kind} ${target}`);
  }

  /** The block of a file with at least `rows` entries. */
  block(
    { row, table }: { readonly row: StretchRow; readonly table: SegmentTable },
    [kind, target]: readonly [kind: PlaylistKind, target: number],
    rows: number,
  ): PlaylistBlock {
    const key = `${row.id} ${kind} ${target}`;
    const block = this.#blocks.get(key) ?? new PlaylistBlock(kind, target);
    const before = this.#blocks.delete(key) ? block.memory : 0;
    block.extend(row, table, rows);
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
