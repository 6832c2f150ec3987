import type { TrackSpan } from "@oxbow/hls";
import { LRUCache } from "lru-cache";
import type { IndexCache } from "../index-cache.ts";
import type { LiveStretches } from "../live-stretches.ts";
import { leadingTrack } from "../media-clock.ts";
import { chunksOfSegment } from "../segment-table.ts";
import type { StoredStretch } from "../stored-stretch.ts";
import type { StretchIndex } from "../stretch-index.ts";

/** Files whose tables are kept: an hour of two tracks in segments of two seconds takes some 120 kB. */
const KEPT = 256;

/** Begin, length and bytes of a track in a segment; none of it where the track has nothing there. */
type Column = {
  readonly track: number;
  readonly timescale: number;
  readonly t: number[];
  readonly d: number[];
  readonly bytes: number[];
};

/** The segments of one file with what each track has in them, in ticks. It grows with the file. */
export class SpanTable {
  readonly #first: number;
  /** The leading track first. */
  readonly #columns: readonly Column[];
  readonly #independent: boolean[] = [];
  /** Presentation less decode time of the leading track's first chunk. */
  #delay: number | undefined;
  /** Pictures a second, as the first segment has them. */
  frameRate: number | undefined;

  constructor({ tracks, firstSegment }: StoredStretch) {
    const lead = leadingTrack(tracks);
    this.#first = firstSegment;
    this.#columns = tracks
      .toSorted((a, b) => Number(b === lead) - Number(a === lead))
      .map(({ id, timescale }) => ({ track: id, timescale, t: [], d: [], bytes: [] }));
  }

  get length(): number {
    return this.#independent.length;
  }

  number(at: number): number {
    return this.#first + at;
  }

  /** A decoder can start with it. */
  independent(at: number): boolean {
    return this.#independent[at] ?? true;
  }

  spans(at: number): TrackSpan[] {
    return this.#columns.flatMap(({ track, t, d, bytes }) =>
      (d[at] ?? 0) > 0 ? [{ track, t: t[at] ?? 0, d: d[at] ?? 0, bytes: bytes[at] ?? 0 }] : [],
    );
  }

  /** Takes the segments up to number `last` that are new. */
  extend(index: StretchIndex, last: number): void {
    for (let number = this.#first + this.length; number <= last; number += 1) {
      for (const [at, column] of this.#columns.entries())
        this.#read(index, column, number, at === 0);
    }
  }

  #read(index: StretchIndex, column: Column, number: number, leads: boolean): void {
    const track = index.track(column.track);
    const { first, end } = track === undefined ? NONE : chunksOfSegment(track, number);
    let [ticks, bytes, samples] = [0, 0, 0];
    for (let at = first; at < end; at += 1) {
      const head = track?.head(at);
      ticks += head?.duration ?? 0;
      bytes += head?.bytes ?? 0;
      samples += head?.samples ?? 0;
    }
    const head = end > first ? track?.head(first) : undefined;
    if (leads) {
      this.#independent.push(head?.independent ?? true);
      this.#delay ??= head?.lead;
      if (ticks > 0) this.frameRate ??= (samples * column.timescale) / ticks;
    }
    // Decode times have no holes, so beginnings are counted by them and the delay of the first picture.
    column.t.push(Math.max(0, (head?.dts ?? 0) + (leads ? (this.#delay ?? 0) : 0)));
    column.d.push(ticks);
    column.bytes.push(bytes);
  }
}

const NONE = { first: 0, end: 0 };

/** The tables of files that were asked for lately. */
export class SpanTables {
  readonly #indexes: IndexCache;
  readonly #live: LiveStretches;
  readonly #tables = new LRUCache<string, SpanTable>({ max: KEPT });

  constructor(indexes: IndexCache, live: LiveStretches) {
    this.#indexes = indexes;
    this.#live = live;
  }

  /** Of all sealed segments of a file, as it is by now. */
  async table(file: StoredStretch): Promise<SpanTable> {
    const known = this.#tables.get(file.id);
    if (known !== undefined && known.length >= file.segments) return known;
    const index = await this.#indexes.read(file, this.#live.get(file.id));
    // Another may have begun the same table meanwhile.
    const table = this.#tables.get(file.id) ?? new SpanTable(file);
    table.extend(index, file.firstSegment + file.segments - 1);
    this.#tables.set(file.id, table);
    return table;
  }

  forget(): void {
    this.#tables.clear();
  }
}
