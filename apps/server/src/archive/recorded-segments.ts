import { type Millis, millis, type Track } from "@oxbow/media";
import { sameStretch } from "./playlist-place.ts";
import { type ResolverOptions, storedStretch } from "./range-resolver.ts";
import type { SegmentTables } from "./segment-tables.ts";
import { stretchesInRange } from "./stretches-in-range.ts";

/** One sealed segment of a broadcast that the archive holds. */
export type RecordedSegment = {
  readonly number: number;
  readonly wall: Millis;
  readonly seconds: number;
  /** Ids of the tracks that have media in it. */
  readonly tracks: readonly number[];
  /** A decoder can start with it. */
  readonly independent: boolean;
  /** Format, tracks or timestamps change before it. */
  readonly discontinuity: boolean;
  /** Of all its tracks. */
  readonly bytes: number;
};

/** What the archive holds of one stretch of the packager, in order. */
export type RecordedStretch = {
  readonly stretch: string;
  readonly tracks: readonly Track[];
  readonly segments: readonly RecordedSegment[];
};

const ALWAYS = millis(8_640_000_000_000_000);

/** The broadcast's segments that end after `since`, stretch by stretch (see `Archive.seed`). */
export async function recordedSegments(
  options: ResolverOptions,
  tables: SegmentTables,
  { stream, broadcast, since }: { stream: string; broadcast: string; since: Millis },
): Promise<readonly RecordedStretch[]> {
  const { store, live, root } = options;
  const query = { stream, broadcast, from: since, to: ALWAYS };
  const rows = await stretchesInRange(store, live, query);
  const stretches: { stretch: string; tracks: readonly Track[]; segments: RecordedSegment[] }[] =
    [];
  let before: (typeof rows)[number] | undefined;
  for (const row of rows) {
    const goesOn = before !== undefined && sameStretch(before, row);
    let last = stretches.at(-1);
    if (!goesOn || last?.stretch !== row.stretch) {
      last = { stretch: row.stretch, tracks: row.tracks, segments: [] };
      stretches.push(last);
    }
    for (const segment of await tables.table(storedStretch(root, row))) {
      const { number, seconds, tracks, independent, bytes } = segment;
      const wall = millis(row.origin + segment.at);
      if (wall + seconds * 1000 <= since) continue;
      const discontinuity = !goesOn && number === row.firstSegment && before !== undefined;
      last.segments.push({ number, wall, seconds, tracks, independent, discontinuity, bytes });
    }
    before = row;
  }
  return stretches.filter(({ segments }) => segments.length > 0);
}
