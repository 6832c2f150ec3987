import { type Millis, millis, rescale, type Track } from "@oxbow/media";
import type { PositionedRead } from "../fmp4/index.ts";
import {
  childrenOf,
  type FoundBox,
  type FoundTrack,
  findBox,
  needBox,
  readMovieHeader,
  readTracks,
} from "../isobmff/index.ts";
import { readChapterTrack } from "./chapter-track-reader.ts";
import { type ChunkExtents, checkApart } from "./chunk-places.ts";
import { type Edit, presentationOf, readEdits } from "./edits-reader.ts";
import { openMovie } from "./find-movie.ts";
import { GrowingTable } from "./growing-table.ts";
import { readMovieFragments } from "./movie-fragments.ts";
import type { Presentation } from "./movie-options.ts";
import type { SampleTable } from "./sample-table.ts";
import { readSampleTable } from "./sample-table-reader.ts";
import { outlineTable, type TableOutline } from "./table-outline.ts";
import { UnsupportedMovie } from "./unsupported-movie.ts";
import type { Chapter, Metadata } from "./user-data.ts";
import { readUserData } from "./user-data-reader.ts";

/** A track of a movie whose codec is known. */
export type MovieTrack<Table = SampleTable> = {
  /** With the first configuration; rotation and pixel aspect as the file tells them. */
  readonly track: Track;
  /** One for each sample description. */
  readonly configs: readonly Track["config"][];
  readonly enabled: boolean;
  readonly table: Table;
  readonly edits: readonly Edit[];
  /** What the first edit shows: all that files with a lead-in, priming or a delay need. */
  readonly presentation: Required<Presentation>;
};

/** A track that is left alone: text, data, a codec that is not known. */
export type OtherTrack = {
  readonly id: number;
  /** Four characters: `text`, `meta`, `soun`. */
  readonly handler: string;
  /** Name of its first sample entry. */
  readonly codec: string;
};

/** What a movie file holds. */
export type Movie<Table = SampleTable> = {
  readonly tracks: readonly MovieTrack<Table>[];
  readonly others: readonly OtherTrack[];
  /** As `mvhd` tells it. */
  readonly durationMs: number;
  readonly createdAt: Millis | undefined;
  readonly title: string | undefined;
  readonly metadata: Metadata;
  readonly chapters: readonly Chapter[];
  /** Where `moov` stands; it is before the media in files that start fast. */
  readonly moov: { readonly offset: number; readonly bytes: number; readonly first: boolean };
};

/**
 * Reads a movie file (ISO/IEC 14496-12, QuickTime), wherever its `moov` stands, fragmented or not; of the
 * media it reads chapter titles alone. The configurations and tables hold no reference to what was read.
 * @throws MalformedInput where it breaks the specification, UnsupportedMovie where it is no form for us
 */
export function readMovie(read: PositionedRead, size: number): Promise<Movie> {
  const fragments = new Map<number, GrowingTable>();
  return readMovieWith(read, size, {
    table: (bytes, stbl, of) => {
      const made = readSampleTable(bytes, stbl, of);
      return { ...made, duration: made.table.duration };
    },
    fragments: async (movie, found) => {
      for (const { id, table } of found.tracks) {
        const growing = new GrowingTable();
        growing.pushTable(table);
        fragments.set(id, growing);
      }
      const of = { from: found.from, mvex: found.mvex, movie };
      await readMovieFragments(read, size, of, fragments);
      return fragmentTables(found.tracks, fragments, size);
    },
  });
}

/** The tables of a fragmented movie; where all tracks begin late, time is counted from the first of them. */
function fragmentTables(
  tracks: readonly { readonly id: number; readonly timescale: number }[],
  fragments: ReadonlyMap<number, GrowingTable>,
  size: number,
): Map<number, SampleTable> {
  const begins = tracks.flatMap(({ id, timescale }) => {
    const growing = fragments.get(id);
    return growing === undefined || growing.count === 0 ? [] : [growing.first / timescale];
  });
  const origin = begins.length === 0 ? 0 : Math.min(...begins);
  const tables = new Map<number, SampleTable>();
  for (const { id, timescale } of tracks) {
    const table = fragments.get(id)?.table(Math.round(origin * timescale), size);
    if (table !== undefined) tables.set(id, table);
  }
  return tables;
}

/**
 * As `readMovie`, with an outline of each sample table: for those who check a movie, and do not play it.
 * @throws as `readMovie`
 */
export function outlineMovie(read: PositionedRead, size: number): Promise<Movie<TableOutline>> {
  return readMovieWith(read, size, {
    table: (bytes, stbl, of) => {
      const made = outlineTable(bytes, stbl, of);
      return { ...made, duration: made.table.duration };
    },
  });
}

/** How tables are read: from `stbl`, and from the fragments where a movie has them. */
type TableReader<Table> = {
  readonly table: (
    bytes: Uint8Array,
    stbl: FoundBox,
    of: { fileSize: number; descriptions: number },
  ) => { table: Table; duration: number; places: ChunkExtents };
  readonly fragments?: (
    movie: Uint8Array,
    found: {
      readonly tracks: readonly { id: number; timescale: number; table: Table }[];
      /** Children of `mvex`. */
      readonly mvex: readonly FoundBox[];
      /** Where `moov` ends. */
      readonly from: number;
    },
  ) => Promise<ReadonlyMap<number, Table & { readonly duration: number }>>;
};

async function readMovieWith<Table>(
  read: PositionedRead,
  size: number,
  reader: TableReader<Table>,
): Promise<Movie<Table>> {
  const { place, bytes, boxes, moov } = await openMovie(read, size);
  const header = readMovieHeader(bytes, needBox(boxes, "mvhd", moov));
  const mvex = findBox(boxes, "mvex");
  if (mvex !== undefined && reader.fragments === undefined) {
    throw new UnsupportedMovie("The movie is fragmented", "fragmented");
  }
  const found = readTracks(bytes, boxes);
  const places: ChunkExtents[] = [
    { starts: Float64Array.of(place.offset), ends: Float64Array.of(place.offset + place.bytes) },
  ];
  const opened = found.flatMap((one) => {
    const made = openTrack(bytes, one, size, reader);
    if (made === undefined) return [];
    places.push(made.places);
    return [made];
  });
  checkApart(places);
  const fragments =
    mvex &&
    (await reader.fragments?.(bytes, {
      tracks: opened.map(({ found: { id, timescale }, table }) => ({ id, timescale, table })),
      mvex: childrenOf(bytes, mvex),
      from: place.offset + place.bytes,
    }));
  const tracks = opened.map((one) => {
    const table = fragments?.get(one.found.id);
    const told = table === undefined ? one : { ...one, table, duration: table.duration };
    return movieTrack(bytes, told, header.timescale);
  });
  const known = new Set(tracks.map(({ track }) => track.id));
  const texts = readUserData(bytes, boxes);
  const named = await readChapterTrack(read, bytes, found, { size, timescale: header.timescale });
  return {
    tracks,
    others: found.filter(({ id }) => !known.has(id)).map(otherTrack),
    durationMs: rescale(header.duration, header.timescale, 1000) || shownMs(tracks),
    createdAt: header.createdAt === undefined ? undefined : millis(header.createdAt),
    ...texts,
    chapters: (named ?? texts.chapters).filter(({ title }) => title !== ""),
    moov: { offset: place.offset, bytes: place.bytes, first: !place.mediaBefore },
  };
}

type OpenTrack<Table> = {
  readonly found: FoundTrack;
  readonly configs: readonly Track["config"][];
  readonly config: Track["config"];
  readonly table: Table;
  readonly duration: number;
  readonly places: ChunkExtents;
};

/** A track whose codec is known, with the table in `stbl`. */
function openTrack<Table>(
  bytes: Uint8Array,
  found: FoundTrack,
  fileSize: number,
  reader: TableReader<Table>,
): OpenTrack<Table> | undefined {
  const configs = found.configs.filter((config) => config !== undefined);
  const [config] = configs;
  if (config === undefined || configs.length < found.configs.length) return undefined;
  const of = { fileSize, descriptions: configs.length };
  return { found, configs, config, ...reader.table(bytes, found.table, of) };
}

function movieTrack<Table>(
  bytes: Uint8Array,
  { found, configs, config, table, duration }: OpenTrack<Table>,
  movieTimescale: number,
): MovieTrack<Table> {
  const { id, timescale, language, enabled } = found;
  const edits = readEdits(bytes, found.boxes, { movieTimescale, timescale, duration });
  return {
    track: { id, timescale, language, config },
    configs,
    enabled,
    table,
    edits,
    presentation: presentationOf(edits),
  };
}

/** What fragmented movies, and those of some phones, do not tell in `mvhd`. */
function shownMs(tracks: readonly MovieTrack<unknown>[]): number {
  const ends = tracks.map(
    ({ track, presentation: { delay, duration } }) => ((delay + duration) / track.timescale) * 1000,
  );
  return Math.round(Math.max(0, ...ends));
}

function otherTrack(found: FoundTrack): OtherTrack {
  return { id: found.id, handler: found.handler, codec: found.names[0] ?? "" };
}
