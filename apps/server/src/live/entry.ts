import { type Millis, plus } from "@oxbow/media";
import type { Chunk } from "../packager/index.ts";
import { PartClock } from "./part-clock.ts";
import type { ServedStretch, TrackKind } from "./served-stretch.ts";
import { type ListedPart, missingPart, TrackMedia } from "./track-media.ts";

/** Where an entry stands in the playlists of all tracks. */
export type EntryPlace = {
  readonly sequence: number;
  readonly wall: Millis;
  readonly discontinuity: boolean;
  /** Discontinuity sequence number of its segment. */
  readonly discontinuitySequence: number;
};

/** What is there of a segment, in each of its tracks. */
export class SegmentMedia {
  readonly stretch: ServedStretch;
  readonly number: number;
  readonly #tracks = new Map<TrackKind, TrackMedia>();
  readonly #clocks = new Map<TrackKind, PartClock>();
  readonly #left = new Set<TrackKind>();

  constructor(stretch: ServedStretch, number: number) {
    this.stretch = stretch;
    this.number = number;
  }

  /** `partTarget` in seconds; absent where parts are not listed. */
  add(chunk: Chunk, partTarget: number | undefined): void {
    const kind = this.stretch.kindOf(chunk.track);
    const track = kind && this.stretch.track(kind);
    if (kind === undefined || track === undefined) return;
    const media = this.#tracks.get(kind) ?? new TrackMedia();
    this.#tracks.set(kind, media);
    let clock = this.#clocks.get(kind);
    if (clock === undefined && partTarget !== undefined) {
      clock = new PartClock(partTarget);
      this.#clocks.set(kind, clock);
    }
    media.add(chunk, track.timescale, clock);
  }

  track(kind: TrackKind): TrackMedia | undefined {
    return this.#tracks.get(kind);
  }

  /** Nothing more of a track will come, though the segment waits for the other one. */
  leave(track: number): void {
    const kind = this.stretch.kindOf(track);
    if (kind !== undefined) this.#left.add(kind);
  }

  hasLeft(kind: TrackKind): boolean {
    return this.#left.has(kind);
  }

  get isEmpty(): boolean {
    return this.#tracks.size === 0;
  }

  /**
   * Its parts in one track. A track that the stretch has not has a gap for each part of the other; so
   * has one that sent nothing, once the segment is sealed (rfc8216bis §6.2.1).
   */
  parts(kind: TrackKind, sealed: boolean): readonly ListedPart[] {
    const own = this.#tracks.get(kind);
    if (own !== undefined) return own.parts;
    if (!sealed && this.stretch.track(kind) !== undefined) return [];
    const other = this.#tracks.get(kind === "video" ? "audio" : "video");
    return other?.parts.map(({ seconds }) => missingPart(seconds)) ?? [];
  }

  dropBytes(): void {
    for (const media of this.#tracks.values()) media.dropBytes();
  }
}

/** One entry of the playlists of all tracks: a segment, or a gap where media is missing. */
export class Entry implements EntryPlace {
  readonly sequence: number;
  readonly wall: Millis;
  readonly discontinuity: boolean;
  readonly discontinuitySequence: number;
  /** As the playlists say it. */
  readonly seconds: number;
  /** Absent for a gap. */
  readonly stretch: ServedStretch | undefined;
  /** The packager's number of the segment; of the last one before, for a gap. */
  readonly number: number;
  /** Which tracks have media in it. */
  readonly kinds: readonly TrackKind[];
  /** When it may be forgotten, once it has left the list. */
  until: Millis | undefined;
  readonly #gapParts: readonly number[];
  #media: SegmentMedia | undefined;

  constructor(
    place: EntryPlace & { readonly seconds: number },
    media: SegmentMedia | EntryOrigin,
    gapParts: readonly number[] = [],
  ) {
    this.sequence = place.sequence;
    this.wall = place.wall;
    this.seconds = place.seconds;
    this.discontinuity = place.discontinuity;
    this.discontinuitySequence = place.discontinuitySequence;
    this.stretch = media.stretch;
    this.number = media.number;
    this.#gapParts = gapParts;
    if (media instanceof SegmentMedia) {
      this.#media = media;
      this.kinds = KIND_SETS.find((set) => sameKinds(set, media)) ?? [];
    } else {
      this.kinds = media.kinds;
    }
  }

  get end(): Millis {
    return plus(this.wall, this.seconds * 1000);
  }

  has(kind: TrackKind): boolean {
    return this.kinds.includes(kind);
  }

  /** Its bytes and parts in one track, as long as anything of them is kept. */
  track(kind: TrackKind): TrackMedia | undefined {
    return this.#media?.track(kind);
  }

  /** Its parts in the playlist of one track; none where they are not known any more. */
  parts(kind: TrackKind): readonly ListedPart[] {
    if (this.#media !== undefined) return this.#media.parts(kind, true);
    return this.#gapParts.map(missingPart);
  }

  dropBytes(): void {
    this.#media?.dropBytes();
  }

  /** Keeps only what playlists say of it. */
  settle(): void {
    this.#media = undefined;
  }
}

/** An entry whose media is elsewhere, or nowhere. */
export type EntryOrigin = {
  readonly stretch: ServedStretch | undefined;
  readonly number: number;
  readonly kinds: readonly TrackKind[];
};

// Shared by all entries: there are thousands of them.
const KIND_SETS: readonly (readonly TrackKind[])[] = [["video", "audio"], ["video"], ["audio"]];

function sameKinds(set: readonly TrackKind[], media: SegmentMedia): boolean {
  return (["video", "audio"] as const).every(
    (kind) => set.includes(kind) === (media.track(kind) !== undefined),
  );
}
