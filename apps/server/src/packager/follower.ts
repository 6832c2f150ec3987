import { type Frame, type Millis, type Track, VIDEO_TIMESCALE } from "@oxbow/media";
import { BoundaryCuts, LONGEST_PICTURE_MS } from "./boundary-cuts.ts";
import type { PackagerOutput, Stretch, StretchReason } from "./chunk.ts";
import { nominalDuration } from "./lane.ts";
import type { Boundary, SourceBoundaries } from "./source-boundaries.ts";
import { type CutterHost, StretchCutter } from "./stretch-cutter.ts";

/** What a follower is made with. */
export type FollowerOptions = {
  /** Ids, as the chunks carry them. */
  readonly stream: string;
  readonly broadcast: string;
  readonly rendition: string;
  /** Longest part, in milliseconds of media: as the source's. */
  readonly partMs: number;
  /** Where the source's segments begin, in ticks of VIDEO_TIMESCALE; an output of its packager. */
  readonly boundaries: SourceBoundaries;
  /** How far one track runs ahead, in milliseconds of its time, before the other counts as silent. */
  readonly silentMs?: number;
  readonly newStretchId: () => string;
  readonly outputs: readonly PackagerOutput[];
  /** Called once for each reason in a stretch: frames were dropped that have no place. */
  readonly dropped?: (why: DroppedFrames) => void;
};

/** Why frames had no place: no stretch or track takes them, or they go back in time, or are too far behind. */
export type DroppedFrames = "outside" | "back in time" | "behind";

/**
 * Cuts the frames of a rendition where the source is cut, with the source's segment numbers, in
 * stretches of its own. A stretch begins with the first keyframe that begins a segment of the source;
 * what comes before is dropped. Nothing is thrown for what a rendition's maker does wrong.
 */
export interface Follower {
  /** Frames begin, at a keyframe, on the source's timeline. Ends the stretch before. */
  begin(media: {
    readonly reason: StretchReason;
    readonly tracks: readonly Track[];
    readonly origin: Millis;
  }): void;
  frame(frame: Frame): void;
  /**
   * No more frames of this stretch. `clean`: nothing was lost up to here. The last segment is broken
   * unless it is clean and comes to the end of the source's.
   */
  finish(clean: boolean): void;
  /** Nothing is being made for now. */
  lost(): void;
  /** The broadcast is over. */
  end(): void;
}

/** Longer than a rendition that is made at all is behind: its sound may be here long before. */
const SILENT_MS = 10_000;
/** Sound that waits for the first picture: some ten seconds of it. */
const MOST_HELD = 512;
/** What may wait in the cutter for a slower track, in bytes. */
const OPEN_BYTES = 32 * 1024 * 1024;
const SEGMENT_MS = 2000;

/** A follower for one rendition of one broadcast. */
export function createFollower(options: FollowerOptions): Follower {
  return new RenditionFollower(options);
}

type Media = Parameters<Follower["begin"]>[0];
type State =
  | { readonly at: "idle" }
  /** For the keyframe that begins a segment of the source; its sound may come before. */
  | {
      readonly at: "waiting";
      readonly media: Media;
      readonly video: Track;
      readonly sound: Frame[];
    }
  | {
      readonly at: "cutting";
      readonly media: Media;
      readonly stretch: Stretch;
      readonly cutter: StretchCutter;
      readonly rule: BoundaryCuts;
    }
  | { readonly at: "over" };

class RenditionFollower implements Follower {
  readonly #options: FollowerOptions;
  readonly #newest = new Map<number, number>();
  readonly #told = new Set<DroppedFrames>();
  #state: State = { at: "idle" };
  #sequence = 0;
  /** Number of the last segment that was begun. */
  #last = -1;
  /** Number of the segment that is being ended before its end. */
  #broken: number | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  begin(media: Media): void {
    if (this.#state.at === "over") return;
    this.finish(false);
    this.#told.clear();
    this.#wait(media);
  }

  frame(frame: Frame): void {
    const state = this.#state;
    if (state.at === "waiting") this.#seek(state, frame);
    else if (state.at === "cutting") this.#cut(state, frame);
    else this.#drop("outside");
  }

  finish(clean: boolean): void {
    const state = this.#state;
    if (state.at === "over") return;
    this.#state = { at: "idle" };
    if (state.at !== "cutting") return;
    const { cutter, stretch, rule } = state;
    // Who makes it may have been changed in the middle of a segment.
    const isWhole = clean && rule.isWhole(cutter, cutter.reach);
    if (!isWhole) this.#broken = cutter.open.number;
    cutter.finish(isWhole);
    this.#broken = undefined;
    this.#last = Math.max(this.#last, cutter.nextSegment - 1);
    for (const output of this.#options.outputs) output.stretchEnded(stretch);
  }

  lost(): void {
    if (this.#state.at === "over") return;
    this.finish(false);
    for (const output of this.#options.outputs) output.lost?.();
  }

  end(): void {
    this.finish(false);
    this.#state = { at: "over" };
  }

  #wait(media: Media): void {
    const video = media.tracks.find(({ config }) => config.kind === "video");
    if (video !== undefined) this.#state = { at: "waiting", media, video, sound: [] };
  }

  #seek(state: Extract<State, { at: "waiting" }>, frame: Frame): void {
    const { media, video, sound } = state;
    if (frame.track !== video.id) {
      if (!media.tracks.some(({ id }) => id === frame.track)) this.#drop("outside");
      else if (sound.push(frame) > MOST_HELD) sound.shift();
      return;
    }
    const shown = frame.dts + frame.cto;
    const longest = (LONGEST_PICTURE_MS * video.timescale) / 1000;
    const slack = Math.min(nominalDuration(video), longest) / 2;
    const first = frame.key ? this.#options.boundaries.near(shown, slack) : undefined;
    // Pictures of the segment that runs can't stand alone; one that had a piece of it is not begun twice.
    if (first === undefined || first.number <= this.#last) return;
    const cutting = this.#open(media, first, frame.cto);
    this.#state = cutting;
    for (const held of sound) {
      if (held.dts > (this.#newest.get(held.track) ?? 0)) this.#cut(cutting, held);
    }
    this.#cut(cutting, frame);
  }

  #open(media: Media, first: Boundary, delay: number): Extract<State, { at: "cutting" }> {
    const { stream, broadcast, rendition, partMs, boundaries, outputs } = this.#options;
    const stretch: Stretch = {
      id: this.#options.newStretchId(),
      stream,
      broadcast,
      rendition,
      reason: media.reason,
      origin: first.source.origin,
      tracks: media.tracks,
      firstSegment: first.number,
    };
    this.#newest.clear();
    // Sound from before the first picture of all is in the first segment, as in the source's.
    const isFirst = first.number === first.source.firstSegment;
    for (const { id, timescale, config } of media.tracks) {
      const from = Math.ceil((first.shown * timescale) / VIDEO_TIMESCALE) - 1;
      const any = isFirst || config.kind === "video";
      this.#newest.set(id, any ? Number.NEGATIVE_INFINITY : from);
    }
    for (const output of outputs) output.stretchBegan(stretch);
    const { silentMs = SILENT_MS } = this.#options;
    const start = { shown: first.shown, dts: first.shown - delay };
    const limits = { partMs, segmentMs: SEGMENT_MS, silentMs, openBytes: OPEN_BYTES };
    const rule = new BoundaryCuts(boundaries, first);
    const cutter = new StretchCutter(this.#host(stretch), limits, rule, start);
    return { at: "cutting", media, stretch, cutter, rule };
  }

  #cut(state: Extract<State, { at: "cutting" }>, frame: Frame): void {
    const { cutter, media } = state;
    const before = this.#newest.get(frame.track);
    if (before === undefined) return this.#drop("outside");
    if (frame.dts <= before) return this.#drop("back in time");
    this.#newest.set(frame.track, frame.dts);
    // So far behind that nobody knows where it is to be cut, or that sound went on without it: from a
    // later keyframe on, perhaps.
    if (this.#options.boundaries.forgot(cutter.open.number + 1) || isPassed(cutter, frame)) {
      this.#drop("behind");
      this.finish(false);
      this.#wait(media);
      return;
    }
    cutter.frame(frame);
  }

  #drop(why: DroppedFrames): void {
    if (this.#told.has(why)) return;
    this.#told.add(why);
    this.#options.dropped?.(why);
  }

  #host(stretch: Stretch): CutterHost {
    const { outputs } = this.#options;
    return {
      stretch,
      sequence: () => ++this.#sequence,
      longestMs: () => Number.POSITIVE_INFINITY,
      measured: () => {},
      chunkSealed: (chunk) => {
        for (const output of outputs) output.chunkSealed(chunk);
      },
      trackLeft: (place) => {
        for (const output of outputs) output.trackLeft?.(place);
      },
      segmentBegan: (segment) => {
        for (const output of outputs) output.segmentBegan?.(segment);
      },
      segmentSealed: (sealed) => {
        const segment =
          sealed.number === this.#broken ? { ...sealed, broken: true as const } : sealed;
        for (const output of outputs) output.segmentSealed(segment);
      },
    };
  }
}

/** The pictures were silent, and this one belongs before what was cut without them. */
function isPassed({ lead, open }: StretchCutter, frame: Frame): boolean {
  const isLate = lead.silent && frame.track === lead.track.id;
  return isLate && frame.dts + frame.cto < (open.start?.shown ?? 0);
}
