import {
  type AdaptationSet,
  type Period,
  type Representation,
  type TimelineSegment,
  type TrackSpan,
  trackSet,
} from "@oxbow/hls";
import { AUDIO_TRACK, rescale, type Track, VIDEO_TRACK } from "@oxbow/media";
import { initPath, type Segment } from "../packager/index.ts";
import { SOUND_ALLOWANCE } from "./index-playlist.ts";
import type { Ladder, OfferedRendition } from "./ladder.ts";
import { delayOf, spansOf } from "./manifest-spans.ts";
import type { Rendition } from "./rendition.ts";
import type { ServedStretch, TrackKind } from "./served-stretch.ts";

/** The sound that was made of the source's, beside the source's own tracks. */
const SOUND_SET = 3;
/** What a rendition has is known so many segments later, at the latest. */
const NEWEST = 16;
/** A rest of a segment that is shorter says nothing about the rate. Seconds. */
const LEAST_MEASURED = 0.5;

/** A rendition as the periods from one on have it. */
type Alternate = OfferedRendition;

/** What is known of a rendition's media. */
type Known = {
  stretch: string;
  delay: number;
  /** By number of the segment. */
  readonly spans: Map<number, readonly TrackSpan[]>;
  /** Bits a second, by track: the highest so far. */
  readonly peaks: Map<number, number>;
};

/**
 * The renditions of a live presentation, as further representations of its periods. A period has a
 * rendition from its beginning on or not at all; one that is a little behind is listed as far as the
 * source is, and what is not there yet is waited for. Where a rendition comes or goes, the next segment
 * of the source begins a period.
 */
export class LiveRepresentations {
  readonly #ladder: Ladder;
  readonly #known = new Map<string, Known>();
  /** From which number on periods have which. */
  #changes: { readonly from: number; readonly alternates: readonly Alternate[] }[] = [];

  constructor(ladder: Ladder) {
    this.#ladder = ladder;
  }

  /** Takes the next segment of the source, of a stretch. @returns whether a period must begin with it */
  take(number: number, source: ServedStretch): boolean {
    const before = this.#changes.at(-1);
    const now = this.#ladder
      .offered(false)
      .filter(({ stretch }) => stretch.firstSegment >= source.firstSegment)
      .filter(({ stretch }) => stretch.firstSegment <= number);
    if (before === undefined && now.length === 0) return false;
    const same =
      before !== undefined &&
      before.alternates.length === now.length &&
      before.alternates.every(({ rendition, stretch }, at) => {
        return now[at]?.stretch === stretch && !hasGap(rendition, before.from, number);
      });
    if (!same) this.#changes.push({ from: number, alternates: now });
    return !same;
  }

  /** A rendition has a segment. */
  supply(name: string, segment: Segment): void {
    const { id } = segment.stretch;
    const known = this.#known.get(name) ?? {
      ...{ stretch: "", delay: 0 },
      ...{ spans: new Map<number, readonly TrackSpan[]>(), peaks: new Map<number, number>() },
    };
    this.#known.set(name, known);
    if (known.stretch !== id) {
      known.stretch = id;
      known.delay = delayOf(segment);
    }
    const spans = spansOf(segment, known.delay) ?? [];
    known.spans.set(segment.number, spans);
    for (const { track, bytes } of spans) {
      const rate = (bytes * 8) / Math.max(segment.seconds, LEAST_MEASURED);
      known.peaks.set(track, Math.max(known.peaks.get(track) ?? 0, rate));
    }
  }

  /** What is before a number is listed no more. */
  forgetBefore(number: number): void {
    for (const { spans } of this.#known.values()) {
      for (const at of spans.keys()) if (at < number) spans.delete(at);
    }
    const first = this.#changes.findLastIndex(({ from }) => from <= number);
    if (first > 0) this.#changes = this.#changes.slice(first);
  }

  /** The period with the renditions that it has. */
  addTo(period: Period): Period {
    if (this.#changes.length === 0) return period;
    const source = period.sets.find(({ id }) => id === VIDEO_TRACK);
    const begins = Number(period.id.slice(period.id.lastIndexOf("-") + 1));
    const alternates = this.#changes.findLast(({ from }) => from <= begins)?.alternates ?? [];
    if (source === undefined || alternates.length === 0) return period;
    const representations: Representation[] = [];
    let sound: AdaptationSet | undefined;
    for (const alternate of alternates) {
      const set = this.#set(alternate, "video", source, source);
      const [own] = set?.representations ?? [];
      if (set !== undefined && own !== undefined) {
        representations.push({ ...own, template: set.template });
      }
      // Of the one that is shed last.
      if (alternate.ownSound) sound = this.#sound(alternate, period, source) ?? sound;
    }
    const ladder = { ...source, representations: [...source.representations, ...representations] };
    const sets = period.sets.map((set) => (set === source ? ladder : set));
    return { ...period, sets: sound === undefined ? sets : [...sets, sound] };
  }

  #sound(alternate: Alternate, period: Period, pictures: AdaptationSet): AdaptationSet | undefined {
    const beside = period.sets.find(({ contentType }) => contentType === "audio");
    const set = beside && this.#set(alternate, "audio", beside, pictures);
    return set && { ...set, id: SOUND_SET };
  }

  /** One track of a rendition as a set of its own, along one of the source's. */
  #set(
    { rendition, stretch }: Alternate,
    kind: TrackKind,
    source: AdaptationSet,
    pictures: AdaptationSet,
  ): AdaptationSet | undefined {
    const track = stretch.track(kind);
    const { timeline: listed, startNumber, presentationTimeOffset, timescale } = source.template;
    if (track === undefined || !Array.isArray(listed)) return undefined;
    const scaled = listed.map(({ t, d }: TimelineSegment) => ({
      t: rescale(t, timescale, track.timescale),
      d: rescale(d, timescale, track.timescale),
    }));
    const timeline = this.#timeline(rendition, stretch, kind, startNumber, scaled);
    if (timeline.length === 0) return undefined;
    const measured = this.#known.get(rendition.name)?.peaks.get(track.id);
    const { continues, availabilityTimeOffset } = { ...pictures, ...source.template };
    const set = trackSet(asMeasured(track, stretch), {
      folder: stretch.id,
      startNumber,
      presentationTimeOffset: rescale(presentationTimeOffset, timescale, track.timescale),
      timeline,
      bandwidth: measured ?? (kind === "video" ? rendition.bitrate : SOUND_ALLOWANCE),
      independent: kind === "audio" || pictures.independent === true,
      continues,
      availabilityTimeOffset,
      role: "alternate",
    });
    const folder = initPath(stretch.id, track.id).replace(/\/[^/]*$/, "");
    const [own] = set.representations;
    const id = kind === "video" ? `video-${rendition.name}` : "audio-aac";
    return {
      ...set,
      template: {
        ...set.template,
        initialization: `${folder}/init.mp4`,
        media: `${folder}/$Number$.m4s`,
      },
      representations: own === undefined ? [] : [{ ...own, id }],
    };
  }

  /** What it has, and what it is expected to have, which is where the source has the same. */
  #timeline(
    rendition: Rendition,
    stretch: ServedStretch,
    kind: TrackKind,
    startNumber: number,
    source: readonly TimelineSegment[],
  ): TimelineSegment[] {
    const id = kind === "video" ? VIDEO_TRACK : AUDIO_TRACK;
    const timeline: TimelineSegment[] = [];
    for (const [at, expected] of source.entries()) {
      const number = startNumber + at;
      const own = this.#known.get(rendition.name)?.spans.get(number);
      const isHere = rendition.runs.stretchOf(number, kind) === stretch;
      const span = isHere ? own?.find(({ track }) => track === id) : undefined;
      const isComing = rendition.fed === stretch && number > rendition.decided;
      const listed = span ?? (isComing ? expected : undefined);
      if (listed === undefined) break;
      timeline.push(listed);
    }
    return timeline;
  }
}

/** With the pictures a second that there are: the bitstream may declare those of the source. */
function asMeasured(track: Track, { frameRate }: ServedStretch): Track {
  const { config } = track;
  if (config.kind !== "video" || frameRate === undefined) return track;
  return { ...track, config: { ...config, frameRate } };
}

/** Whether it lost one of a period's newest segments. */
function hasGap(rendition: Rendition, from: number, before: number): boolean {
  for (let number = Math.max(from, before - NEWEST); number < before; number += 1)
    if (rendition.isGap(number)) return true;
  return false;
}
