import { type Millis, millis } from "@oxbow/media";
import type { Picture, Size } from "./picture-source.ts";

/** Tiles in a row, and rows in a sheet. */
export const SHEET_COLUMNS = 5;
export const SHEET_ROWS = 5;
const TILES = SHEET_COLUMNS * SHEET_ROWS;
/** Seconds between pictures that may be asked for. */
const INTERVALS = [2, 5, 10, 30, 60, 120, 300, 600] as const;
/** Cues that a list has at the most, so that it stays small for the longest recording. */
const MOST_CUES = 720;
/** The longer side of a tile. */
const LONG_SIDE = 160;

/** How pictures are laid out: so many seconds apart, in tiles of this size. */
export type Grid = { readonly interval: number; readonly tile: Size };

/** A picture in its tile. */
export type Placed = { readonly picture: Picture; readonly tile: number };

/** The grid for `ms` of media shown at `shown`; no finer than `least` seconds, up to the coarsest there is. */
export function gridFor(ms: number, shown: Size, least = 0): Grid {
  const fits = INTERVALS.find(
    (interval) => interval >= least && ms / (interval * 1000) <= MOST_CUES,
  );
  return { interval: fits ?? INTERVALS[INTERVALS.length - 1] ?? 600, tile: tileFor(shown) };
}

/**
 * The finest grid, no finer than {@link gridFor}'s, in which every tile has a picture, for readers who
 * know nothing but it: pictures are milliseconds in ascending order. Undefined where there is none.
 */
export function denseGrid(
  ms: number,
  shown: Size,
  pictures: readonly { readonly at: number }[],
): Grid | undefined {
  const { interval: least, tile } = gridFor(ms, shown);
  const interval = INTERVALS.find((one) => one >= least && fills(one * 1000, ms, pictures));
  return interval === undefined ? undefined : { interval, tile };
}

function fills(length: number, ms: number, pictures: readonly { readonly at: number }[]): boolean {
  const filled = new Set(pictures.map(({ at }) => Math.floor(at / length)));
  // What is shown for less than a second at the end is no place that anybody looks for.
  const last = Math.max(1, Math.ceil((ms - 1000) / length));
  for (let slot = 0; slot < last; slot += 1) if (!filled.has(slot)) return false;
  return true;
}

/** Where the sheets of a grid are, beside the list, as a template of DASH names it. */
export function sheetTemplate(grid: Grid): string {
  return `thumbnails/${gridName(grid)}/$Number$.jpg`;
}

/** A tile of the picture's own aspect, its longer side as all have it. Even, as 4:2:0 wants. */
function tileFor({ width, height }: Size): Size {
  const scale = LONG_SIDE / Math.max(width, height, 1);
  return { width: even(width * scale), height: even(height * scale) };
}

function even(pixels: number): number {
  return Math.max(16, Math.round(pixels / 2) * 2);
}

const GRID = /^(?<interval>[1-9]\d{0,2})-(?<width>[1-9]\d{0,2})x(?<height>[1-9]\d{0,2})$/;

/** The name of a grid in URLs: `10-160x90`. */
export function gridName({ interval, tile }: Grid): string {
  return `${interval}-${tile.width}x${tile.height}`;
}

/** Reads a grid's name; undefined where no list would name such a grid. */
export function readGrid(name: string): Grid | undefined {
  const { interval, width, height } = GRID.exec(name)?.groups ?? {};
  const grid = {
    interval: Number(interval),
    tile: { width: Number(width), height: Number(height) },
  };
  const { tile } = grid;
  const known = INTERVALS.some((one) => one === grid.interval);
  const whole = tileFor(tile).width === tile.width && tileFor(tile).height === tile.height;
  return known && whole ? grid : undefined;
}

/** Which sheet a time is on, and what `[from, to)` a sheet is about. */
export function sheetAt({ interval }: Grid, at: Millis): number {
  return Math.floor(at / (interval * 1000 * TILES));
}

export function spanOfSheet({ interval }: Grid, sheet: number): { from: Millis; to: Millis } {
  const length = interval * 1000 * TILES;
  return { from: millis(sheet * length), to: millis((sheet + 1) * length) };
}

/** The first picture of each interval, in the tile of its sheet. */
export function place({ interval }: Grid, pictures: readonly Picture[]): Placed[] {
  const placed: Placed[] = [];
  let last: number | undefined;
  for (const picture of pictures) {
    const slot = Math.floor(picture.at / (interval * 1000));
    if (slot === last) continue;
    last = slot;
    placed.push({ picture, tile: slot % TILES });
  }
  return placed;
}

/** Where a tile stands on its sheet, in pixels from the upper left. */
export function cornerOf({ tile }: Grid, at: number): { x: number; y: number } {
  return { x: (at % SHEET_COLUMNS) * tile.width, y: Math.floor(at / SHEET_COLUMNS) * tile.height };
}

/** Pixels of a whole sheet. */
export function sheetSize({ tile }: Grid): Size {
  return { width: tile.width * SHEET_COLUMNS, height: tile.height * SHEET_ROWS };
}
