import { type Millis, plus } from "@oxbow/media";
import type { Entry } from "./entry.ts";
import { PLAYLISTS } from "./paths.ts";
import type { ServedStretch, TrackKind } from "./served-stretch.ts";
import type { OpenGap, Timeline } from "./timeline.ts";
import { type ListedPart, lengthOf, missingPart } from "./track-media.ts";

/** Parts of a segment, and whose they are, unless they are all missing. */
export type LineParts = {
  readonly parts: readonly ListedPart[];
  readonly stretch: ServedStretch | undefined;
};

/** What a line lists of the entry after its last one: parts. */
export type OpenPlace = LineParts & {
  readonly sequence: number;
  readonly wall: Millis;
  readonly discontinuity: boolean;
  /** Number of the segment. */
  readonly number: number;
};

/** Place of a part that is not there yet. */
export type ComingPart = {
  readonly stretch: ServedStretch;
  readonly number: number;
  readonly part: number;
};

/**
 * One media playlist of a broadcast: what stands in it for each entry of the timeline. All lines list
 * the same entries (rfc8216bis §6.2.4); each may be a little behind, and has gaps of its own.
 */
export interface TrackLine {
  readonly kind: TrackKind;
  /** Name of the playlist, beside the multivariant one. */
  readonly playlist: string;
  /** It has, had or gets media: then its playlist stays, be it all gaps. */
  exists(timeline: Timeline): boolean;
  /** The last entry that it lists whole. */
  last(timeline: Timeline): Entry | undefined;
  /** Whose media stands for an entry, or would, if there were any. */
  stretchOf(entry: Entry): ServedStretch | undefined;
  /** Its media is there. */
  has(entry: Entry): boolean;
  /** Parts of an entry that it lists whole; none where they are not known any more. */
  parts(entry: Entry, timeline: Timeline): LineParts;
  open(timeline: Timeline): OpenPlace | undefined;
  /** Undefined: nobody knows. */
  coming(timeline: Timeline): ComingPart | undefined;
  /** Wall clock at which the list ends, its parts included. */
  end(timeline: Timeline): Millis | undefined;
}

/** A track of the source: its media is the timeline's. */
export class SourceLine implements TrackLine {
  readonly kind: TrackKind;
  readonly playlist: string;
  readonly #fed: () => ServedStretch | undefined;

  /** `fed`: the stretch whose media comes next; absent while the encoder is gone. */
  constructor(kind: TrackKind, fed: () => ServedStretch | undefined) {
    this.kind = kind;
    this.playlist = PLAYLISTS[kind];
    this.#fed = fed;
  }

  exists(timeline: Timeline): boolean {
    return timeline.hasTrack(this.kind);
  }

  last(timeline: Timeline): Entry | undefined {
    return timeline.last;
  }

  stretchOf({ stretch }: Entry): ServedStretch | undefined {
    return stretch;
  }

  has(entry: Entry): boolean {
    return entry.has(this.kind);
  }

  parts(entry: Entry): LineParts {
    return { parts: entry.parts(this.kind), stretch: entry.stretch };
  }

  open(timeline: Timeline): OpenPlace | undefined {
    const { partTarget, open, openGap } = timeline;
    if (partTarget === undefined) return undefined;
    if (openGap !== undefined) return openGapPlace(openGap);
    if (open === undefined) return undefined;
    const { sequence, wall, discontinuity, media } = open;
    const { stretch, number } = media;
    const parts = media.parts(this.kind, false);
    return { sequence, wall, discontinuity, stretch, number, parts };
  }

  coming({ open, last }: Timeline): ComingPart | undefined {
    const next = this.#fed();
    if (next?.track(this.kind) === undefined) return undefined;
    const media = open?.media;
    if (media !== undefined) {
      if (media.stretch !== next) return undefined;
      // Of this track the segment is whole already: a hint at one part more would be answered with 404.
      if (media.hasLeft(this.kind)) return { stretch: next, number: media.number + 1, part: 0 };
      return { stretch: next, number: media.number, part: media.parts(this.kind, false).length };
    }
    const number = last?.stretch === next ? last.number + 1 : next.firstSegment;
    return { stretch: next, number, part: 0 };
  }

  end(timeline: Timeline): Millis | undefined {
    return timeline.end && plus(timeline.end, timeline.openMs);
  }
}

/** Whether a line has all that the timeline has: of a broadcast that is over nothing more comes then. */
export function isComplete(line: TrackLine, timeline: Timeline): boolean {
  return line.last(timeline) === timeline.last;
}

/** The gap that is being filled, which is the same in all lines. */
export function openGapPlace({ sequence, wall, parts }: OpenGap): OpenPlace {
  const missing = parts.map(missingPart);
  return { sequence, wall, discontinuity: false, stretch: undefined, number: -1, parts: missing };
}

/** Wall clock at which a list ends that has its last entry and its open parts. */
export function endOf(last: Entry | undefined, open: OpenPlace | undefined): Millis | undefined {
  return last && plus(last.end, open === undefined ? 0 : lengthOf(open.parts));
}
