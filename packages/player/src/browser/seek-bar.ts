import { readThumbnails, type Thumbnails, thumbnailAt } from "../thumbnails.ts";
import { behindLive, clockTime, fractionOf, timeAt } from "../timeline.ts";
import { make, part } from "./parts.ts";
import type { View } from "./view.ts";

/** A list of pictures of a stream that runs is asked for again after so many milliseconds. */
const STALE = 20_000;
/** The longest that it is waited for. */
const PATIENCE = 10_000;

/** The bar over the whole window: where the viewer is, can go, and what is there. */
export class SeekBar {
  readonly #view: View;
  readonly #bar: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #peek: HTMLElement;
  readonly #picture: HTMLElement;
  readonly #ticks: HTMLElement;
  #dragging = false;
  /** The time that was looked at last. */
  #looked = 0;
  #ticksSeen = "";
  #thumbnails: { url: string; at: number; list: Thumbnails } | undefined;

  constructor(view: View) {
    this.#view = view;
    const { root } = view;
    this.#bar = part(root, ".seek", HTMLElement);
    this.#input = part(root, ".seek input", HTMLInputElement);
    this.#peek = part(root, ".peek", HTMLElement);
    this.#picture = part(root, ".peek .picture", HTMLElement);
    this.#ticks = part(root, ".ticks", HTMLElement);
    this.#input.setAttribute("aria-label", view.texts.labels.seek);
    this.#input.addEventListener("input", () => {
      this.#dragging = true;
      this.#look(Number(this.#input.value) + this.#window().start);
    });
    this.#input.addEventListener("change", () => {
      this.#dragging = false;
      view.seek(Number(this.#input.value) + this.#window().start);
      if (!this.#bar.matches(":hover")) this.#peek.hidden = true;
    });
    this.#bar.addEventListener("pointermove", (event) => {
      if (!this.#dragging && event.pointerType !== "touch") this.#look(this.#under(event));
    });
    this.#bar.addEventListener("pointerleave", () => (this.#peek.hidden = !this.#dragging));
    this.#input.addEventListener("focus", () => {
      if (this.#input.matches(":focus-visible")) this.#look(view.video.currentTime);
    });
    this.#input.addEventListener("blur", () => (this.#peek.hidden = true));
  }

  /** Shows where the playhead is now. */
  update(): void {
    const { video, texts } = this.#view;
    const window = this.#window();
    const time = video.currentTime;
    if (!this.#dragging) {
      this.#input.max = String(Math.max(0, window.end - window.start));
      this.#input.value = String(time - window.start);
    }
    const at = this.#dragging ? timeOf(this.#input) + window.start : time;
    const label = this.#label(at);
    const whole = clockTime(window.end - window.start);
    this.#input.setAttribute(
      "aria-valuetext",
      `${label.at} ${texts.labels.of} ${whole} ${label.clock}`.trim(),
    );
    this.#bar.style.setProperty("--played", String(fractionOf(window, at)));
    this.#fill(".played", fractionOf(window, at));
    const { buffered } = video;
    this.#fill(
      ".loaded",
      buffered.length === 0 ? 0 : fractionOf(window, buffered.end(buffered.length - 1)),
    );
    this.#markers();
    if (this.#input.matches(":focus-visible") && !this.#peek.hidden) this.#look(at);
  }

  #fill(selector: string, fraction: number): void {
    part(this.#bar, selector, HTMLElement).style.setProperty("--part", String(fraction));
  }

  #window() {
    return this.#view.playback()?.source?.window() ?? { start: 0, end: 0 };
  }

  #under(event: PointerEvent): number {
    const { left, width } = this.#bar.getBoundingClientRect();
    return timeAt(this.#window(), (event.clientX - left) / width);
  }

  /** A time as this bar writes it: live by its distance, a title by its position. */
  #label(time: number): { at: string; clock: string } {
    const { data, playback, tag } = this.#view;
    const window = this.#window();
    const live = data()?.kind === "live";
    const wall = playback()?.source?.wallClock(time);
    const format = new Intl.DateTimeFormat(tag, { timeStyle: "medium" });
    return {
      at: live ? behindLive(window.end - time) : clockTime(time - window.start),
      clock: wall === undefined || !live ? "" : format.format(wall),
    };
  }

  /** Opens the little window over a place of the bar. */
  #look(time: number): void {
    const window = this.#window();
    if (!(window.end > window.start)) return;
    this.#looked = time;
    const { at, clock } = this.#label(time);
    const near = this.#view
      .playback()
      ?.source?.markers()
      .find((marker) => Math.abs(marker.time - time) < (window.end - window.start) / 100);
    part(this.#peek, ".at", HTMLElement).textContent =
      near === undefined ? at : `${near.label} · ${at}`;
    part(this.#peek, ".clock", HTMLElement).textContent = clock;
    this.#show(time);
    this.#peek.hidden = false;
    // Within the bar, whatever the picture's size.
    const width = this.#bar.clientWidth;
    const half = this.#peek.offsetWidth / 2;
    const middle = fractionOf(window, time) * width;
    const x = Math.min(Math.max(middle, half), Math.max(half, width - half));
    this.#peek.style.setProperty("--x", `${x}px`);
  }

  #show(time: number): void {
    const list = this.#list();
    const source = this.#view.playback()?.source;
    const wall = source?.wallClock(time);
    const at =
      list?.origin === undefined
        ? time - this.#window().start
        : wall === undefined
          ? Number.NaN
          : (wall - list.origin) / 1000;
    const found = list === undefined ? undefined : thumbnailAt(list.pictures, at);
    const { style } = this.#picture;
    if (found?.area === undefined) {
      style.backgroundImage = "";
      return;
    }
    const { x, y, w, h } = found.area;
    style.backgroundImage = `url(${JSON.stringify(found.url)})`;
    style.backgroundPosition = `${-x}px ${-y}px`;
    style.inlineSize = `${w}px`;
    style.blockSize = `${h}px`;
  }

  /** The list as it was read last; a newer one is asked for beside it. */
  #list(): Thumbnails | undefined {
    const given = this.#view.data()?.thumbnails;
    const known = this.#thumbnails;
    if (given === undefined) return undefined;
    const url = this.#view.playback()?.fresh(given) ?? given;
    const stale = known === undefined || performance.now() - known.at > STALE;
    const running = this.#view.playback()?.source?.facts().playlist !== "closed";
    if (known?.url !== url || (stale && running)) {
      const list = known?.url === url ? known.list : { pictures: [] };
      this.#thumbnails = { url, at: performance.now(), list };
      void this.#load(url);
    }
    return this.#thumbnails?.list;
  }

  async #load(url: string): Promise<void> {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) return;
      const list = readThumbnails(await answer.text(), new URL(url, location.href).href);
      if (this.#thumbnails?.url !== url) return;
      this.#thumbnails.list = list;
      // What is being looked at now has its picture, too.
      if (!this.#peek.hidden) this.#show(this.#looked);
    } catch (problem) {
      console.info("There are no pictures for the bar", problem);
    }
  }

  #markers(): void {
    const markers = this.#view.playback()?.source?.markers() ?? [];
    const window = this.#window();
    const places = markers
      .filter(({ time }) => time >= window.start && time <= window.end)
      .map(({ time }) => fractionOf(window, time).toFixed(4));
    if (places.join() === this.#ticksSeen) return;
    this.#ticksSeen = places.join();
    this.#ticks.replaceChildren(
      ...places.map((place) => {
        const tick = make("i", "");
        tick.style.setProperty("--at", place);
        return tick;
      }),
    );
  }
}

const timeOf = (input: HTMLInputElement): number => Number(input.value);
