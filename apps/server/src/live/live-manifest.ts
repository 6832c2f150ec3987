import {
  mpd,
  PresentationTimeline,
  type PresentedSegment,
  type PresentedStretch,
  type Running,
  type TrackSpan,
} from "@oxbow/hls";
import { type Millis, millis, rfc3339, VIDEO_TRACK } from "@oxbow/media";
import type { Segment, Stretch } from "../packager/index.ts";
import type { Entry } from "./entry.ts";
import type { LiveAnswer } from "./live-answer.ts";
import type { Timeline } from "./timeline.ts";

type SegmentTrack = Segment["tracks"][number];
type ListedTimeline = Pick<Timeline, "targetDuration" | "partTarget" | "listed">;

/** How the broadcast stands. */
export type ManifestMoment = {
  readonly now: Millis;
  readonly ended: boolean;
  /** More comes of the newest stretch. */
  readonly fed: boolean;
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

/** The sealed segments of a live window as a DASH presentation: a period for each run of media. */
export class LiveManifest {
  readonly #timeline = new PresentationTimeline();
  #stretch: PresentedStretch | undefined;
  /** Presentation less decode time of the leading track's first picture in the stretch: the delay of reordering. */
  #delay = 0;
  /** A segment was listed before it was whole: players hold their delay for as long as they play. */
  #isLow = false;

  /** Segments that are held for the list. */
  get length(): number {
    return this.#timeline.length;
  }

  /** `listed`: the live list, with the segment in it. `frameRate`: pictures a second, where they were measured. */
  append(segment: Segment, listed: readonly Entry[], frameRate?: number): void {
    const { stretch, number, independent } = segment;
    const lead = leadOf(segment);
    if (this.#stretch?.id !== stretch.id) {
      this.#stretch = presented(stretch, frameRate);
      this.#delay = earliestLead(lead);
    }
    const presentedSegment = spansOf(segment, lead, this.#delay);
    if (presentedSegment === undefined) return;
    this.#timeline.append(this.#stretch, { number, independent, ...presentedSegment });
    // Here, and not only when somebody asks: a broadcast may run for days without a reader of DASH.
    this.#dropBefore(listed);
  }

  /** The text of the MPD, by what the playlists list; undefined before the first segment. */
  text(
    { targetDuration, partTarget, listed }: ListedTimeline,
    { now, ended, fed }: ManifestMoment,
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
      updatePeriod: this.#isLow ? LOW_UPDATE_PERIOD : targetDuration,
      timeShiftBuffer: Math.max(WINDOW_TARGETS, listed.length) * targetDuration,
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
      run: ended ? { type: "static", duration: end } : run,
      minBuffer: this.#isLow ? LEAST_LATENCY : targetDuration,
      longestSegment: Math.max(longestSegment, targetDuration),
      periods,
    });
  }

  #dropBefore(listed: readonly Entry[]): void {
    const oldest = listed.find(({ stretch }) => stretch !== undefined)?.number;
    this.#timeline.drop(({ number }) => oldest === undefined || number < oldest);
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

/** The pictures where there are some, as everywhere. */
function leadOf({ tracks }: Segment): SegmentTrack | undefined {
  return tracks.find(({ track }) => track === VIDEO_TRACK) ?? tracks[0];
}

/** The earliest presentation time of a segment's first chunk, less its decode time, in ticks. */
function earliestLead(track: SegmentTrack | undefined): number {
  const samples = track?.chunks[0]?.samples;
  if (samples?.ctos === undefined) return 0;
  const { ctos, durations } = samples;
  let least = Number.POSITIVE_INFINITY;
  let decoded = 0;
  ctos.forEach((cto, at) => {
    least = Math.min(least, decoded + cto);
    decoded += typeof durations === "number" ? durations : (durations[at] ?? 0);
  });
  return Number.isFinite(least) ? least : 0;
}

/**
 * Where the segment's media lies on the timeline. Decode times have no holes, so the pictures' beginnings
 * are counted by them and the delay of the first: the sums are exact, whatever is reordered inside.
 */
function spansOf(
  { tracks }: Segment,
  lead: SegmentTrack | undefined,
  delay: number,
): Pick<PresentedSegment, "spans"> | undefined {
  const span = (of: SegmentTrack): TrackSpan => ({
    track: of.track,
    t: Math.max(0, of.dts + (of.track === VIDEO_TRACK ? delay : 0)),
    d: Math.max(1, of.duration),
    bytes: of.bytes,
  });
  if (lead === undefined) return undefined;
  return { spans: [span(lead), ...tracks.filter((one) => one !== lead).map(span)] };
}
