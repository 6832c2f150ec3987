import HlsPlayer, {
  type ErrorData,
  ErrorDetails,
  ErrorTypes,
  Events,
  type LevelDetails,
} from "hls.js";
import { absence, accessOf } from "../access.ts";
import { backoff } from "../backoff.ts";
import { catchUpRate, distanceOf, stalled, UNTROUBLED } from "../catch-up.ts";
import type { Facts } from "../playback-state.ts";
import {
  endOfMedia,
  figuresOf,
  labelOf,
  labelsOf,
  markersIn,
  timeOfClock,
  wallClockAt,
} from "./hls-details.ts";
import { LONGEST_BUFFER, settings, UNPLAYED_BUFFER, wantedLatency } from "./hls-settings.ts";
import { ahead, atEnd, type Opening, type Source, type SourceFacts } from "./source.ts";

/** Whether this browser lets scripts feed media: everywhere but on older iPhones. */
// oxlint-disable-next-line import/no-named-as-default-member -- its types have no such export
export const supported: boolean = HlsPlayer.isSupported();

/** How often a decoder's error is mended by beginning anew, before it counts as not playable. */
const REPAIRS = 3;
/** A viewer is behind live, and stays there, when so many seconds later than the player aims at. */
const BEHIND = 2.5;

/** Plays a playlist by script. */
export function openHls(video: HTMLVideoElement, opening: Opening): Source {
  return new HlsSource(video, opening);
}

/** Names the newest media of a playlist, segment and part; gaps are none. */
function newestMedia({ fragments, partList }: LevelDetails): string {
  const part = partList?.findLast(({ gap }) => !gap);
  const segment = fragments.findLast((fragment) => fragment.gap !== true);
  return `${segment?.sn ?? ""} ${part?.fragment.sn ?? ""} ${part?.index ?? ""}`;
}

class HlsSource implements Source {
  readonly over: Promise<void>;
  readonly #hls: HlsPlayer;
  readonly #video: HTMLVideoElement;
  readonly #opening: Opening;
  readonly #listening = new AbortController();
  readonly #end: () => void;
  #details: LevelDetails | undefined;
  /** What the last request for a playlist met, where it was not given. */
  #lost: Facts["playlist"] | undefined;
  #access: Facts["access"] = "granted";
  #newest = "";
  #grewAt = performance.now();
  #repairs = 0;
  #failures = 0;
  #unplayable = false;
  #caution = UNTROUBLED;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(video: HTMLVideoElement, opening: Opening) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.over = promise;
    this.#end = resolve;
    this.#video = video;
    this.#opening = opening;
    this.#hls = new HlsPlayer(settings(opening));
    this.#hls.on(Events.ERROR, (_event, data) => this.#onError(data));
    this.#hls.on(Events.LEVEL_UPDATED, (_event, { details }) => this.#onPlaylist(details));
    if (opening.kind === "live") {
      const { signal } = this.#listening;
      video.addEventListener("timeupdate", () => this.#keepUp(), { signal });
    } else if (video.paused) this.#loadLittleUntilPlay();
    this.#hls.loadSource(opening.fresh(opening.url));
    this.#hls.attachMedia(video);
  }

  #loadLittleUntilPlay(): void {
    const { config } = this.#hls;
    const { signal } = this.#listening;
    const loadAhead = (): void => void (config.maxMaxBufferLength = LONGEST_BUFFER);
    config.maxMaxBufferLength = UNPLAYED_BUFFER;
    this.#video.addEventListener("play", loadAhead, { once: true, signal });
  }

  #onPlaylist(details: LevelDetails): void {
    this.#details = details;
    this.#lost = undefined;
    this.#access = "granted";
    this.#failures = 0;
    if (details.live)
      this.#hls.targetLatency =
        wantedLatency(details) + distanceOf(this.#caution, performance.now());
    const newest = newestMedia(details);
    if (newest === this.#newest) return;
    this.#newest = newest;
    this.#grewAt = performance.now();
  }

  #onError(data: ErrorData): void {
    const status = data.response?.code;
    if (data.type === ErrorTypes.NETWORK_ERROR) this.#onFailure(data, status ?? 0);
    if (data.details === ErrorDetails.BUFFER_STALLED_ERROR && !this.#isBehind())
      this.#caution = stalled(this.#caution, performance.now());
    if (!data.fatal) return;
    if (data.type === ErrorTypes.MEDIA_ERROR) {
      this.#repairs += 1;
      if (
        this.#repairs <= REPAIRS &&
        data.details !== ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR
      ) {
        this.#hls.recoverMediaError();
        return;
      }
      this.#unplayable = true;
    }
    const refused = status !== undefined && status >= 400 && status < 500;
    // What was loaded stays, and so does the position: only loading begins again.
    if (data.type === ErrorTypes.NETWORK_ERROR && this.#details !== undefined && !refused) {
      this.#retryLater();
      return;
    }
    this.#end();
  }

  #onFailure(data: ErrorData, status: number): void {
    const xhr: unknown = data.networkDetails;
    const readable = xhr instanceof XMLHttpRequest && /^(?:text)?$/.test(xhr.responseType);
    const body = readable ? xhr.responseText : "";
    this.#access = accessOf(status, body) ?? this.#access;
    if (/^(?:manifest|level)Load/.test(data.details) || status === 0 || status >= 500)
      this.#lost = absence(status, body);
  }

  #retryLater(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.retry(), backoff(this.#failures++, Math.random()));
  }

  retry(): void {
    clearTimeout(this.#again);
    if (this.#details !== undefined && !this.#listening.signal.aborted) this.#hls.startLoad();
  }

  /** Holds the latency that is aimed at by the rate, unless the viewer has chosen one. */
  #keepUp(): void {
    const { playbackRate } = this.#video;
    const held = playbackRate === 1 || playbackRate === this.#rate;
    const edge = this.#details?.live === true && !this.#isBehind();
    // Faster than live there is nothing to play.
    if (!held && !(edge && playbackRate > 1)) return;
    const wanted = this.#hls.targetLatency;
    const rate =
      edge && wanted !== null ? catchUpRate(this.#hls.latency, wanted, ahead(this.#video)) : 1;
    if (rate !== playbackRate) this.#video.playbackRate = rate;
    this.#rate = rate;
  }
  #rate = 1;

  #isBehind(): boolean {
    const live = this.#hls.liveSyncPosition;
    if (this.#details?.live !== true) return this.#opening.kind === "live";
    return live !== null && live - this.#video.currentTime > BEHIND;
  }

  #isAtEnd(): boolean {
    const details = this.#details;
    if (details === undefined || details.live) return false;
    return atEnd(this.#video, endOfMedia(details, this.#video));
  }

  facts(): SourceFacts {
    const details = this.#details;
    const known = details === undefined ? "unknown" : details.live ? "open" : "closed";
    return {
      // A playlist that is closed is not asked for again.
      playlist: known === "closed" ? known : (this.#lost ?? known),
      silence: (performance.now() - this.#grewAt) / 1000,
      target: details?.targetduration ?? 2,
      atEnd: this.#isAtEnd(),
      unplayable: this.#unplayable,
      behind: this.#isBehind(),
      access: this.#access,
    };
  }

  window() {
    const details = this.#details;
    if (details === undefined) return { start: 0, end: 0 };
    const live = details.live ? this.#hls.liveSyncPosition : null;
    return { start: details.fragmentStart, end: live ?? endOfMedia(details, this.#video) };
  }

  wallClock = (time: number) => wallClockAt(this.#details, time);
  timeOf = (wallClock: number) => timeOfClock(this.#details, wallClock);
  markers = () => markersIn(this.#details);

  qualities() {
    return labelsOf(this.#hls.levels)
      .map((label, id) => ({ id, label }))
      .toReversed();
  }
  quality() {
    const level = this.#hls.levels[this.#hls.currentLevel];
    return {
      // What was chosen, also while what is shown is still another.
      chosen: this.#hls.manualLevel,
      actual: level === undefined ? "" : labelOf(level),
    };
  }
  chooseQuality(id: number): void {
    this.#hls.nextLevel = id;
  }
  audios() {
    return this.#hls.audioTracks.map(({ id, name }) => ({ id, label: name }));
  }
  audio = () => this.#hls.audioTrack;
  chooseAudio(id: number): void {
    this.#hls.audioTrack = id;
  }
  figures = () => figuresOf(this.#hls, this.#details);

  close(): void {
    clearTimeout(this.#again);
    this.#listening.abort();
    this.#hls.destroy();
    this.#video.playbackRate = 1;
    this.#end();
  }
}
