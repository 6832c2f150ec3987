import type { Facts } from "../playback-state.ts";
import type { Window } from "../timeline.ts";

/** What a source alone can see. */
export type SourceFacts = Pick<
  Facts,
  "playlist" | "silence" | "target" | "atEnd" | "unplayable" | "behind" | "access"
>;

/** One of several to choose from. */
export type Choice = { readonly id: number; readonly label: string };

/** A named moment, in seconds on the element's timeline. */
export type Marker = { readonly time: number; readonly label: string };

/** Figures for those who want to know. */
export type Figures = {
  /** Seconds from the live edge, as the player measures it, and what it aims at. */
  readonly latency?: number;
  readonly wanted?: number;
  readonly codecs?: string;
  /** Bits a second of the rendition, and of the network. */
  readonly bitrate?: number;
  readonly bandwidth?: number;
  /** Seconds. */
  readonly partTarget?: number;
};

/** Media that is attached to the element, and what can be seen of it. */
export type Source = {
  /** As it is now. */
  facts(): SourceFacts;
  /** What can be seeked to; its end is the live position while the broadcast runs. */
  window(): Window;
  /** The wall clock in Unix milliseconds at a time of the element, by EXT-X-PROGRAM-DATE-TIME. */
  wallClock(time: number): number | undefined;
  /** The reverse; undefined where the moment is not in the window. */
  timeOf(wallClock: number): number | undefined;
  markers(): readonly Marker[];
  qualities(): readonly Choice[];
  /** The chosen quality, -1 for automatic, and the label of what plays. */
  quality(): { readonly chosen: number; readonly actual: string };
  chooseQuality(id: number): void;
  audios(): readonly Choice[];
  audio(): number;
  chooseAudio(id: number): void;
  figures(): Figures;
  /** Tries again at once: the network is back, or a token is new. */
  retry(): void;
  /** Resolves when this source is beyond repair: to be looked for anew. */
  readonly over: Promise<void>;
  close(): void;
};

/** What a source is opened with. */
export type Opening = {
  readonly url: string;
  readonly kind: "live" | "vod";
  /** Seconds on the playlist's timeline; -1 for the beginning, or the live edge. */
  readonly start: number;
  /** The URL as it is asked for now: with the token that is valid. */
  readonly fresh: (url: string) => string;
  /** The server said that the token has expired; true if a new one is under way. */
  readonly expired: () => boolean;
};

/**
 * Whether the playhead stands where the media ends. The last frames of a track may be shorter than
 * the segment says, so that a playhead which has nothing more to show counts a little earlier.
 *
 * @param end seconds on the element's timeline
 */
export function atEnd(video: HTMLVideoElement, end: number): boolean {
  if (video.ended) return true;
  const dry = video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
  return end - video.currentTime < (dry ? 0.5 : 0.1);
}

/** Seconds that can be played without loading. */
export function ahead({ buffered, currentTime }: HTMLVideoElement): number {
  for (let at = 0; at < buffered.length; at++) {
    if (buffered.start(at) <= currentTime + 0.1 && buffered.end(at) > currentTime)
      return buffered.end(at) - currentTime;
  }
  return 0;
}
