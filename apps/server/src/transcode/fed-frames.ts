import { rescale } from "@oxbow/media";
import { MATROSKA_TIMESCALE } from "./matroska.ts";

/** Time of the first picture in the encoder: pictures before it in time are not before 0. */
const LEAD = 10 * MATROSKA_TIMESCALE;
/** FLV's timestamps are milliseconds in 31 bits. */
const FLV_WRAP = 2 ** 31;
const PER_MS = MATROSKA_TIMESCALE / 1000;
/** An encoder that gives a time further than this from all that it was given, in milliseconds, erred. */
const FAR_MS = 1_000;
/** Entries that are behind all outputs are let go so many at a time. */
const TRIM = 256;

/** A picture that came out: its time on the source's timeline, and how long it took. */
export type Matched = {
  readonly pts: number;
  /** Milliseconds since it was fed. */
  readonly delay: number;
  /** Pictures before it were never fed: it begins anew. */
  readonly fresh: boolean;
};

/**
 * Remembers the pictures that went into an encoder, so that those that come out get the source's own
 * ticks back: FLV rounds times to milliseconds. Pictures go in in decode order and come out in the order
 * in which they are shown; some may not come out at all.
 */
export class FedFrames {
  readonly #timescale: number;
  #base: number | undefined;
  /** In the order of presentation. */
  readonly #pts: number[] = [];
  readonly #fedAt: number[] = [];
  readonly #fresh: boolean[] = [];
  /** For each output, the place behind the picture that came last. */
  readonly #next: number[];

  constructor(timescale: number, outputs: number) {
    this.#timescale = timescale;
    this.#next = Array.from({ length: outputs }, () => 0);
  }

  /** Remembers a picture; gives its time in MATROSKA_TIMESCALE. */
  feed(pts: number, now: number, fresh: boolean): number {
    this.#base ??= pts;
    let at = this.#pts.length;
    while (at > 0 && (this.#pts[at - 1] ?? 0) > pts) at -= 1;
    this.#pts.splice(at, 0, pts);
    this.#fedAt.splice(at, 0, now);
    this.#fresh.splice(at, 0, fresh);
    for (const [output, next] of this.#next.entries()) {
      if (next > at) this.#next[output] = next + 1;
    }
    return this.time(pts, this.#timescale);
  }

  /** Time of a tick of any track in MATROSKA_TIMESCALE, 0 or more; once a picture was fed. */
  time(ticks: number, timescale: number): number {
    const base = rescale(this.#base ?? 0, this.#timescale, MATROSKA_TIMESCALE);
    return Math.max(0, rescale(ticks, timescale, MATROSKA_TIMESCALE) - base + LEAD);
  }

  /** Ticks of a time in milliseconds that came out, on a track of its own timescale. */
  ticks(flvMs: number, timescale: number): number {
    const base = rescale(this.#base ?? 0, this.#timescale, MATROSKA_TIMESCALE);
    return rescale(flvMs * PER_MS - LEAD + base, MATROSKA_TIMESCALE, timescale);
  }

  /** The picture that an output gave at this time; undefined where none can be meant. */
  take(output: number, flvMs: number, now: number): Matched | undefined {
    const from = this.#next[output] ?? 0;
    let at = from;
    let best = this.#apart(at, flvMs);
    for (let next = best; at + 1 < this.#pts.length; at += 1) {
      next = this.#apart(at + 1, flvMs);
      if (next >= best) break;
      best = next;
    }
    if (best > FAR_MS) return undefined;
    let fresh = false;
    for (let passed = from; passed <= at; passed += 1) fresh ||= this.#fresh[passed] === true;
    this.#next[output] = at + 1;
    const matched = { pts: this.#pts[at] ?? 0, delay: now - (this.#fedAt[at] ?? now), fresh };
    this.#trim();
    return matched;
  }

  /** An output is no more: nobody waits for it. */
  leave(output: number): void {
    this.#next[output] = Number.POSITIVE_INFINITY;
    this.#trim();
  }

  /** Pictures that the slowest output has not given, those among them that it leaves out included. */
  get behind(): number {
    const slowest = Math.min(...this.#next);
    return Math.max(0, this.#pts.length - slowest);
  }

  /** Milliseconds between the picture at a place and a time of FLV; Infinity where there is none. */
  #apart(at: number, flvMs: number): number {
    const pts = this.#pts[at];
    if (pts === undefined) return Number.POSITIVE_INFINITY;
    const ms = Math.round(this.time(pts, this.#timescale) / PER_MS);
    const apart = Math.abs(ms - flvMs) % FLV_WRAP;
    return Math.min(apart, FLV_WRAP - apart);
  }

  #trim(): void {
    const done = Math.min(this.#pts.length, ...this.#next);
    if (done < TRIM) return;
    this.#pts.splice(0, done);
    this.#fedAt.splice(0, done);
    this.#fresh.splice(0, done);
    for (const [output, next] of this.#next.entries()) this.#next[output] = next - done;
  }
}
