import { rescale, type Track } from "@oxbow/media";
import type { SpanStart, Ticks } from "./span-start.ts";

type TrackTime = {
  readonly track: Track;
  /** Media tick (sum of durations) at which the movie's presentation begins; negative: it begins later. */
  zero: number;
  /** Sum of the durations so far. */
  end: number;
  lastDuration: number;
  /** Media tick up to which it is shown. */
  shownTo: number;
  /** Ticks of the stretch at the presentation's beginning, in the span that is being laid. */
  shift: number;
};

/**
 * The movie's one timeline. Each span has one shift, in all tracks the same to half a tick, from its
 * stretch's time to the movie's; a track's media time is the sum of its sample durations, so that a
 * shift becomes a longer last sample before the joint. Nothing adds up: every shift is taken from the
 * span's own times, and so audio and picture can't drift apart however many joints there are.
 */
export class Timeline {
  readonly #tracks = new Map<number, TrackTime>();
  #shift: Ticks = { ticks: 0, timescale: 1 };

  /**
   * A span begins: right after what is laid; `follows`: exactly where the one before stopped; or at a shift
   * of its own, and no earlier than after what is laid.
   */
  begin(tracks: readonly Track[], start: SpanStart, where: "joined" | "follows" | Ticks): void {
    if (where !== "follows") this.#shift = laterOf(this.#join(start), where);
    for (const track of tracks) {
      const shift = rescale(this.#shift.ticks, this.#shift.timescale, track.timescale);
      const time = this.#tracks.get(track.id);
      if (time !== undefined) time.shift = shift;
      else {
        const fresh = { track, zero: Number.NaN, end: 0, lastDuration: 0, shownTo: 0, shift };
        this.#tracks.set(track.id, fresh);
      }
    }
  }

  /**
   * Lays samples: `ticks` of them from `dts`. Gives the duration that the track's last sample must have
   * instead of its own, so that these begin in time; undefined where it is right.
   */
  lay(track: number, dts: number, ticks: number, lastDuration: number): number | undefined {
    const time = this.#of(track);
    if (Number.isNaN(time.zero)) time.zero = time.shift - dts;
    const late = time.zero + dts - time.shift - time.end;
    const stretched = late === 0 ? undefined : Math.max(1, time.lastDuration + late);
    if (stretched !== undefined) time.end += stretched - time.lastDuration;
    time.end += ticks;
    time.lastDuration = lastDuration;
    return stretched;
  }

  /** Ticks of the track that are missing before samples from `dts`; below 0 where they overlap. */
  missing(track: number, dts: number): number {
    const time = this.#of(track);
    return Number.isNaN(time.zero) ? 0 : time.zero + dts - time.shift - time.end;
  }

  /** Lays `samples` of `duration` ticks each behind what there is of the track. */
  extend(track: number, samples: number, duration: number): void {
    const time = this.#of(track);
    time.end += samples * duration;
    time.lastDuration = duration;
  }

  /** Ticks of the track that are missing up to a time of the movie, in seconds. */
  missingTo(track: number, seconds: number): number {
    const time = this.#of(track);
    return Math.round(time.zero + seconds * time.track.timescale) - time.end;
  }

  /** Shows a track up to a time of the movie, in seconds. */
  showTo(track: number, seconds: number): void {
    const time = this.#of(track);
    time.shownTo = Math.round(time.zero + seconds * time.track.timescale);
  }

  /**
   * The duration that the track's last sample must have so that its media ends where it stops being
   * shown, and no edit is needed; undefined where that can't be. `either`: it may also become shorter.
   */
  evenEnd(track: number, either: boolean): number | undefined {
    const time = this.#of(track);
    const even = time.lastDuration + time.shownTo - time.end;
    if (!(even >= (either ? 1 : time.lastDuration))) return undefined;
    time.end = time.shownTo;
    time.lastDuration = even;
    return even;
  }

  /** The span that is being laid shows a track up to this tick of its stretch. */
  show(track: number, until: number): void {
    const time = this.#of(track);
    time.shownTo = time.zero + until - time.shift;
  }

  /** Seconds of the movie so far. */
  get seconds(): number {
    let end = 0;
    for (const time of this.#tracks.values()) {
      if (Number.isNaN(time.zero)) continue;
      end = Math.max(end, (time.shownTo - time.zero) / time.track.timescale);
    }
    return end;
  }

  /** The edit of a track; undefined where it has no samples. */
  edit(track: number): { mediaTime: number; duration: number; delay: number } | undefined {
    const time = this.#of(track);
    if (Number.isNaN(time.zero)) return undefined;
    const mediaTime = Math.max(0, time.zero);
    const delay = Math.max(0, -time.zero);
    return { mediaTime, delay, duration: Math.max(0, time.shownTo - mediaTime) };
  }

  /** The latest shift at which no track of the new span would begin before what is laid ends. */
  #join(start: SpanStart): Ticks {
    const { timescale } = start.shown;
    if (this.#tracks.size === 0) return start.shown;
    let seconds = start.shown.ticks / timescale - this.seconds;
    for (const [id, dts] of start.first) {
      const time = this.#tracks.get(id);
      if (time === undefined || Number.isNaN(time.zero)) continue;
      seconds = Math.min(seconds, (dts - (time.end - time.zero)) / time.track.timescale);
    }
    return { ticks: Math.floor(seconds * timescale), timescale };
  }

  #of(track: number): TrackTime {
    const time = this.#tracks.get(track);
    if (time === undefined) throw new RangeError(`Track ${track} was not begun`);
    return time;
  }
}

/** The shift that places a span later: the larger a shift, the earlier it begins. */
function laterOf(joined: Ticks, where: "joined" | Ticks): Ticks {
  if (where === "joined") return joined;
  const own = where.ticks / where.timescale;
  return own < joined.ticks / joined.timescale ? where : joined;
}
