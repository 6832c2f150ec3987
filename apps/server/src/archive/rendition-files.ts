import { sameConfig, type Track } from "@oxbow/media";
import { storedStretch } from "./range-resolver.ts";
import { renditionsOf } from "./recorded-renditions.ts";
import type { SegmentTable } from "./segment-table.ts";
import type { SegmentTables } from "./segment-tables.ts";
import type { StretchRow } from "./stored-stretch.ts";

/** A file of a rendition, as far as it is sealed. */
export type RenditionFile = { readonly row: StretchRow; readonly table: SegmentTable };

/** Where a segment of a rendition is found. */
export type RenditionSegment = RenditionFile & { readonly at: number };

/** A segment of the source, by its place on the wall clock. */
export type SourceSegment = {
  readonly broadcast: string;
  readonly number: number;
  /** Milliseconds, with their fraction. */
  readonly wall: number;
  readonly seconds: number;
};

/**
 * A segment that begins elsewhere or ends before its source is not listed: its end was lost, or nobody
 * knows any more which number it had. Pictures of a lower rate may begin and end so much differently.
 */
const TOLERANCE_MS = 150;

/** The files of one rendition in a range. Their segments have the numbers of the source's. */
export class RenditionFiles {
  readonly name: string;
  readonly files: readonly RenditionFile[];
  readonly #ofBroadcast: ReadonlyMap<string, readonly RenditionFile[]>;

  constructor(name: string, files: readonly RenditionFile[]) {
    this.name = name;
    this.files = files;
    const ordered = files.toSorted((a, b) => a.row.firstSegment - b.row.firstSegment);
    this.#ofBroadcast = Map.groupBy(ordered, ({ row }) => row.broadcast);
  }

  get tracks(): readonly Track[] {
    return this.files.flatMap(({ row }) => row.tracks);
  }

  /** Number of the newest segment of a broadcast; -1 where there is none. */
  newest(broadcast: string): number {
    const last = this.#ofBroadcast.get(broadcast)?.at(-1)?.row;
    return last === undefined ? -1 : last.firstSegment + last.segments - 1;
  }

  /** The segment that was made of one of the source, if it has media of the track from end to end. */
  find(
    { broadcast, number, wall, seconds }: SourceSegment,
    track: number,
  ): RenditionSegment | undefined {
    const file = this.#holder(broadcast, number);
    if (file === undefined) return undefined;
    const { row, table } = file;
    const at = number - row.firstSegment;
    if (at >= Math.min(row.segments, table.length) || !table.hasTrack(at, track)) return undefined;
    const begins = row.origin + table.at(at) - wall;
    const ends = begins + (table.seconds(at) - seconds) * 1000;
    const fits = Math.abs(begins) <= TOLERANCE_MS && ends >= -TOLERANCE_MS;
    return fits ? { row, table, at } : undefined;
  }

  /** The last file that begins with the segment or before it. */
  #holder(broadcast: string, number: number): RenditionFile | undefined {
    const files = this.#ofBroadcast.get(broadcast) ?? [];
    let low = 0;
    let high = files.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((files[middle]?.row.firstSegment ?? 0) > number) high = middle;
      else low = middle + 1;
    }
    return files[low - 1];
  }
}

/**
 * The files of other renditions than the source, the tallest first. Tables that `before` has are taken from
 * there, as far as they are complete.
 */
export async function renditionFiles(
  rows: readonly StretchRow[],
  { root, tables }: { readonly root: string; readonly tables: SegmentTables },
  before?: RenditionFiles,
): Promise<readonly RenditionFiles[]> {
  const known = new Map(before?.files.map(({ row, table }) => [row.id, table]));
  const renditions: RenditionFiles[] = [];
  for (const name of renditionsOf(rows)) {
    const files: RenditionFile[] = [];
    for (const row of rows) {
      if (row.rendition !== name) continue;
      const own = known.get(row.id);
      const isWhole = own !== undefined && own.length >= row.segments;
      const table = isWhole ? own : await tables.table(storedStretch(root, row));
      files.push({ row, table });
    }
    renditions.push(new RenditionFiles(name, files));
  }
  return renditions;
}

/**
 * The rendition whose sound is offered beside the source's, which not every player takes: the smallest one
 * that has another, since it is given up last.
 */
export function normalised(
  source: readonly Track[],
  renditions: readonly RenditionFiles[],
): RenditionFiles | undefined {
  const sounds = source.filter(({ config }) => config.kind === "audio");
  if (sounds.length === 0) return undefined;
  const isOwn = ({ config }: Track): boolean =>
    config.kind === "audio" && !sounds.some((sound) => sameConfig(sound.config, config));
  return renditions.findLast(({ tracks }) => tracks.some(isOwn));
}
