import { type Millis, millis, type Track } from "@oxbow/media";
import type { IndexCache } from "./index-cache.ts";
import type { LiveStretches } from "./live-stretches.ts";
import type { ResolvedSpan } from "./resolved-range.ts";
import { SegmentTable, type TableSegment } from "./segment-table.ts";
import type { StoredStretch } from "./stored-stretch.ts";

/** Tables that are kept: an hour of two-second segments takes some 65 kB. */
const KEPT_BYTES = 24 * 1024 * 1024;

/** One segment of a range. */
export type DvrSegment = TableSegment & {
  readonly stretch: string;
  readonly tracks: readonly number[];
  readonly wall: Millis;
  /** Its file begins another way than where the one before was full. */
  readonly discontinuity: boolean;
};

/** The segments that a range needs, and all the tracks in them. */
export type DvrTimeline = {
  readonly segments: readonly DvrSegment[];
  readonly tracks: readonly Track[];
};

/** Lists the segments of ranges. Those of closed files are listed once. */
export class DvrTimelines {
  readonly #indexes: IndexCache;
  readonly #live: LiveStretches;
  readonly #tables = new Map<string, SegmentTable>();

  constructor(indexes: IndexCache, live: LiveStretches) {
    this.#indexes = indexes;
    this.#live = live;
  }

  /** From the segment that holds the range's beginning to the one that holds its end, whole. */
  async timeline(spans: readonly ResolvedSpan[]): Promise<DvrTimeline> {
    const segments: DvrSegment[] = [];
    const tracks: Track[] = [];
    for (const { stretch, from, to } of spans) {
      tracks.push(...stretch.tracks);
      const table = await this.table(stretch);
      const [first, end] = segmentsIn(table, from - stretch.origin, to - stretch.origin);
      for (let at = first; at < end; at += 1) {
        const segment = table.segment(at);
        const discontinuity = segments.length > 0 && at === first && stretch.reason !== "length";
        const wall = millis(stretch.origin + segment.at);
        segments.push({ ...segment, stretch: stretch.stretch, wall, discontinuity });
      }
    }
    return { segments, tracks };
  }

  /** All sealed segments of a file; of one that grows, as far as it is by now. */
  async table(stretch: StoredStretch): Promise<SegmentTable> {
    const known = this.#tables.get(stretch.id);
    if (known !== undefined && known.length >= stretch.segments) return known;
    const index = await this.#indexes.read(stretch, this.#live.get(stretch.id));
    // Another may have begun the same table meanwhile.
    const table =
      this.#tables.get(stretch.id) ?? new SegmentTable(stretch.tracks, stretch.firstSegment);
    table.extend(index, stretch.firstSegment + stretch.segments - 1);
    this.#keep(stretch.id, table);
    return table;
  }

  /** What was removed is listed no more. */
  forget(id: string): void {
    this.#tables.delete(id);
  }

  #keep(id: string, table: SegmentTable): void {
    this.#tables.delete(id);
    this.#tables.set(id, table);
    let memory = 0;
    for (const kept of this.#tables.values()) memory += kept.memory;
    for (const [oldest, { memory: freed }] of this.#tables) {
      if (memory <= KEPT_BYTES || oldest === id) return;
      this.#tables.delete(oldest);
      memory -= freed;
    }
  }
}

/** `[first, end)` of the segments that a range of milliseconds on the timeline touches. */
export function segmentsIn(
  table: SegmentTable,
  from: number,
  to: number,
): readonly [first: number, end: number] {
  let first = Math.max(0, table.after(from) - 1);
  // A segment that a decoder can't start with needs those before it.
  while (first > 0 && !table.independent(first)) first -= 1;
  let end = table.after(to);
  while (end > first && table.at(end - 1) >= to) end -= 1;
  return [first, end];
}
