import { askMedia } from "./ask-media.ts";
import { Loader } from "./loader.ts";
import { nearest, nextOf } from "./moments.ts";
import { type Page, pagesOf } from "./pages.ts";
import { readSegments } from "./recorded-segments.ts";
import type { View } from "./view.ts";

const PAGE_MS = 600_000;
/** A page goes on for the longest segment, so that the keyframe after its last moment is in it, too. */
const BEYOND_MS = 15_000;
/** What grows is asked again after so much more. */
const GRAIN_MS = 10_000;
/** Of a view that is longer nobody can choose a keyframe by eye. */
const LONGEST_VIEW_MS = 1_800_000;
const KEPT = 48;

type KeyframePage = Page & { readonly until: number };

/** Where a copy can begin, of the pieces of a recording that somebody looks at. */
export class KeyframeReader {
  readonly #loader: Loader<KeyframePage, readonly number[]>;
  /** As they were told last: a page that grows is known as it was. */
  #pages: readonly KeyframePage[] = [];
  #known: readonly number[] = [];

  /** @param url of the list of pictures that decode alone, in a range; undefined where there is none */
  constructor(url: ((range: View) => string) | undefined) {
    this.#loader = new Loader<KeyframePage, readonly number[]>({
      atOnce: 2,
      kept: KEPT,
      read: async ({ from, until }, signal) => {
        const asked = url?.({ from, to: until });
        const answer = asked === undefined ? undefined : await askMedia(asked, signal);
        if (answer === undefined) return undefined;
        const pictures = readSegments(await answer.text(), answer.url);
        return pictures.filter(({ gap }) => !gap).map(({ wall }) => wall);
      },
    });
  }

  get subscribe() {
    return this.#loader.subscribe;
  }
  get version() {
    return this.#loader.version;
  }

  /** Looks at what is in view, where that is short enough, and at what is around a moment. */
  want(view: View, whole: View, wall: number): void {
    const near = { from: wall - 1, to: wall + 1 };
    const seen = view.to - view.from <= LONGEST_VIEW_MS ? [view] : [];
    const pages = [near, ...seen]
      .flatMap((one) => pagesOf(one, whole, PAGE_MS, GRAIN_MS))
      .map(({ from, to, id, key }): KeyframePage => {
        return { from, to, id, key, until: Math.min(whole.to, to + BEYOND_MS) };
      });
    this.#pages = [...new Map(pages.map((page) => [page.key, page])).values()];
    this.#loader.want(this.#pages);
  }

  /** The keyframes that are known of what is looked at, in order. */
  known(): readonly number[] {
    const found = this.#pages.flatMap(({ key }) => this.#loader.get(key) ?? []);
    const all = [...new Set(found)].toSorted((a, b) => a - b);
    // While a page that grew is being loaded, the same is known as before.
    if (all.length > 0 || this.#loader.state === "ready") this.#known = all;
    return this.#known;
  }

  /** The nearest one; undefined where the pictures around are not known. */
  near(wall: number): number | undefined {
    const page = this.#pages.find(({ from, to }) => from <= wall && wall <= to);
    const isKnown = page !== undefined && this.#loader.get(page.key) !== undefined;
    return isKnown ? nearest(this.known(), wall) : undefined;
  }

  next(wall: number, direction: 1 | -1): number | undefined {
    return nextOf(this.known(), wall, direction);
  }

  /** The last one that is known at or before a moment. */
  before(wall: number): number | undefined {
    return nextOf(this.known(), wall + 1, -1);
  }
}
