import {
  type ClosedCaptions,
  evenEnd,
  mpd,
  type Period,
  PresentationTimeline,
  type PresentedStretch,
  type Running,
} from "@oxbow/hls";
import { type Millis, millis, plus, rfc3339 } from "@oxbow/media";
import type { Segment, Stretch } from "../packager/index.ts";
import type { Entry } from "./entry.ts";
import type { Ladder } from "./ladder.ts";
import type { LiveAnswer } from "./live-answer.ts";
import { LiveRepresentations } from "./live-representations.ts";
import { delayOf, spansOf } from "./manifest-spans.ts";
import type { ServedStretch } from "./served-stretch.ts";
import type { Timeline } from "./timeline.ts";

type ListedTimeline = Pick<Timeline, "targetDuration" | "partTarget" | "listed">;

/** How the broadcast stands. */
export type ManifestMoment = {
  readonly now: Millis;
  /** Nothing will be added. */
  readonly ended: boolean;
  /** Nobody has to be told of the end any more: those who play have asked since. */
  readonly told: boolean;
  /** More comes of the newest stretch. */
  readonly fed: boolean;
  /** In the pictures. */
  readonly captions?: readonly ClosedCaptions[] | undefined;
};

/** Names beside `/live/{stream}/index.m3u8`: the DASH manifest, and the wall clock that it refers to. */
export const MANIFEST = "manifest.mpd";
export const CLOCK = "time";
export const MANIFEST_TYPE = "application/dash+xml";

/**
 * Presentation time is Unix time: it never begins anew, so that one URL shows one timeline over all
 * broadcasts of a stream and over restarts of the server.
 */
const ZERO = millis(0);
/** The window says at least so many targets, also while it fills. */
const WINDOW_TARGETS = 6;
/** What low latency aims at, in seconds: parts, their way here and there, and some to spare. */
const LATENCY = 1.5;
const LEAST_LATENCY = 0.75;
/** How often a player asks for the text, in seconds: it lists a whole segment more than it has to. */
const LOW_UPDATE_PERIOD = 1;
/** So many update periods after a change of the text, every player has asked for it. */
const TOLD_PERIODS = 1.5;

/** The sealed segments of a live window as a DASH presentation: a period for each run of media. */
export class LiveManifest {
  readonly #timeline = new PresentationTimeline();
  readonly #renditions: LiveRepresentations;
  #stretch: PresentedStretch | undefined;
  /** Presentation less decode time of the leading track's first picture in the stretch: the delay of reordering. */
  #delay = 0;
  /** A segment was listed before it was whole: players hold their delay for as long as they play. */
  #isLow = false;

  constructor(ladder: Ladder) {
    this.#renditions = new LiveRepresentations(ladder);
  }

  /** Segments that are held for the list. */
  get length(): number {
    return this.#timeline.length;
  }

  /** `listed`: the live list, with the segment in it. */
  append(segment: Segment, listed: readonly Entry[], served: ServedStretch): void {
    const { stretch, number, independent } = segment;
    const changes = this.#renditions.take(number, served);
    if (this.#stretch?.id !== stretch.id) {
      this.#stretch = presented(stretch, served.frameRate);
      this.#delay = delayOf(segment);
    } else if (changes) {
      this.#stretch = { ...this.#stretch, continues: true };
    }
    const spans = spansOf(segment, this.#delay);
    if (spans === undefined) return;
    this.#timeline.append(this.#stretch, { number, independent, spans });
    // Here, and not only when somebody asks: a broadcast may run for days without a reader of DASH.
    this.#dropBefore(listed);
  }

  /** A segment of a rendition is whole. */
  supply(name: string, segment: Segment): void {
    this.#renditions.supply(name, segment);
  }

  /** The text of the MPD, by what the playlists list; undefined before the first segment. */
  text(
    { targetDuration, partTarget, listed }: ListedTimeline,
    { now, ended, told, fed, captions = [] }: ManifestMoment,
  ): string | undefined {
    this.#dropBefore(listed);
    const growsBy = fed ? partTarget : undefined;
    const laid = this.#timeline.lay({ by: "wall", zero: ZERO, ended, growsBy });
    if (laid === undefined) return undefined;
    const { periods, end, longestSegment, grows } = laid;
    this.#isLow ||= grows;
    const run: Running = {
      type: "dynamic",
      availabilityStart: ZERO,
      published: now,
      updatePeriod: this.#updatePeriod(targetDuration),
      timeShiftBuffer: Math.max(WINDOW_TARGETS, listed.length) * targetDuration,
      duration: ended ? end : undefined,
      // As HLS holds back: a segment is listed when it is whole, up to a target after it began. In low
      // latency it is of no use before to a player that takes whole segments only.
      suggestedDelay: this.#isLow ? LATENCY + targetDuration : 3 * targetDuration,
      clock: CLOCK,
      ...(this.#isLow && {
        latency: { target: LATENCY, min: LEAST_LATENCY, max: 3 * targetDuration },
      }),
    };
    return mpd({
      // ISO/IEC 23009-1 §5.4: the same periods under the same URL, and nothing more will come.
      run: told ? { type: "static", duration: end } : run,
      minBuffer: this.#isLow ? LEAST_LATENCY : targetDuration,
      longestSegment: Math.max(longestSegment, targetDuration),
      periods: periods.map((period, at) => {
        const whole = withCaptions(this.#renditions.addTo(period), captions);
        return fed && at === periods.length - 1 ? whole : evenEnd(whole);
      }),
    });
  }

  /**
   * When everybody who plays has asked for the text since a time. The last segment and the end are told by
   * a dynamic one (DASH-IF IOP v4.3 §4.6.4): what a static one adds is not played by dash.js, and
   * shaka-player takes the end that it tells for a length.
   */
  toldAt(time: Millis, targetDuration: number): Millis {
    return plus(time, TOLD_PERIODS * this.#updatePeriod(targetDuration) * 1000);
  }

  /** Seconds. */
  #updatePeriod(targetDuration: number): number {
    return this.#isLow ? LOW_UPDATE_PERIOD : targetDuration;
  }

  #dropBefore(listed: readonly Entry[]): void {
    const oldest = listed.find(({ stretch }) => stretch !== undefined)?.number;
    this.#timeline.drop(({ number }) => oldest === undefined || number < oldest);
    if (oldest !== undefined) this.#renditions.forgetBefore(oldest);
  }
}

/** What a player sets its clock by (urn:mpeg:dash:utc:http-xsdate:2014). */
export function clockAnswer(now: Millis): LiveAnswer {
  const text = rfc3339(now);
  return {
    kind: "playlist",
    contentType: "text/plain",
    cacheControl: "no-store",
    body: [Buffer.from(text)],
    etag: `"${text}"`,
  };
}

function presented(stretch: Stretch, frameRate: number | undefined): PresentedStretch {
  const { id, origin, broadcast, tracks } = stretch;
  return { id, origin, broadcast, tracks, frameRate };
}

function withCaptions(period: Period, captions: readonly ClosedCaptions[]): Period {
  if (captions.length === 0) return period;
  const sets = period.sets.map((set) =>
    set.contentType === "video" ? { ...set, closedCaptions: captions } : set,
  );
  return { ...period, sets };
}
