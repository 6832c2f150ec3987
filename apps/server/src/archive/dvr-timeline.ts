import { type Millis, millis, type Track } from "@oxbow/media";
import type { IndexCache } from "./index-cache.ts";
import type { LiveStretches } from "./live-stretches.ts";
import type { ResolvedSpan } from "./resolved-range.ts";
import { segmentTable, type TableSegment } from "./segment-table.ts";
import type { StoredStretch } from "./stored-stretch.ts";

/** Tables of closed files that are kept: an hour of two-second segments takes some 300 kB. */
const KEPT_TABLES = 128;

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
  readonly #tables = new Map<string, readonly TableSegment[]>();

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
        const segment = table[at];
        if (segment === undefined) break;
        const discontinuity = segments.length > 0 && at === first && stretch.reason !== "length";
        const wall = millis(stretch.origin + segment.at);
        segments.push({ ...segment, stretch: stretch.stretch, wall, discontinuity });
      }
    }
    return { segments, tracks };
  }

  /** All sealed segments of a file. */
  async table(stretch: StoredStretch): Promise<readonly TableSegment[]> {
    const known = this.#tables.get(stretch.id);
    if (known !== undefined) return known;
    const index = await this.#indexes.read(stretch, this.#live.get(stretch.id));
    const last = stretch.firstSegment + stretch.segments - 1;
    const table = segmentTable(index, stretch.tracks, [stretch.firstSegment, last]);
    if (stretch.open) return table;
    const [oldest] = this.#tables.keys();
    if (this.#tables.size >= KEPT_TABLES && oldest !== undefined) this.#tables.delete(oldest);
    this.#tables.set(stretch.id, table);
    return table;
  }
}

/** `[first, end)` of the segments that a range of milliseconds on the timeline touches. */
function segmentsIn(
  table: readonly TableSegment[],
  from: number,
  to: number,
): readonly [first: number, end: number] {
  let first = Math.max(
    0,
    table.findLastIndex(({ at }) => at <= from),
  );
  // A segment that a decoder can't start with needs those before it.
  while (first > 0 && table[first]?.independent === false) first -= 1;
  const end = table.findIndex(({ at }) => at >= to);
  return [first, end < 0 ? table.length : end];
}
