import { shownSize } from "@oxbow/hls";
import { type Millis, millis, VIDEO_TRACK } from "@oxbow/media";
import { coverSpans } from "./coverage.ts";
import { type ResolverOptions, storedStretch } from "./range-resolver.ts";
import type { SegmentTables } from "./segment-tables.ts";
import { stretchesInRange } from "./stretches-in-range.ts";

/** The picture that a sealed segment begins with, which decodes alone. */
export type RecordedPicture = {
  readonly stretch: string;
  readonly number: number;
  readonly wall: Millis;
};

/** Pictures of a range, in order, and the size that the first of them is shown at. */
export type RecordedPictures = {
  readonly size: { readonly width: number; readonly height: number } | undefined;
  readonly pictures: readonly RecordedPicture[];
};

/** The pictures of `[from, to)` (see `Archive.pictures`). */
export async function recordedPictures(
  options: ResolverOptions,
  tables: SegmentTables,
  { stream, from, to }: { stream: string; from: Millis; to: Millis },
): Promise<RecordedPictures> {
  const { store, live, root } = options;
  const rows = await stretchesInRange(store, live, { stream, from, to });
  const pictures: RecordedPicture[] = [];
  let size: RecordedPictures["size"];
  for (const { row, from: begins, to: ends } of coverSpans(rows, from, to)) {
    const config = row.tracks.find(({ id }) => id === VIDEO_TRACK)?.config;
    if (config?.kind !== "video") continue;
    size ??= shownSize(config);
    const table = await tables.table(storedStretch(root, row));
    for (let at = table.after(begins - row.origin - 1); at < table.length; at += 1) {
      const wall = millis(row.origin + table.at(at));
      if (wall >= ends) break;
      if (table.pictureBytes(at) === 0) continue;
      pictures.push({ stretch: row.stretch, number: table.first + at, wall });
    }
  }
  return { size, pictures };
}
