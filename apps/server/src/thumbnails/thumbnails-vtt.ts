import { type Millis, rfc3339 } from "@oxbow/media";
import { cornerOf, type Grid, gridName, place, sheetAt } from "./grid.ts";
import type { Picture } from "./picture-source.ts";

/** What a list of thumbnails covers. Cue times count from `from`. */
export type Covered = {
  readonly from: Millis;
  readonly to: Millis;
  /** Whether its times are of the clock: the header then says which one 0 is. */
  readonly byClock: boolean;
};

/**
 * Thumbnails as WebVTT: each cue names a sprite sheet, relative to the list, and the tile in it as a
 * spatial media fragment (`#xywh`, Media Fragments URI 1.0 §4.2.2). A cue lasts until the next one.
 */
export function thumbnailsVtt(
  grid: Grid,
  pictures: readonly Picture[],
  { from, to, byClock }: Covered,
): string {
  const placed = place(grid, pictures);
  const lines = ["WEBVTT"];
  if (byClock) lines.push(`X-ORIGIN:${rfc3339(from)}`);
  placed.forEach(({ picture, tile }, at) => {
    // The first picture stands for what comes before it, too.
    const begins = at === 0 ? from : Math.max(from, picture.at);
    const ends = placed[at + 1]?.picture.at ?? to;
    if (ends <= begins) return;
    const { x, y } = cornerOf(grid, tile);
    const { width, height } = grid.tile;
    const sheet = `thumbnails/${gridName(grid)}/${sheetAt(grid, picture.at)}.jpg`;
    lines.push("", `${clock(begins - from)} --> ${clock(ends - from)}`);
    lines.push(`${sheet}#xywh=${x},${y},${width},${height}`);
  });
  lines.push("");
  return lines.join("\n");
}

/** `hh:mm:ss.ttt` of milliseconds. */
function clock(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const rest = new Date(ms - hours * 3_600_000).toISOString().slice(14, 23);
  return `${String(hours).padStart(2, "0")}:${rest}`;
}
