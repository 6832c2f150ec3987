import { backoff } from "../backoff.ts";
import type { PageData } from "../page-data.ts";
import { type Facts, type PlaybackState, step } from "../playback-state.ts";
import { within } from "../timeline.ts";
import { recordingUrl, SILENT, type Signal } from "../viewer-signal.ts";
import { type Listening, listen } from "./listen.ts";
import { type Probed, probe } from "./probe.ts";
import type { Opening, Source } from "./source.ts";
import { startPlaying } from "./start-playing.ts";
import { type GetToken, renewToken, type TokenRenewal } from "./token-renewal.ts";

/** How often what is seen is looked at, in milliseconds, besides the element's own events. */
const TICK = 250;
/** The longest wait for the next broadcast on a page that showed the end of the last one. */
const NEXT_BROADCAST = 15_000;
/** The longest wait where the server tells what happens, or has refused this viewer. */
const PATIENT = 60_000;

export type PlaybackOptions = {
  readonly autoplay: boolean;
  /** Where to begin: seconds of a title, or a wall-clock time of what was recorded. */
  readonly start?: { readonly seconds: number } | { readonly wallClock: number } | undefined;
  readonly getToken?: GetToken | undefined;
  /** Asks for the recording where the viewer signal did not tell it. */
  readonly findRecording?: (() => Promise<string | undefined>) | undefined;
  readonly tell: (state: PlaybackState) => void;
  /** The recording can be played at this URL. */
  readonly offer: (recording: string) => void;
};

/**
 * Plays what a page is about, for ever: waits for a broadcast that has not begun, goes on after a
 * loss, begins again with the next broadcast. Tells each change of what the viewer should be told.
 */
export class Playback {
  #state: PlaybackState = { at: "loading" };
  #source: Source | undefined;
  #found: Probed | undefined;
  #signal: Signal = SILENT;
  #recording: { url?: string; state: Facts["recording"] } = { state: "none" };
  #start: Facts["start"] = "waiting";
  /** Whether the viewer has asked for the next broadcast while looking back at the last one. */
  #goesOn = false;
  /** When there was something to show last. */
  #wetAt = -Infinity;
  readonly #pauses = new Set<() => void>();
  readonly #lifetime = new AbortController();
  readonly #listening: Listening | undefined;
  readonly #tokens: TokenRenewal;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #video: HTMLVideoElement;
  readonly #data: PageData;
  readonly #options: PlaybackOptions;

  constructor(video: HTMLVideoElement, data: PageData, options: PlaybackOptions) {
    this.#video = video;
    this.#data = data;
    this.#options = options;
    this.#tokens = renewToken(data.hls, options.getToken, () => this.#retry());
    const { signal } = this.#lifetime;
    for (const name of ["playing", "waiting", "ended", "loadeddata", "emptied", "seeked"])
      video.addEventListener(name, () => this.#look(), { signal });
    video.addEventListener("play", () => (this.#start = "started"), { signal });
    window.addEventListener("online", () => this.#retry(), { signal });
    window.addEventListener("offline", () => this.#look(), { signal });
    this.#timer = setInterval(() => this.#look(), TICK);
    const { events, kind } = data;
    if (kind === "live" && events !== undefined)
      this.#listening = listen(
        () => this.#tokens.fresh(events),
        (told) => this.#onSignal(told),
      );
    void (kind === "live" ? this.#live() : this.#vod());
    // It is parsed while the playlist is asked for; whoever needs it hears of a failure.
    import("./hls-source.ts").catch(() => undefined);
  }

  get source(): Source | undefined {
    return this.#source;
  }
  /** A URL with the token that is valid now. */
  fresh(url: string): string {
    return this.#tokens.fresh(url);
  }
  get state(): PlaybackState {
    return this.#state;
  }

  /** Starts as a press of the viewer does; from the end, at the place that was chosen. */
  play(): void {
    this.#video.play().catch((refusal: unknown) => console.info("Not started", refusal));
  }

  /** To the live edge; after the end, to the end. */
  goLive(): void {
    const source = this.#source;
    if (source === undefined) return;
    // Another broadcast has begun since this one ended.
    if (source.facts().playlist === "closed" && this.#found?.playlist === "open") {
      this.#goesOn = true;
      this.#wake();
      return;
    }
    this.#video.playbackRate = 1;
    this.#video.currentTime = source.window().end;
    this.play();
  }

  close(): void {
    this.#lifetime.abort();
    clearInterval(this.#timer);
    this.#tokens.close();
    this.#listening?.close();
    this.#source?.close();
    this.#wake();
  }

  #onSignal(heard: Signal): void {
    // Of another broadcast, all that matters is that this one is over.
    const told = this.#isOther(heard) ? { ...this.#signal, broadcast: "ended" as const } : heard;
    this.#signal = told;
    const url = recordingUrl(this.#data.hls, told);
    if (url !== undefined && url !== this.#recording.url && this.#recording.state !== "none")
      void this.#prepare(url);
    if (told.playable) this.#wake();
    this.#look();
  }

  /** Whether what was told is about a broadcast that this page is not about. */
  #isOther({ id }: Signal): boolean {
    const own = this.#data.broadcast;
    return own !== undefined && id !== undefined && id !== own;
  }

  #retry(): void {
    this.#source?.retry();
    this.#wake();
    this.#look();
  }

  #facts(): Facts {
    const now = performance.now();
    const seen = this.#source?.facts();
    const found = this.#found ?? { playlist: "unknown", access: "granted" };
    return {
      kind: this.#data.kind,
      online: navigator.onLine,
      broadcast: this.#signal.broadcast,
      recording: this.#recording.state,
      start: this.#start,
      dry: (now - this.#wetAt) / 1000,
      silence: 0,
      target: 2,
      atEnd: false,
      behind: false,
      unplayable: false,
      ...seen,
      // What was asked for is known before the player itself has read it.
      playlist: seen === undefined || seen.playlist === "unknown" ? found.playlist : seen.playlist,
      access: seen === undefined || seen.access === "granted" ? found.access : seen.access,
    };
  }

  #look(): void {
    if (this.#lifetime.signal.aborted) return;
    if (this.#video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA)
      this.#wetAt = performance.now();
    const next = step(this.#state, this.#facts());
    if (next.at === this.#state.at) return;
    const was = this.#isOver();
    this.#state = next;
    if (this.#isOver() && !was) void this.#findRecording();
    this.#options.tell(next);
  }

  #isOver(): boolean {
    return this.#state.at === "ended" || this.#state.at === "preparing";
  }

  /** Looks for the recording until it can be played, or something else is shown. */
  async #findRecording(): Promise<void> {
    const told = recordingUrl(this.#data.hls, this.#signal);
    const url = told ?? (await this.#options.findRecording?.()) ?? this.#data.recording;
    if (url !== undefined) await this.#prepare(url);
  }

  async #prepare(url: string): Promise<void> {
    this.#recording = { url, state: "coming" };
    for (let attempt = 0; this.#recording.url === url && this.#isLive(); attempt++) {
      const { playlist } = await probe(this.#tokens.fresh(url));
      if (this.#recording.url !== url) return;
      if (playlist === "open" || playlist === "closed") {
        this.#recording = { url, state: "ready" };
        this.#look();
        this.#options.offer(url);
        return;
      }
      this.#look();
      await this.#pause(backoff(attempt, Math.random(), NEXT_BROADCAST));
    }
  }

  /** A broadcast of which nothing has been seen yet. */
  #begin(): void {
    this.#wetAt = -Infinity;
    this.#source?.close();
    this.#source = undefined;
    this.#state = { at: "loading" };
    this.#options.tell(this.#state);
  }

  #isLive(): boolean {
    return !this.#lifetime.signal.aborted;
  }

  /** Waits, but not when something has happened that is worth a look. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        this.#pauses.delete(go);
        resolve();
      };
      const timer = setTimeout(go, ms);
      this.#pauses.add(go);
    });
  }

  #wake(): void {
    for (const go of this.#pauses) go();
  }

  /** Plays one source until nothing more is to be had from it; answers where the viewer was. */
  async #playOnce(start: number): Promise<number | undefined> {
    this.#source?.close();
    const opened = await open(this.#video, {
      url: this.#data.hls,
      kind: this.#data.kind,
      start,
      fresh: this.#tokens.fresh,
      expired: () => this.#tokens.renew(),
    });
    // The network was lost before all of the player had come.
    if (opened === undefined) return undefined;
    this.#source = opened;
    if (!this.#isLive()) {
      opened.close();
      return undefined;
    }
    if (this.#options.autoplay && this.#start === "waiting") void this.#autoplay();
    else if (this.#start === "started") this.play();
    await opened.over;
    const { playlist, access } = opened.facts();
    if (playlist !== "unknown" && playlist !== "open") this.#found = { playlist, access };
    this.#look();
    const position = this.#position();
    if (this.#source === opened) this.#source = undefined;
    opened.close();
    return position;
  }

  async #autoplay(): Promise<void> {
    const how = await startPlaying(this.#video);
    if (this.#start === "waiting") this.#start = how;
  }

  /** What the playlist tells; closed where it is not, or no longer, of the page's own broadcast. */
  async #probe(): Promise<Probed> {
    const found = await probe(this.#tokens.fresh(this.#data.hls));
    const over = this.#signal.broadcast === "ended" || this.#isOver();
    const another = this.#data.broadcast !== undefined && over && found.playlist === "open";
    return another ? { ...found, playlist: "closed" } : found;
  }

  async #live(): Promise<void> {
    const where = this.#options.start;
    let wanted = where !== undefined && "wallClock" in where ? where.wallClock : undefined;
    for (let attempt = 0; this.#isLive(); attempt++) {
      this.#found = await this.#probe();
      if (this.#found.access === "expired") this.#tokens.renew();
      this.#look();
      const idle = this.#source === undefined || this.#isOver() || this.#goesOn;
      if (this.#found.playlist === "open" && idle) {
        if (this.#isOver() || this.#goesOn) this.#begin();
        this.#recording = { state: "none" };
        attempt = 0;
        this.#goesOn = false;
        const begun = this.#playOnce(-1);
        if (wanted !== undefined) this.#seekWhenKnown(wanted);
        wanted = await Promise.race([begun, this.#ended()]);
      }
      const told = this.#listening?.connected() === true;
      const refused = this.#found.access !== "granted";
      const longest = told || refused ? PATIENT : this.#isOver() ? NEXT_BROADCAST : undefined;
      await this.#pause(backoff(attempt, Math.random(), longest));
    }
  }

  /** When the broadcast is over for this viewer; the source stays, so that rewinding is possible. */
  #ended(): Promise<undefined> {
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        if (!this.#isOver() && this.#isLive()) return;
        clearInterval(timer);
        resolve(undefined);
      }, TICK);
    });
  }

  /** Of a title, its time; live, the wall clock at the playhead of a viewer behind the edge. */
  #position(): number | undefined {
    const source = this.#source;
    if (this.#data.kind === "vod") return this.#video.currentTime || undefined;
    return source?.facts().behind === true ? source.wallClock(this.#video.currentTime) : undefined;
  }

  /** Goes to a moment as soon as the playlist says where it is. */
  #seekWhenKnown(wallClock: number): void {
    const { signal } = this.#lifetime;
    this.#video.addEventListener(
      "loadedmetadata",
      () => {
        const time = this.#source?.timeOf(wallClock);
        if (this.#source === undefined || time === undefined) return;
        this.#video.currentTime = within(this.#source.window(), time);
      },
      { signal, once: true },
    );
  }

  async #vod(): Promise<void> {
    const { start } = this.#options;
    if (start !== undefined && "wallClock" in start) this.#seekWhenKnown(start.wallClock);
    let from = start !== undefined && "seconds" in start ? start.seconds : -1;
    for (let attempt = 0; this.#isLive(); attempt++) {
      // After a loss it goes on where it was.
      from = (await this.#playOnce(from)) ?? from;
      if (this.#state.at === "removed" || this.#state.at === "unsupported") return;
      const refused = this.#facts().access !== "granted";
      await this.#pause(backoff(attempt, Math.random(), refused ? PATIENT : undefined));
    }
  }
}

/** Undefined where the script that it takes could not be loaded. */
async function open(video: HTMLVideoElement, opening: Opening): Promise<Source | undefined> {
  try {
    const { openHls, supported } = await import("./hls-source.ts");
    if (supported) return openHls(video, opening);
    const { openNative } = await import("./native-source.ts");
    return openNative(video, opening);
  } catch (problem) {
    console.info("The player is not complete", problem);
    return undefined;
  }
}
