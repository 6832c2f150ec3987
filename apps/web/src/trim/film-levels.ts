import type { Thumbnail } from "@oxbow/player/thumbnails";

/** Seconds between pictures that the media server makes sheets of. */
const INTERVALS = [2, 5, 10, 30, 60, 120, 300, 600] as const;
/** Pictures of a list: those of four sheets. */
const LISTED = 100;

/** How pictures are asked for: so many seconds apart, in lists of so many milliseconds. */
export type FilmLevel = { readonly interval: number; readonly pageMs: number };

/**
 * The level of a strip whose pictures are so many milliseconds apart: the coarsest that still has a
 * picture for each, so that few sheets fill it, however long the recording is.
 */
export function filmLevel(tileMs: number): FilmLevel {
  const interval = INTERVALS.findLast((one) => one * 1000 <= tileMs) ?? INTERVALS[0];
  return { interval, pageMs: interval * 1000 * LISTED };
}

/** A sheet that is to be shown; `key` changes when there are more pictures on it. */
export type Sheet = { readonly key: string; readonly url: string; readonly complete: boolean };

/** The sheet of a picture, as a list knows it; the last one of what grows will change. */
export function sheetOf({ url }: Thumbnail, list: readonly Thumbnail[], isGrowing: boolean): Sheet {
  const complete = !isGrowing || list.at(-1)?.url !== url;
  const count = complete ? "" : list.filter((one) => one.url === url).length;
  return { key: `${url} ${count}`, url, complete };
}
