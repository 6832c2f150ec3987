import { type Millis, type Track, VIDEO_TRACK } from "@oxbow/media";
import type { MergedWindow } from "./merged-window.ts";

export type LogLimits = {
  /** Bytes of frames that are kept, whatever they are kept for. */
  readonly bytes: number;
  /** Milliseconds for which windows are kept for readers that are behind. */
  readonly keptMs: number;
  /** A group of pictures that is longer is not kept for those who join. */
  readonly groupMs: number;
  /** How far back those who join begin where there are no pictures. */
  readonly soundMs: number;
};

/**
 * The newest windows of a broadcast, numbered from 0: the group of pictures that is being shown, for
 * those who join, and what readers that are behind have yet to get. It is all that waits for them: a
 * reader is a number in it.
 */
export class WindowLog {
  readonly #limits: LogLimits;
  #windows: MergedWindow[] = [];
  #first = 0;
  #bytes = 0;
  /** The newest window that a decoder can start at; undefined where there is none any more. */
  #key: number | undefined;

  constructor(limits: LogLimits) {
    this.#limits = limits;
  }

  /** The oldest window that is here, and the one that comes next. */
  get first(): number {
    return this.#first;
  }

  get next(): number {
    return this.#first + this.#windows.length;
  }

  get newestKey(): number | undefined {
    return this.#key;
  }

  at(number: number): MergedWindow | undefined {
    return this.#windows[number - this.#first];
  }

  /** `read`: somebody is there who may be behind. */
  push(window: MergedWindow, read: boolean): void {
    if (window.key) this.#key = this.next;
    this.#windows.push(window);
    this.#bytes += window.bytes;
    this.#forget(window, read);
  }

  /** Where a reader begins who comes now: a keyframe, or sound that is some moments old. */
  start(now: Millis): number | undefined {
    const newest = this.#windows.at(-1);
    if (!newest || this.#key === undefined) return undefined;
    if (hasPictures(newest.tracks)) return this.#key;
    let number = this.next - 1;
    for (;;) {
      const before = this.at(number - 1);
      if (!before || hasPictures(before.tracks)) return number;
      if (now - before.at > this.#limits.soundMs) return number;
      number--;
    }
  }

  clear(): void {
    this.#first = this.next;
    this.#windows = [];
    this.#bytes = 0;
    this.#key = undefined;
  }

  #forget({ at: now, tracks }: MergedWindow, read: boolean): void {
    const { bytes, keptMs, groupMs, soundMs } = this.#limits;
    const pictures = hasPictures(tracks);
    const keep = Math.max(read ? keptMs : 0, pictures ? 0 : soundMs);
    let gone = 0;
    for (const window of this.#windows) {
      const group = pictures && this.#key !== undefined && this.#first + gone >= this.#key;
      const age = now - window.at;
      if (this.#bytes <= bytes && (age <= keep || (group && age <= groupMs))) break;
      this.#bytes -= window.bytes;
      gone++;
    }
    if (gone === 0) return;
    this.#windows = this.#windows.slice(gone);
    this.#first += gone;
    if (this.#key !== undefined && this.#key < this.#first) this.#key = undefined;
  }
}

function hasPictures(tracks: readonly Track[]): boolean {
  return tracks.some(({ id }) => id === VIDEO_TRACK);
}
