import "./controls.ts";
import { dataOfAttributes } from "../attributes.ts";
import { pickLanguage } from "../languages.ts";
import { type PageData, withNeighbours } from "../page-data.ts";
import type { PlaybackState } from "../playback-state.ts";
import { type Moment, readMoment, type Window, within } from "../timeline.ts";
import { recallCaptionStyle, toggleCaptions } from "./captions.ts";
import { copyLink } from "./copy-link.ts";
import { listenToTaps, onKey, turnInFullscreen } from "./input.ts";
import { part } from "./parts.ts";
import { Playback } from "./playback.ts";
import { showCountdown, showState, showTime } from "./screen.ts";
import { SeekBar } from "./seek-bar.ts";
import type { Figures } from "./source.ts";
import { style } from "./style.ts";
import { label, template } from "./template.ts";
import type { GetToken } from "./token-renewal.ts";
import type { View } from "./view.ts";

export type { Figures, GetToken, Moment, PageData, PlaybackState, Window };

/** What the element tells by events. */
export interface OxbowPlayerEventMap extends HTMLElementEventMap {
  statechange: CustomEvent<PlaybackState>;
  /** The transmission has ended, and this is its recording. */
  recordingready: CustomEvent<{ readonly hls: string }>;
}

/** How often the countdown and the time are shown anew, in milliseconds. */
const TICK = 500;

/**
 * The player as an element. What to play is given by `src`, or by attributes: `stream` or `asset`
 * (with `server`, where the media server is not this page's), or `hls`; and beside them `events`,
 * `thumbnails`, `poster`, `recording`, `heading`, `startsat`. `lang`, `autoplay` and `start` (seconds,
 * or a wall-clock time in Unix milliseconds) say how.
 */
export class OxbowPlayer extends HTMLElement {
  static readonly observedAttributes = ["stream", "asset", "hls", "server"];
  /** Asks for a playback token when the one in the URLs is about to expire, or has. */
  getToken: GetToken | undefined;
  /** Asks for the recording where no viewer signal tells it. */
  findRecording: (() => Promise<string | undefined>) | undefined;

  #src: PageData | undefined;
  #view: View | undefined;
  #bar: SeekBar | undefined;
  #playback: Playback | undefined;
  #playing: PageData | undefined;
  /** What a page offers in the recording's place. */
  #offered: PageData | undefined;
  #closeMenu: (() => void) | undefined;
  #connected: AbortController | undefined;

  get src(): PageData | undefined {
    return this.#src;
  }
  set src(data: PageData | undefined) {
    this.#src = data;
    this.#offered = undefined;
    if (this.isConnected) this.#start(data, this.hasAttribute("autoplay"));
  }
  get state(): PlaybackState {
    return this.#playback?.state ?? { at: "loading" };
  }
  /** What can be told of the playback by numbers. */
  get figures(): Figures {
    return this.#playback?.source?.figures() ?? {};
  }
  /** What can be seeked to, in seconds; its end is the live position while the broadcast runs. */
  get window(): Window {
    return this.#playback?.source?.window() ?? { start: 0, end: 0 };
  }
  /** The wall clock at the playhead, Unix milliseconds; undefined where what plays tells none. */
  get wallClock(): number | undefined {
    return this.#playback?.source?.wallClock(this.#view?.video.currentTime ?? 0);
  }
  get video(): HTMLVideoElement | undefined {
    return this.#view?.video;
  }

  /** A link to this moment: of what is live, by the wall clock. */
  get linkHere(): string {
    return this.#link();
  }

  /** Goes to a moment of what plays; nothing where it is not there. */
  seekTo(moment: Moment): void {
    const source = this.#playback?.source;
    if (source === undefined) return;
    const time =
      "wallClock" in moment
        ? source.timeOf(moment.wallClock)
        : source.window().start + moment.seconds;
    if (time !== undefined) this.#seek(time);
  }

  /**
   * What a broadcast left can be played from here: offered when this viewer has seen the end, in the
   * place of what the stream itself tells.
   */
  offerRecording(data: PageData): void {
    this.#offered = data;
    const { at } = this.state;
    if (this.#view !== undefined && (at === "ended" || at === "preparing"))
      this.#showOffer(this.#view, data);
    this.dispatchEvent(new CustomEvent("recordingready", { detail: { hls: data.hls } }));
  }

  override addEventListener<K extends keyof OxbowPlayerEventMap>(
    type: K,
    listener: (this: OxbowPlayer, event: OxbowPlayerEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener, options);
  }

  connectedCallback(): void {
    this.#connected = new AbortController();
    this.#view ??= this.#build();
    const view = this.#view;
    const { signal } = this.#connected;
    const timer = setInterval(() => this.#show(view), TICK);
    signal.addEventListener("abort", () => clearInterval(timer));
    document.addEventListener("fullscreenchange", () => turnInFullscreen(view), { signal });
    this.#start(this.#src ?? this.#fromAttributes(), this.hasAttribute("autoplay"));
  }

  disconnectedCallback(): void {
    this.#connected?.abort();
    this.#closeMenu?.();
    this.#playback?.close();
    this.#playback = undefined;
  }

  attributeChangedCallback(_name: string, old: string | null): void {
    if (this.isConnected && old !== null && this.#src === undefined)
      this.#start(this.#fromAttributes(), this.hasAttribute("autoplay"));
  }

  /** Does what a key asks of the player; for pages that are nothing but the player. */
  pressKey(event: KeyboardEvent): void {
    const view = this.#view;
    if (view !== undefined && onKey(view, event, () => this.#panel("toggleHelp")))
      event.preventDefault();
  }

  #fromAttributes(): PageData | undefined {
    return dataOfAttributes((name) => this.getAttribute(name));
  }

  #start(data: PageData | undefined, autoplay: boolean): void {
    const view = this.#view;
    this.#playback?.close();
    this.#playback = undefined;
    if (data === undefined || view === undefined) return;
    const whole = withNeighbours(data);
    this.#playing = whole;
    const { frame, video } = view;
    frame.dataset["kind"] = whole.kind;
    part(frame, ".title", HTMLElement).textContent = whole.title ?? "";
    part(frame, ".recording", HTMLElement).hidden = true;
    if (whole.poster !== undefined) video.poster = whole.poster;
    showState(view, { at: "loading" });
    this.#playback = new Playback(video, whole, {
      autoplay,
      start: readMoment(this.getAttribute("start")),
      getToken: this.getToken,
      findRecording: this.findRecording,
      tell: (state) => this.#tell(view, state),
      offer: (hls) => this.#offer(view, whole, hls),
    });
  }

  #tell(view: View, state: PlaybackState): void {
    showState(view, state);
    if (state.at !== "ended") part(view.frame, ".recording", HTMLElement).hidden = true;
    if (this.#offered !== undefined && (state.at === "ended" || state.at === "preparing"))
      this.#showOffer(view, this.#offered);
    this.#show(view);
    this.dispatchEvent(new CustomEvent("statechange", { detail: state }));
  }

  /** The stream tells where its recording is. */
  #offer(view: View, { id, title }: PageData, hls: string): void {
    if (this.#offered !== undefined) return;
    const data: PageData = { id, kind: "vod", hls, ...(title === undefined ? {} : { title }) };
    if (this.state.at === "ended") this.#showOffer(view, data);
    this.dispatchEvent(new CustomEvent("recordingready", { detail: { hls } }));
  }

  /** Puts the recording under "the transmission has ended"; it plays in the same place. */
  #showOffer(view: View, data: PageData): void {
    const button = part(view.frame, ".recording", HTMLButtonElement);
    button.hidden = false;
    button.onclick = () => {
      this.#start(data, true);
      view.video.focus();
    };
  }

  #show(view: View): void {
    if (this.#bar !== undefined) showTime(view, this.#bar);
    showCountdown(view, Date.now());
    part(view.frame, ".unmute", HTMLElement).hidden =
      view.video.dataset["silenced"] === undefined || !view.video.muted;
  }

  #build(): View {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = template;
    const { tag, texts } = pickLanguage(this.lang === "" ? navigator.languages : [this.lang]);
    label(root, texts);
    const frame = part(root, ".frame", HTMLElement);
    const controller = part(root, "media-controller", HTMLElement);
    controller.lang = tag === "pt-BR" ? "pt" : tag;
    frame.lang = tag;
    Object.assign(controller, { fullscreenElement: frame });
    const view: View = {
      root,
      frame,
      controller,
      tag,
      texts,
      video: part(root, "video", HTMLVideoElement),
      layer: part(root, ".layer", HTMLElement),
      playback: () => this.#playback,
      data: () => this.#playing,
      seek: (time) => this.#seek(time),
      link: () => this.#link(),
    };
    this.#bar = new SeekBar(view);
    this.#listen(view);
    recallCaptionStyle(view.video);
    return view;
  }

  #listen(view: View): void {
    const { root, video } = view;
    const on = (selector: string, action: () => void): void =>
      part(root, selector, HTMLElement).addEventListener("click", action);
    on(".start", () => this.#playback?.play());
    on(".back10", () => this.#seek(video.currentTime - 10));
    on(".forward10", () => this.#seek(video.currentTime + 10));
    on(".live-badge", () => this.#playback?.goLive());
    on(".captions", () => toggleCaptions(video));
    on(".settings", () => void this.#toggleMenu(view));
    on(".unmute", () => (video.muted = false));
    for (const name of ["timeupdate", "seeking", "volumechange", "play", "pause"])
      video.addEventListener(name, () => this.#show(view));
    listenToTaps(view);
    root.addEventListener("keydown", (event) => {
      if (!(event instanceof KeyboardEvent) || event.defaultPrevented) return;
      const pressed = event.key === " " || event.key === "Enter";
      // A button with the focus is pressed by these itself.
      if (pressed && event.target instanceof Element && !event.target.matches("video, input"))
        return;
      this.pressKey(event);
    });
  }

  #seek(time: number): void {
    const window = this.#playback?.source?.window();
    const video = this.#view?.video;
    if (window === undefined || video === undefined) return;
    const over = this.state.at === "ended" || this.state.at === "preparing" || video.ended;
    video.currentTime = within(window, time);
    if (over && time < window.end) this.#playback?.play();
  }

  #link(): string {
    const source = this.#playback?.source;
    const time = this.#view?.video.currentTime ?? 0;
    const url = new URL(this.getAttribute("link") ?? location.href, location.href);
    const wall = this.#playing?.kind === "live" ? source?.wallClock(time) : undefined;
    url.searchParams.set("t", String(Math.floor(wall ?? time - (source?.window().start ?? 0))));
    return url.href;
  }

  async #toggleMenu(view: View): Promise<void> {
    if (this.#closeMenu !== undefined) {
      this.#closeMenu();
      return;
    }
    const button = part(view.root, ".settings", HTMLButtonElement);
    const { openMenu } = await import("./menu.ts");
    button.ariaExpanded = "true";
    const actions = {
      stats: () => this.#panel("toggleStats"),
      help: () => this.#panel("toggleHelp"),
      copyLink: () => void copyLink(view),
    };
    this.#closeMenu = openMenu(view, actions, () => {
      this.#closeMenu = undefined;
      button.ariaExpanded = "false";
      button.focus();
    });
  }

  #panel(which: "toggleStats" | "toggleHelp"): void {
    const view = this.#view;
    if (view !== undefined) void import("./panels.ts").then((panels) => panels[which](view));
  }
}

if (customElements.get("oxbow-player") === undefined)
  customElements.define("oxbow-player", OxbowPlayer);

declare global {
  interface HTMLElementTagNameMap {
    "oxbow-player": OxbowPlayer;
  }
}
