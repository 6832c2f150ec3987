import type { Track } from "@oxbow/media";
import { initSection, type Segment, type Stretch } from "../packager/index.ts";

/** The two media playlists of a stream. */
export type TrackKind = "video" | "audio";
export const KINDS: readonly TrackKind[] = ["video", "audio"];

/** A smaller share of what is declared are fewer pictures, and not times that were rounded. */
const FEWER = 0.9;

/** A stretch as the window serves it: what its playlists and initialization sections need. */
export class ServedStretch {
  readonly id: string;
  readonly firstSegment: number;
  /** Pictures a second: declared by the bitstream, or measured in the first segment. */
  frameRate: number | undefined;
  readonly #tracks: ReadonlyMap<TrackKind, Track>;
  readonly #inits = new Map<TrackKind, Buffer>();

  constructor({ id, firstSegment, tracks: all }: Pick<Stretch, "id" | "firstSegment" | "tracks">) {
    this.id = id;
    this.firstSegment = firstSegment;
    const tracks = new Map<TrackKind, Track>();
    for (const track of all) {
      if (!tracks.has(track.config.kind)) tracks.set(track.config.kind, track);
    }
    this.#tracks = tracks;
    const config = tracks.get("video")?.config;
    this.frameRate = config?.kind === "video" ? config.frameRate : undefined;
  }

  track(kind: TrackKind): Track | undefined {
    return this.#tracks.get(kind);
  }

  /** Which of its playlists a track's media goes to. */
  kindOf(track: number): TrackKind | undefined {
    return KINDS.find((kind) => this.#tracks.get(kind)?.id === track);
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
    this.frameRate ??= this.#rateIn(segment);
  }

  /** What an encoder declares may be the rate of the pictures that it was given, and it made fewer. */
  correct(segment: Segment): void {
    const told = this.frameRate;
    const measured = this.#rateIn(segment);
    const isOff = told === undefined || (measured ?? told) < told * FEWER;
    if (isOff) this.frameRate = measured;
  }

  #rateIn(segment: Segment): number | undefined {
    const track = this.#tracks.get("video");
    const sent = segment.tracks.find((each) => each.track === track?.id);
    if (track === undefined || sent === undefined || sent.duration <= 0) return undefined;
    let pictures = 0;
    for (const chunk of sent.chunks) pictures += chunk.samples.count;
    return (pictures * track.timescale) / sent.duration;
  }
}
