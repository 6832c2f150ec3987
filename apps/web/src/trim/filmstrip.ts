import {
  readThumbnails,
  type Thumbnail,
  type Thumbnails,
  thumbnailAt,
} from "@oxbow/player/thumbnails";
import { momentAt, type View } from "./view.ts";

/** Sheets that are kept as pictures: each has 25 thumbnails. */
const KEPT = 24;
const PATIENCE = 20_000;

/** Pictures of a recording along a strip. */
export class Filmstrip {
  readonly #fresh: (url: string) => string;
  readonly #sheets = new Map<string, HTMLImageElement>();
  readonly #listeners = new Set<() => void>();
  #list: Thumbnails | undefined;

  #version = 0;

  constructor(fresh: (url: string) => string) {
    this.#fresh = fresh;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Another number when there is more to draw. */
  readonly version = (): number => this.#version;

  /** Reads the list of pictures. Where there is none, the strip stays empty. */
  async load(url: string, closed: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([closed, AbortSignal.timeout(PATIENCE)]);
    const answer = await fetch(this.#fresh(url), { signal });
    if (!answer.ok) return;
    this.#list = readThumbnails(await answer.text(), url);
    this.#tell();
  }

  /** Draws the view into a canvas, one picture beside the other; what is not there yet stays empty. */
  draw(canvas: HTMLCanvasElement, view: View): void {
    const context = canvas.getContext("2d");
    if (context === null) return;
    const { width, height } = canvas;
    context.clearRect(0, 0, width, height);
    const { origin = 0, pictures = [] } = this.#list ?? {};
    const { w = 16, h = 9 } = pictures[0]?.area ?? {};
    const tile = Math.max(1, (w / h) * height);
    for (let x = 0; x < width; x += tile) {
      const wall = momentAt(view, Math.min(1, (x + tile / 2) / width));
      const picture = thumbnailAt(pictures, Math.max(0, (wall - origin) / 1000));
      if (picture === undefined || picture.to + 1 < (wall - origin) / 1000) continue;
      this.#put(context, picture, { x, tile, height });
    }
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  #put(
    context: CanvasRenderingContext2D,
    { url, area }: Thumbnail,
    at: { readonly x: number; readonly tile: number; readonly height: number },
  ): void {
    const sheet = this.#sheet(url);
    if (!sheet.complete || sheet.naturalWidth === 0 || area === undefined) return;
    const { x, y, w, h } = area;
    context.drawImage(sheet, x, y, w, h, at.x, 0, at.tile, at.height);
  }

  #sheet(url: string): HTMLImageElement {
    const known = this.#sheets.get(url);
    // The one that was asked for last is forgotten last.
    this.#sheets.delete(url);
    const sheet = known ?? this.#ask(url);
    this.#sheets.set(url, sheet);
    const [oldest] = this.#sheets.keys();
    if (this.#sheets.size > KEPT && oldest !== undefined) this.#sheets.delete(oldest);
    return sheet;
  }

  #ask(url: string): HTMLImageElement {
    const sheet = new Image();
    sheet.addEventListener("load", () => this.#tell());
    sheet.src = this.#fresh(url);
    return sheet;
  }
}
