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
  /** The latest time at which something is shown: pictures are sent before those that come between. */
  #shown = 0;
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
      this.#shift = Math.min(...times) - (this.#shown + NEXT_MS);
    }
    return frames.map((frame, index) => {
      const time = this.#grown(frame.track, (times[index] ?? 0) - this.#shift);
      const composition = rescale(frame.cto, scales.get(frame.track) ?? 1000, 1000);
      this.#shown = Math.max(this.#shown, time + composition);
      return time;
    });
  }

  /** Times of a track never go back, also where a unit of the new stretch belongs before its first picture. */
  #grown(track: number, time: number): number {
    const at = Math.max(time, this.#last.get(track) ?? 0);
    this.#last.set(track, at);
    return at;
  }
}
