import { type Millis, millis, plus } from "@oxbow/media";
import type { Segment } from "../packager/index.ts";
import { Entry, type ServedStretch } from "./entry.ts";

// A hole below this is a frame or two of rounding, not missing media.
const LEAST_GAP_MS = 50;
// Gap entries made at once: the longest reconnect window (1800 s) at the shortest target.
const MOST_GAPS = 2000;
// An entry that left is kept for this many targets (rfc8216bis §6.2.2), so many of them at the most:
// media published faster than real time leaves faster than clients can ask.
const KEPT_TARGETS = 3;
const MOST_KEPT = 32;
// What a playlist may show of one picture that lasts longer than the target (rounded, §4.4.3.1).
const OVERRUN = 0.499;
const LEAST_SECONDS = 0.001;

/** What a timeline is made with. */
export type TimelineOptions = {
  /** Seconds. */
  readonly targetDuration: number;
  readonly windowSegments: number;
  readonly firstMediaSequence: number;
  readonly firstDiscontinuitySequence: number;
};

/** The sliding list of entries that the playlists of all tracks show, and what lately left it. */
export class Timeline {
  readonly targetDuration: number;
  /** Discontinuity sequence number of the first entry's predecessor (EXT-X-DISCONTINUITY-SEQUENCE). */
  discontinuitySequence: number;
  readonly #windowSegments: number;
  readonly #entries: Entry[] = [];
  #seconds = 0;
  #nextSequence: number;
  #kept: { readonly entry: Entry; readonly until: Millis }[] = [];
  #lastStretch: ServedStretch | undefined;

  constructor(options: TimelineOptions) {
    this.targetDuration = options.targetDuration;
    this.#windowSegments = options.windowSegments;
    this.#nextSequence = options.firstMediaSequence;
    this.discontinuitySequence = options.firstDiscontinuitySequence;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Media sequence number of the first entry (of the next, where there is none). */
  get mediaSequence(): number {
    return this.#entries[0]?.sequence ?? this.#nextSequence;
  }

  get nextMediaSequence(): number {
    return this.#nextSequence;
  }

  /** Discontinuity sequence number of an entry that comes after one more discontinuity. */
  get nextDiscontinuitySequence(): number {
    const shown = this.#entries.filter((entry) => entry.discontinuity).length;
    return this.discontinuitySequence + shown + 1;
  }

  /** Wall clock at which the last entry ends. */
  get end(): Millis | undefined {
    const last = this.#entries.at(-1);
    return last === undefined ? undefined : plus(last.wall, last.seconds * 1000);
  }

  append(segment: Segment, stretch: ServedStretch, now: Millis): void {
    const discontinuity = this.#lastStretch !== undefined && this.#lastStretch !== stretch;
    this.#lastStretch = stretch;
    const longest = this.targetDuration + OVERRUN;
    const seconds = Math.max(LEAST_SECONDS, Math.min(segment.seconds, longest));
    const { wall } = segment;
    const place = { sequence: this.#nextSequence, wall, seconds, discontinuity };
    this.#push(new Entry(place, { stretch, segment }), now);
  }

  /** One entry for `ms` of media that is missing (rfc8216bis §6.2.1: EXT-X-GAP). */
  appendGap(ms: number, now: Millis): void {
    const { end } = this;
    if (end === undefined) return;
    const place = { sequence: this.#nextSequence, wall: end, seconds: ms / 1000 };
    this.#push(new Entry({ ...place, discontinuity: false }), now);
  }

  /** Gap entries up to where media goes on, the last one shorter. @returns whether there were any */
  fillTo(wall: Millis, now: Millis): boolean {
    let filled = false;
    for (let count = 0; count < MOST_GAPS; count += 1) {
      const missing = this.end === undefined ? 0 : wall - this.end;
      if (missing < LEAST_GAP_MS) break;
      this.appendGap(Math.min(missing, this.targetDuration * 1000), now);
      filled = true;
    }
    return filled;
  }

  /** The entry of a media sequence number, listed or lately so. */
  find(sequence: number): Entry | undefined {
    const listed = this.#entries[sequence - this.mediaSequence];
    return listed ?? this.#kept.find(({ entry }) => entry.sequence === sequence)?.entry;
  }

  /** The stretch of an id, as long as an entry of it can be loaded. */
  stretch(id: string): ServedStretch | undefined {
    for (const { stretch } of this.#entries) if (stretch?.id === id) return stretch;
    return this.#kept.find(({ entry }) => entry.stretch?.id === id)?.entry.stretch;
  }

  /** Lets go what left long enough ago. */
  forget(now: Millis): void {
    if (this.#kept.some(({ until }) => until <= now)) {
      this.#kept = this.#kept.filter(({ until }) => until > now);
    }
  }

  #push(entry: Entry, now: Millis): void {
    this.forget(now);
    this.#entries.push(entry);
    this.#nextSequence += 1;
    this.#seconds += entry.seconds;
    for (let head = this.#entries[0]; head !== undefined; head = this.#entries[0]) {
      // §6.2.2: at least three targets stay listed.
      const left = this.#seconds - head.seconds;
      if (this.#entries.length <= this.#windowSegments || left < 3 * this.targetDuration) break;
      this.#entries.shift();
      this.#seconds = left;
      if (head.discontinuity) this.discontinuitySequence += 1;
      const keptMs = KEPT_TARGETS * this.targetDuration * 1000;
      if (head.stretch) this.#kept.push({ entry: head, until: millis(now + keptMs) });
      if (this.#kept.length > MOST_KEPT) this.#kept.shift();
    }
  }
}
