import type { IndexCache } from "./index-cache.ts";
import type { LiveStretches } from "./live-stretches.ts";
import { SegmentTable } from "./segment-table.ts";
import type { StoredStretch } from "./stored-stretch.ts";

/** Tables that are kept: an hour of two-second segments takes some 65 kB. */
const KEPT_BYTES = 24 * 1024 * 1024;

/** The tables of files that are played, bounded by their bytes; the one not used for longest goes first. */
export class SegmentTables {
  readonly #indexes: IndexCache;
  readonly #live: LiveStretches;
  readonly #tables = new Map<string, SegmentTable>();

  constructor(indexes: IndexCache, live: LiveStretches) {
    this.#indexes = indexes;
    this.#live = live;
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
