import { type Frame, rescale, type Track } from "@oxbow/media";

/** A unit of sound or a picture lasts about this long, in milliseconds: what stands after the last one. */
const NEXT_MS = 40;

/**
 * Gives frames the times that readers see, in milliseconds: those of the broadcast's timeline, less the
 * time that no encoder was there. A player that stays connected goes on where it stood, as if nothing
 * had been missing; sound and pictures are moved together.
 */
export class StretchClock {
  #shift = 0;
  /** Of each track, the last time given out. */
  #last = new Map<number, number>();
  #closes = false;

  /** The frames that follow are of a stretch that begins after a hole in time. */
  resume(): void {
    this.#closes = this.#last.size > 0;
  }

  /** The times of frames that came together. */
  times(frames: readonly Frame[], tracks: readonly Track[]): number[] {
    const scales = new Map(tracks.map(({ id, timescale }) => [id, timescale]));
    const times = frames.map((frame) => rescale(frame.dts, scales.get(frame.track) ?? 1000, 1000));
    if (this.#closes && times.length > 0) {
      this.#closes = false;
      this.#shift = Math.min(...times) - (Math.max(...this.#last.values()) + NEXT_MS);
    }
    return times.map((time, index) => this.#grown(frames[index]?.track ?? 0, time - this.#shift));
  }

  /** Times of a track never go back, also where a unit of the new stretch belongs before its first picture. */
  #grown(track: number, time: number): number {
    const at = Math.max(time, this.#last.get(track) ?? 0);
    this.#last.set(track, at);
    return at;
  }
}
