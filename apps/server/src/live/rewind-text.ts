import { mapLine, playlistEntries } from "@oxbow/hls";
import type { Millis } from "@oxbow/media";
import type { Entry } from "./entry.ts";
import { listedSegment } from "./listed-entry.ts";
import { BLOCK, type Timeline } from "./timeline.ts";
import type { TrackLine } from "./track-line.ts";

type Block = {
  /** Sequence number of its first entry. */
  readonly first: number;
  readonly bytes: number;
  /** The section that its text takes for said by the block before. */
  readonly map: string | undefined;
};

/** Text of the first entries of a list, how many they are, and the section that they leave in force. */
export type ToldEntries = {
  readonly text: readonly Buffer[];
  readonly count: number;
  readonly map: string | undefined;
};

/**
 * The text of one track's old entries, which changes no more: written once, block by block, and kept
 * as one buffer, so that a list of twelve hours costs no more to render than its end.
 */
export class RewindText {
  readonly #line: TrackLine;
  #blocks: Block[] = [];
  #text = Buffer.alloc(0);
  /** Sequence number of the entry after the last block. */
  #next = 0;
  #map: string | undefined;

  constructor(line: TrackLine) {
    this.#line = line;
  }

  /**
   * `entries`: all that are listed; they leave by whole blocks. `listEnd`: where the list ends, as long
   * as it lists parts.
   */
  upTo(entries: readonly Entry[], timeline: Timeline, listEnd: Millis | undefined): ToldEntries {
    const first = entries[0]?.sequence ?? 0;
    this.#leave(first);
    const written: Buffer[] = [];
    for (;;) {
      const end = this.#next - (this.#next % BLOCK) + BLOCK;
      const last = entries[end - 1 - first];
      if (last === undefined || timeline.listsParts(last, listEnd)) break;
      written.push(this.#write(entries.slice(this.#next - first, end - first), timeline));
    }
    if (written.length > 0) this.#text = Buffer.concat([this.#text, ...written]);
    const count = this.#next - first;
    if (count === 0) return { text: [], count, map: undefined };
    const [block] = this.#blocks;
    const said = block?.map === undefined ? [] : [Buffer.from(mapLine(block.map))];
    return { text: [...said, this.#text], count, map: this.#map };
  }

  #write(entries: readonly Entry[], timeline: Timeline): Buffer {
    const before = this.#map;
    const line = this.#line;
    const segments = entries.map((entry) => listedSegment(timeline, entry, line, false));
    const text = Buffer.from(playlistEntries(segments, before));
    const [first] = segments;
    const says = first?.discontinuity || (first?.map !== undefined && first.map !== before);
    this.#blocks.push({ first: this.#next, bytes: text.length, map: says ? undefined : before });
    this.#map = segments.findLast(({ map }) => map !== undefined)?.map ?? this.#map;
    this.#next += entries.length;
    return text;
  }

  /** Blocks before `first` are listed no more. */
  #leave(first: number): void {
    let bytes = 0;
    while (this.#blocks[0] !== undefined && this.#blocks[0].first < first) {
      bytes += this.#blocks.shift()?.bytes ?? 0;
    }
    if (this.#blocks[0]?.first !== first) {
      this.#blocks = [];
      this.#text = Buffer.alloc(0);
      this.#next = first;
      this.#map = undefined;
    } else if (bytes > 0) {
      this.#text = Buffer.from(this.#text.subarray(bytes));
    }
  }
}
