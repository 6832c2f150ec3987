import type { Millis } from "@oxbow/media";
import type { Entry, EntryPlace, SegmentMedia } from "./entry.ts";
import { LostParts } from "./lost-parts.ts";
import type { RenditionRuns } from "./rendition-runs.ts";
import type { ServedStretch, TrackKind } from "./served-stretch.ts";
import type { Timeline } from "./timeline.ts";
import {
  type ComingPart,
  endOf,
  type LineParts,
  type OpenPlace,
  openGapPlace,
  type TrackLine,
} from "./track-line.ts";
import type { ListedPart } from "./track-media.ts";

/** What a track asks of its rendition. */
export interface RenditionState {
  readonly runs: RenditionRuns;
  /** Sequence number of the last entry that its playlists list whole; undefined before it has any. */
  readonly through: number | undefined;
  /** The stretch whose media comes next; absent while nothing is made. */
  readonly fed: ServedStretch | undefined;
  /** Number of the newest sealed segment, and of the newest of which it is known what it is: media or gap. */
  readonly decided: number;
  /** What is kept of a segment. */
  media(number: number): SegmentMedia | undefined;
  /** The segment is lost for good. */
  isGap(number: number): boolean;
  has(kind: TrackKind): boolean;
}

/** One track of a rendition: the source's entries with its own media, as far as it is. */
export class RenditionTrack implements TrackLine {
  readonly kind: TrackKind;
  readonly playlist: string;
  readonly #rendition: RenditionState;
  readonly #lost = new LostParts();

  constructor(kind: TrackKind, playlist: string, rendition: RenditionState) {
    this.kind = kind;
    this.playlist = playlist;
    this.#rendition = rendition;
  }

  exists(): boolean {
    return this.#rendition.through !== undefined && this.#rendition.has(this.kind);
  }

  last(timeline: Timeline): Entry | undefined {
    const { through } = this.#rendition;
    return through === undefined ? undefined : timeline.at(through);
  }

  stretchOf({ stretch, number }: Entry): ServedStretch | undefined {
    return stretch && this.#rendition.runs.stretchOf(number, this.kind);
  }

  has(entry: Entry): boolean {
    return this.stretchOf(entry) !== undefined;
  }

  parts(entry: Entry, { partTarget }: Timeline): LineParts {
    if (entry.stretch === undefined || partTarget === undefined) {
      return { parts: entry.parts(this.kind), stretch: undefined };
    }
    const { number, seconds } = entry;
    const own = this.#own(number, true);
    const stretch = this.#rendition.media(number)?.stretch;
    if (this.has(entry)) return { parts: own, stretch };
    return { parts: this.#lost.whole(number, own, seconds, partTarget), stretch };
  }

  open(timeline: Timeline): OpenPlace | undefined {
    const { partTarget, openGap } = timeline;
    if (partTarget === undefined) return undefined;
    const next = this.#next(timeline);
    if (next === undefined) return openGap && openGapPlace(openGap);
    const { number, place } = next;
    const { sequence, wall, discontinuity } = place;
    const own = this.#own(number, false);
    const parts = this.#rendition.isGap(number) ? this.#lost.sofar(number, own, partTarget) : own;
    const stretch = this.#rendition.media(number)?.stretch;
    return { sequence, wall, discontinuity, stretch, number, parts };
  }

  coming(timeline: Timeline): ComingPart | undefined {
    const { fed, decided } = this.#rendition;
    if (fed?.track(this.kind) === undefined) return undefined;
    const next = this.#next(timeline);
    if (next === undefined) {
      if (timeline.openGap !== undefined) return undefined;
      return { stretch: fed, number: Math.max(fed.firstSegment, decided + 1), part: 0 };
    }
    const { number } = next;
    if (this.#rendition.isGap(number) || number < fed.firstSegment) return undefined;
    const media = this.#rendition.media(number);
    if (media !== undefined && media.stretch !== fed) return undefined;
    if (media?.hasLeft(this.kind)) return { stretch: fed, number: number + 1, part: 0 };
    return { stretch: fed, number, part: media?.parts(this.kind, false).length ?? 0 };
  }

  end(timeline: Timeline): Millis | undefined {
    return endOf(this.last(timeline), this.open(timeline));
  }

  /** While the open segment is lost: gaps for what the source has of it by now. @returns whether some came */
  growLost(timeline: Timeline): boolean {
    const { partTarget, open } = timeline;
    if (partTarget === undefined || open === undefined) return false;
    const { number } = open.media;
    if (!this.#rendition.isGap(number)) return false;
    return this.#lost.grow(number, this.#own(number, false), timeline.openMs, partTarget);
  }

  forgetBefore(number: number): void {
    this.#lost.forgetBefore(number);
  }

  #own(number: number, sealed: boolean): readonly ListedPart[] {
    return this.#rendition.media(number)?.parts(this.kind, sealed) ?? [];
  }

  /** What comes after the last entry that is listed: one that the source has whole, or its open one. */
  #next(timeline: Timeline): { readonly place: EntryPlace; readonly number: number } | undefined {
    const { through } = this.#rendition;
    if (through === undefined) return undefined;
    const entry = timeline.at(through + 1);
    if (entry !== undefined) return { place: entry, number: entry.number };
    const { open, openGap } = timeline;
    if (open === undefined || openGap !== undefined) return undefined;
    return { place: open, number: open.media.number };
  }
}
