import { type Millis, millis, type Track, VIDEO_TRACK } from "@oxbow/media";
import { earliestLead } from "./index-record.ts";
import type { StoredChunk } from "./resolved-range.ts";

/** A track that ends so much after the leading one tells the time instead: the other fell silent. */
const SILENT_MS = 2000;

type Reached = { readonly delay: number; readonly end: number };

/**
 * Where media ends that no segment's end tells of: where its last picture ends, or its last audio
 * where there is no video. Presentation runs behind decoding by what it does at the file's beginning.
 */
export class MediaClock {
  readonly #origin: Millis;
  readonly #tracks: readonly Track[];
  readonly #reached = new Map<number, Reached>();

  constructor(origin: Millis, tracks: readonly Track[]) {
    this.#origin = origin;
    this.#tracks = tracks;
  }

  add({ track, dts, duration, samples }: StoredChunk): void {
    const delay = this.#reached.get(track)?.delay ?? earliestLead(samples);
    this.#reached.set(track, { delay, end: dts + duration });
  }

  /** Undefined before the first chunk. */
  get end(): Millis | undefined {
    const leading = leadingTrack(this.#tracks);
    let end: number | undefined;
    for (const track of this.#tracks) {
      const reached = this.#reached.get(track.id);
      if (reached === undefined) continue;
      const at = ((reached.end + reached.delay) * 1000) / track.timescale;
      const slack = track === leading ? 0 : SILENT_MS;
      if (end === undefined || at > end + slack) end = at;
    }
    return end === undefined ? undefined : millis(this.#origin + end);
  }
}

/** The track that a file's time is told by: the video, or the first. */
export function leadingTrack(tracks: readonly Track[]): Track | undefined {
  return tracks.find(({ id }) => id === VIDEO_TRACK) ?? tracks[0];
}
