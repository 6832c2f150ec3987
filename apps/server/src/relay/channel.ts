import { type Frame, type Millis, sameConfig, type Track, VIDEO_TRACK } from "@oxbow/media";
import { MergedWindow } from "./merged-window.ts";
import { Reader, type ReaderEnd, type ReaderLimits, type ReaderWriter } from "./reader.ts";
import { StretchClock } from "./stretch-clock.ts";
import { type LogLimits, WindowLog } from "./window-log.ts";
import type { WireFormat } from "./wire-format.ts";

export type ChannelLimits = LogLimits &
  ReaderLimits & {
    /** A merge window with so many bytes is full before its time. */
    readonly windowBytes: number;
  };

export type ChannelOptions = {
  readonly now: () => Millis;
  /** Milliseconds for which frames are gathered into one write. */
  readonly windowMs: number;
  readonly limits: ChannelLimits;
  /** Told of each reader who was too slow. */
  readonly slow: (format: WireFormat) => void;
  /** The broadcast is over, and no reader is left. */
  readonly over: () => void;
};

/**
 * One broadcast and all who read it as it is. Frames are merged into windows; each window is one write
 * for each reader, of the same bytes. Without readers nothing is encoded, and no timer runs.
 */
export class Channel {
  readonly #options: ChannelOptions;
  readonly #log: WindowLog;
  readonly #clock = new StretchClock();
  readonly #readers = new Set<Reader>();
  readonly #timer: NodeJS.Timeout;
  #tracks: readonly Track[] = [];
  /** The tracks of the last window that was closed. */
  #told: readonly Track[] = [];
  #frames: Frame[] = [];
  #bytes = 0;
  #key = false;
  #openedAt: Millis;
  #ended = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#log = new WindowLog(options.limits);
    this.#openedAt = options.now();
    // Set going when there is something to wait for; the same one each time.
    this.#timer = setTimeout(() => this.#tick(), options.windowMs).unref();
  }

  get ended(): boolean {
    return this.#ended;
  }

  begin(stretch: { readonly reason: string; readonly tracks: readonly Track[] }): void {
    this.#close();
    this.#tracks = stretch.tracks;
    if (stretch.reason !== "config") this.#clock.resume();
  }

  frame(frame: Frame): void {
    const picture = frame.track === VIDEO_TRACK;
    // A reader begins with a window, and so a window begins with a keyframe.
    if (picture && frame.key) this.#close();
    if (this.#frames.length === 0) this.#open(picture ? frame.key : !this.#pictures());
    this.#frames.push(frame);
    this.#bytes += frame.data.length;
    if (this.#bytes >= this.#options.limits.windowBytes) this.#close();
    else if (this.#options.now() - this.#openedAt >= this.#options.windowMs) this.#close();
  }

  interrupt(): void {
    this.#close();
  }

  end(): void {
    if (this.#ended) return;
    this.#close();
    this.#ended = true;
    this.#serve(this.#options.now());
    this.#settle();
  }

  /** Begins to serve a reader, at once with what those who join begin with. */
  join(writer: ReaderWriter, format: WireFormat): Reader {
    const now = this.#options.now();
    const reader = new Reader(writer, format, this.#options.limits, now);
    this.#readers.add(reader);
    this.#serveOne(reader, now);
    this.#timer.refresh();
    return reader;
  }

  /** A reader that paused goes on. */
  rejoin(reader: Reader): void {
    reader.restart();
    this.#readers.add(reader);
    this.#serveOne(reader, this.#options.now());
    this.#timer.refresh();
  }

  leave(reader: Reader): void {
    this.#readers.delete(reader);
    this.#settle();
  }

  /** Shows every reader out at once. */
  dismiss(): void {
    this.#ended = true;
    for (const reader of this.#readers) this.#showOut(reader, "removed");
    this.#settle();
  }

  #pictures(): boolean {
    return this.#tracks.some(({ id }) => id === VIDEO_TRACK);
  }

  #open(key: boolean): void {
    this.#key = key;
    this.#openedAt = this.#options.now();
    if (this.#readers.size > 0) this.#timer.refresh();
  }

  #tick(): void {
    if (this.#frames.length > 0) this.#close();
    else this.#serve(this.#options.now());
  }

  /** Closes the window that is open, and hands it to all. */
  #close(): void {
    if (this.#frames.length === 0) return;
    const now = this.#options.now();
    const tracks = this.#tracks;
    const window = new MergedWindow({
      at: now,
      tracks,
      changed: !sameTracks(tracks, this.#told),
      key: this.#key,
      frames: this.#frames,
      times: this.#clock.times(this.#frames, tracks),
      bytes: this.#bytes,
    });
    this.#told = tracks;
    this.#frames = [];
    this.#bytes = 0;
    this.#log.push(window, this.#readers.size > 0);
    this.#serve(now);
  }

  #serve(now: Millis): void {
    let behind = false;
    for (const reader of this.#readers) {
      if (this.#serveOne(reader, now) === "behind") behind = true;
    }
    if (behind) this.#timer.refresh();
  }

  #serveOne(reader: Reader, now: Millis): "current" | "behind" | "gone" {
    const standing = reader.advance(this.#log, now);
    if (standing === "slow") {
      this.#options.slow(reader.format);
      this.#showOut(reader, "slow");
      return "gone";
    }
    if (standing === "current" && this.#ended) {
      this.#showOut(reader, "ended");
      return "gone";
    }
    return standing;
  }

  #showOut(reader: Reader, why: ReaderEnd): void {
    this.#readers.delete(reader);
    reader.writer.close(why);
    this.#settle();
  }

  #settle(): void {
    if (this.#readers.size > 0 || !this.#ended) return;
    clearTimeout(this.#timer);
    this.#log.clear();
    this.#options.over();
  }
}

function sameTracks(a: readonly Track[], b: readonly Track[]): boolean {
  return (
    a.length === b.length &&
    a.every((track, at) => {
      const other = b[at];
      return other !== undefined && other.id === track.id && sameConfig(track.config, other.config);
    })
  );
}
