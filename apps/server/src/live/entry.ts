import type { Millis, Track } from "@oxbow/media";
import { initSection, type Segment, type Stretch } from "../packager/index.ts";

/** The two media playlists of a stream. */
export type TrackKind = "video" | "audio";

/** A stretch as the window serves it: what its playlists and initialization sections need. */
export class ServedStretch {
  readonly id: string;
  /** Pictures a second: declared by the bitstream, or measured in the first segment. */
  frameRate: number | undefined;
  readonly #tracks: ReadonlyMap<TrackKind, Track>;
  readonly #inits = new Map<TrackKind, Buffer>();

  constructor(stretch: Stretch) {
    this.id = stretch.id;
    const tracks = new Map<TrackKind, Track>();
    for (const track of stretch.tracks) {
      if (!tracks.has(track.config.kind)) tracks.set(track.config.kind, track);
    }
    this.#tracks = tracks;
    const config = tracks.get("video")?.config;
    this.frameRate = config?.kind === "video" ? config.frameRate : undefined;
  }

  track(kind: TrackKind): Track | undefined {
    return this.#tracks.get(kind);
  }

  /** `ftyp moov` of one track, made once. */
  init(kind: TrackKind): Buffer | undefined {
    const track = this.#tracks.get(kind);
    if (track === undefined) return undefined;
    const made = this.#inits.get(kind) ?? Buffer.from(initSection(track));
    this.#inits.set(kind, made);
    return made;
  }

  /** Learns the frame rate, where the bitstream does not declare it. */
  measure(segment: Segment): void {
    const track = this.#tracks.get("video");
    const sent = segment.tracks.find((each) => each.track === track?.id);
    if (this.frameRate !== undefined || track === undefined || sent === undefined) return;
    let pictures = 0;
    for (const chunk of sent.chunks) pictures += chunk.samples.count;
    if (sent.duration > 0) this.frameRate = (pictures * track.timescale) / sent.duration;
  }
}

/** One entry of the playlists of all tracks: a segment, or a gap where media is missing. */
export class Entry {
  readonly sequence: number;
  readonly wall: Millis;
  /** As the playlists say it. */
  readonly seconds: number;
  readonly discontinuity: boolean;
  /** Absent for a gap. */
  readonly stretch: ServedStretch | undefined;
  readonly #bodies = new Map<TrackKind, readonly Uint8Array[]>();

  constructor(
    place: { sequence: number; wall: Millis; seconds: number; discontinuity: boolean },
    media?: { stretch: ServedStretch; segment: Segment },
  ) {
    this.sequence = place.sequence;
    this.wall = place.wall;
    this.seconds = place.seconds;
    this.discontinuity = place.discontinuity;
    this.stretch = media?.stretch;
    if (media === undefined) return;
    for (const kind of ["video", "audio"] as const) {
      const id = media.stretch.track(kind)?.id;
      const sent = media.segment.tracks.find((each) => each.track === id);
      // Of the segment only the buffers are kept, by reference.
      if (sent !== undefined)
        this.#bodies.set(
          kind,
          sent.chunks.flatMap((chunk) => chunk.buffers),
        );
    }
  }

  has(kind: TrackKind): boolean {
    return this.#bodies.has(kind);
  }

  /**
   * The segment's bytes in one track. The first reader has the frames joined into one buffer, which
   * then serves everyone: a write of one buffer costs a fraction of one of a hundred.
   */
  body(kind: TrackKind): readonly Uint8Array[] | undefined {
    const body = this.#bodies.get(kind);
    if (body === undefined || body.length === 1) return body;
    const joined = [Buffer.concat(body)];
    this.#bodies.set(kind, joined);
    return joined;
  }
}
