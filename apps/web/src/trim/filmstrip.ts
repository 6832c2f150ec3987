import {
  readThumbnails,
  type Thumbnail,
  type Thumbnails,
  thumbnailAt,
} from "@oxbow/player/thumbnails";
import { askMedia } from "./ask-media.ts";
import { type FilmLevel, filmLevel, type Sheet, sheetOf } from "./film-levels.ts";
import { Loader } from "./loader.ts";
import { type Page, pagesOf } from "./pages.ts";
import { momentAt, type View } from "./view.ts";

/** Sheets that are kept as pictures: each has 25 thumbnails, 1.4 MB. */
const SHEETS = 24;
const LISTS = 64;

type ListPage = Page & { readonly interval: number };
type Found = { readonly picture: Thumbnail; readonly list: Thumbnails };
type Drawable = { readonly picture: Thumbnail; readonly sheet: ImageBitmap };

/** More may come into it. */
const isGrowing = ({ to, interval }: ListPage, whole: View): boolean =>
  to >= whole.to - interval * 1000;

export type FilmSource = {
  /** The list of pictures of a range, so many seconds apart. */
  readonly list: (range: View, interval: number) => string;
  /** An address with the token that is valid now. */
  readonly fresh: (url: string) => string;
  /** Width of a picture by its height. */
  readonly aspect: number;
};

/** How wide a strip is, and how high: pixels. */
export type StripSize = { readonly width: number; readonly height: number };

/** Pictures of a recording along a strip: some for a long view, more for a short one. */
export class Filmstrip {
  readonly #source: FilmSource;
  readonly #lists: Loader<ListPage, Thumbnails>;
  readonly #sheets: Loader<Sheet, ImageBitmap>;
  /** As they were loaded last, by the page: what grows is shown as it was until there is more. */
  readonly #last = new Map<string, Thumbnails>();
  #wantSheets = (): void => {};

  constructor(source: FilmSource) {
    this.#source = source;
    this.#lists = new Loader<ListPage, Thumbnails>({
      atOnce: 2,
      kept: LISTS,
      read: async ({ id, from, to, interval }, signal) => {
        const url = source.list({ from, to }, interval);
        const answer = await askMedia(source.fresh(url), signal);
        if (answer === undefined) return undefined;
        const list = readThumbnails(await answer.text(), url);
        this.#remember(id, list);
        this.#wantSheets();
        return list;
      },
    });
    this.#sheets = new Loader<Sheet, ImageBitmap>({
      atOnce: 2,
      kept: SHEETS,
      read: async ({ url, complete }, signal) => {
        const cache = complete ? "default" : "no-cache";
        const answer = await askMedia(source.fresh(url), signal, cache);
        return answer && createImageBitmap(await answer.blob());
      },
      release: (sheet) => sheet.close(),
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const stops = [this.#lists.subscribe(listener), this.#sheets.subscribe(listener)];
    return () => {
      for (const stop of stops) stop();
    };
  };

  /** Another number when there is more to draw. */
  readonly version = (): number => this.#lists.version() + this.#sheets.version();

  get state() {
    const states = [this.#lists.state, this.#sheets.state];
    return states.find((one) => one === "failed") ?? states.find((one) => one !== "ready");
  }

  readonly retry = (): void => {
    this.#lists.retry();
    this.#sheets.retry();
  };

  /** Asks for what a view needs: lists, and the sheets that these name. */
  want(view: View, whole: View, size: StripSize): void {
    const pages = this.#pages(view, whole, this.#level(view, size));
    this.#wantSheets = () => {
      const sheets = new Map<string, Sheet>();
      for (const { wall } of this.#tiles(view, size)) {
        const found = this.#picture(wall, pages);
        if (found === undefined) continue;
        const { picture, page, list } = found;
        const sheet = sheetOf(picture, list.pictures, isGrowing(page, whole));
        sheets.set(sheet.key, sheet);
      }
      this.#sheets.want([...sheets.values()]);
    };
    this.#lists.want(pages);
    this.#wantSheets();
  }

  /** Draws the view into a canvas, one picture beside the other; what is not there yet stays empty. */
  draw(canvas: HTMLCanvasElement, view: View, whole: View): void {
    const context = canvas.getContext("2d");
    if (context === null) return;
    const { width, height } = canvas;
    context.clearRect(0, 0, width, height);
    const level = this.#level(view, { width, height });
    const pages = this.#pages(view, whole, level);
    for (const { wall, x, tile } of this.#tiles(view, { width, height })) {
      const found = this.#picture(wall, pages);
      const shown =
        found && (this.#ready(found, isGrowing(found.page, whole)) ?? this.#coarser(wall));
      const area = shown?.picture.area;
      if (shown === undefined || area === undefined) continue;
      context.drawImage(shown.sheet, area.x, area.y, area.w, area.h, x, 0, tile, height);
    }
  }

  #ready({ picture, list }: Found, growing: boolean): Drawable | undefined {
    const sheet = this.#sheets.get(sheetOf(picture, list.pictures, growing).key);
    return sheet && { sheet, picture };
  }

  /** Of another level, while that of this one is on its way: the one whose stretch is the shortest. */
  #coarser(wall: number): Drawable | undefined {
    let best: Drawable | undefined;
    for (const list of this.#last.values()) {
      const second = (wall - (list.origin ?? 0)) / 1000;
      const picture = thumbnailAt(list.pictures, Math.max(0, second));
      if (picture === undefined || picture.to < second) continue;
      const known = { picture, list };
      const found = this.#ready(known, false) ?? this.#ready(known, true);
      const length = picture.to - picture.from;
      const least = best === undefined ? Infinity : best.picture.to - best.picture.from;
      if (found !== undefined && length < least) best = found;
    }
    return best;
  }

  #level(view: View, { width, height }: StripSize): FilmLevel {
    const tile = Math.max(1, height * this.#source.aspect);
    return filmLevel(((view.to - view.from) * tile) / Math.max(1, width));
  }

  #pages(view: View, whole: View, { interval, pageMs }: FilmLevel): readonly ListPage[] {
    const pages = pagesOf(view, whole, pageMs, interval * 1000);
    return pages.map(({ from, to, id, key }) => ({ from, to, id, key, interval }));
  }

  /** Where pictures stand, and the moment in the middle of each. */
  *#tiles(view: View, { width, height }: StripSize) {
    const tile = Math.max(1, height * this.#source.aspect);
    for (let x = 0; x < width; x += tile)
      yield { x, tile, wall: momentAt(view, Math.min(1, (x + tile / 2) / width)) };
  }

  #picture(wall: number, pages: readonly ListPage[]) {
    const page = pages.find(({ from, to }) => from <= wall && wall < to) ?? pages.at(-1);
    if (page === undefined) return undefined;
    const list = this.#lists.get(page.key) ?? this.#last.get(page.id);
    const { origin = 0, pictures = [] } = list ?? {};
    const second = (wall - origin) / 1000;
    const picture = thumbnailAt(pictures, Math.max(0, second));
    // Where nothing was recorded, nothing is shown.
    if (list === undefined || picture === undefined || picture.to + 1 < second) return undefined;
    return { page, list, picture };
  }

  #remember(id: string, list: Thumbnails): void {
    this.#last.delete(id);
    this.#last.set(id, list);
    const [oldest] = this.#last.keys();
    if (this.#last.size > LISTS && oldest !== undefined) this.#last.delete(oldest);
  }
}
