import { type Millis, plus } from "@oxbow/media";
import { LiveWindow, type LiveWindowOptions } from "./live-window.ts";

/** What the registry is made with. */
export type LiveOptions = {
  /** Wanted length of a segment, as the packager has it. */
  readonly segmentMs: number;
  /** Entries that stay listed; 8 unless told. */
  readonly windowSegments?: number;
  /** How long an ended window stays readable; 15 minutes unless told. */
  readonly keepMs?: number;
  readonly now: () => Millis;
};

/** What a broadcast opens its window with; the rest is the registry's. */
export type OpenWindow = Omit<LiveWindowOptions, "now" | "segmentMs" | "windowSegments">;

const WINDOW_SEGMENTS = 8;
const KEEP_MS = 15 * 60_000;

/** The live windows of all streams, one for each stream's newest broadcast. */
export class Live {
  readonly #options: LiveOptions;
  readonly #windows = new Map<string, LiveWindow>();
  /** When a window was first seen ended. */
  readonly #endedAt = new Map<LiveWindow, Millis>();

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** A window for a new broadcast; it takes the place of the stream's last one, which is ended. */
  open(broadcast: OpenWindow): LiveWindow {
    const before = this.#windows.get(broadcast.stream.name);
    if (before !== undefined) this.#drop(before);
    const { segmentMs, windowSegments = WINDOW_SEGMENTS, now } = this.#options;
    const window = new LiveWindow({ ...broadcast, segmentMs, windowSegments, now });
    this.#windows.set(broadcast.stream.name, window);
    return window;
  }

  /** The window of the stream's broadcast that is on air, or that ended lately. */
  get(streamName: string): LiveWindow | undefined {
    return this.#windows.get(streamName);
  }

  /** Takes a stream's window away, ended or not (the stream is deleted). */
  close(streamName: string): void {
    const window = this.#windows.get(streamName);
    if (window !== undefined) this.#drop(window);
  }

  /** Moves every window on, and lets go those that ended long ago. Call it at least as often as parts come. */
  tick(now: Millis): void {
    const { keepMs = KEEP_MS } = this.#options;
    for (const window of this.#windows.values()) {
      window.tick(now);
      if (!window.isEnded) continue;
      const endedAt = this.#endedAt.get(window) ?? now;
      this.#endedAt.set(window, endedAt);
      if (now >= plus(endedAt, keepMs)) this.#drop(window);
    }
  }

  #drop(window: LiveWindow): void {
    window.close();
    this.#endedAt.delete(window);
    this.#windows.delete(window.stream.name);
  }
}

/** A registry of live windows. It owns no timer. */
export function createLive(options: LiveOptions): Live {
  return new Live(options);
}
