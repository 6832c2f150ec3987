import { type Millis, millis, type Track, VIDEO_TRACK } from "@oxbow/media";
import { sameStretch } from "./playlist-place.ts";
import { type ResolverOptions, storedStretch } from "./range-resolver.ts";
import { type RenditionFiles, renditionFiles, type SourceSegment } from "./rendition-files.ts";
import type { SegmentTables } from "./segment-tables.ts";
import { SOURCE, type StretchRow } from "./stored-stretch.ts";
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
  /** What was made of it, the tallest rendition first. */
  readonly renditions: readonly RecordedRendition[];
};

/** What the archive holds of a stretch of a rendition. */
export type RecordedRendition = {
  readonly rendition: string;
  readonly stretch: string;
  readonly tracks: readonly Track[];
  /** Numbers of the segments that it has whole, ascending. */
  readonly numbers: readonly number[];
};

const ALWAYS = millis(8_640_000_000_000_000);

/** The broadcast's segments that end after `since`, stretch by stretch (see `Archive.seed`). */
export async function recordedSegments(
  options: ResolverOptions,
  tables: SegmentTables,
  { stream, broadcast, since }: { stream: string; broadcast: string; since: Millis },
): Promise<readonly RecordedStretch[]> {
  const { store, live, root } = options;
  const query = { stream, broadcast, rendition: null, from: since, to: ALWAYS };
  const all = await stretchesInRange(store, live, query);
  const rows = all.filter(({ rendition }) => rendition === SOURCE);
  const others = await renditionFiles(
    all.filter(({ rendition }) => rendition !== SOURCE),
    { root, tables },
  );
  const stretches: Collected[] = [];
  let before: (typeof rows)[number] | undefined;
  for (const row of rows) {
    const goesOn = before !== undefined && sameStretch(before, row);
    let last = stretches.at(-1);
    if (!goesOn || last?.stretch !== row.stretch) {
      last = new Collected(row, others);
      stretches.push(last);
    }
    for (const segment of await tables.table(storedStretch(root, row))) {
      const { number, seconds, tracks, independent, bytes } = segment;
      const wall = millis(row.origin + segment.at);
      if (wall + seconds * 1000 <= since) continue;
      const discontinuity = !goesOn && number === row.firstSegment && before !== undefined;
      last.segments.push({ number, wall, seconds, tracks, independent, discontinuity, bytes });
      last.collect({ broadcast, number, wall: row.origin + segment.at, seconds });
    }
    before = row;
  }
  return stretches.flatMap(({ stretch, tracks, segments, renditions }) =>
    segments.length > 0 ? [{ stretch, tracks, segments, renditions }] : [],
  );
}

/** A stretch that is being gone through. */
class Collected {
  readonly stretch: string;
  readonly tracks: readonly Track[];
  readonly segments: RecordedSegment[] = [];
  readonly #others: readonly RenditionFiles[];
  readonly #renditions = new Map<string, RecordedRendition & { readonly numbers: number[] }>();

  constructor({ stretch, tracks }: StretchRow, others: readonly RenditionFiles[]) {
    this.stretch = stretch;
    this.tracks = tracks;
    this.#others = others;
  }

  get renditions(): readonly RecordedRendition[] {
    return [...this.#renditions.values()];
  }

  /** Takes what was made of a segment. */
  collect(segment: SourceSegment): void {
    for (const other of this.#others) {
      const found = other.find(segment, VIDEO_TRACK)?.row;
      if (found === undefined) continue;
      const { rendition, stretch, tracks } = found;
      const known = this.#renditions.get(stretch) ?? { rendition, stretch, tracks, numbers: [] };
      known.numbers.push(segment.number);
      this.#renditions.set(stretch, known);
    }
  }
}
