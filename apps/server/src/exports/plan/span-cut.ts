import { type SampleRun, sliceRun } from "@oxbow/containers";
import type { Millis, Track } from "@oxbow/media";
import type { ArchivedChunk, ArchivedSpan } from "../ports.ts";
import { runBytes, runTicks, walkSamples } from "./samples.ts";
import { endOfSpan, type Held, type SpanEnd } from "./span-end.ts";
import { findStart, type SpanStart } from "./span-start.ts";

export interface SpanSink {
  /** Once, before the first run. */
  begin(start: SpanStart): void;
  /**
   * Samples of one track to be copied: `ticks` of them from `dts`, one after another in `bytes` bytes at
   * `source` of the span's file, or of `file`. (Hundreds of thousands for a day: no object for each.)
   */
  take(
    track: number,
    run: SampleRun,
    dts: number,
    ticks: number,
    source: number,
    bytes: number,
    file: string | undefined,
  ): void;
}

export type Window = {
  /** First picture's earliest wall clock; absent where the span is wanted from its beginning. */
  readonly from: Millis | undefined;
  readonly to: Millis;
  /** No span follows: audio ends with the picture. */
  readonly last: boolean;
};

/** Media before the end that is held back until it is known where the last picture ends. */
const TAIL_SECONDS = 10;
const PAUSE_CHUNKS = 512;

/**
 * Cuts `[from, to)` out of one span, in file order. Video begins at the sync sample that the first
 * picture needs, and ends in decode order with the last sample presented before `to`; audio begins one
 * frame early, for the decoder to warm up, and ends with the picture. Undefined: nothing of it is wanted.
 * Yields now and then, about every millisecond, so that others can have their turn.
 */
export function* cutSpan(
  span: ArchivedSpan,
  chunks: Iterable<ArchivedChunk>,
  window: Window,
  sink: SpanSink,
): Generator<undefined, SpanEnd | undefined> {
  const source = chunks[Symbol.iterator]();
  const { start, pending } = findStart(span, source, window);
  if (start === undefined) return undefined;
  sink.begin(start);
  const cutter = new Cutter(span, start, window, sink);
  for (const chunk of pending) cutter.push(chunk);
  let pushed = 0;
  for (let next = source.next(); next.done !== true; next = source.next()) {
    cutter.push(next.value);
    pushed += 1;
    if (pushed % PAUSE_CHUNKS === 0) yield;
  }
  return cutter.finish();
}

/** Ticks of a track at a wall-clock time, with their fraction. */
function ticksAt(span: ArchivedSpan, track: Track, at: Millis): number {
  return ((at - span.stretch.origin) * track.timescale) / 1000;
}

type TrackState = {
  readonly track: Track;
  /** Samples that end at or before it are not wanted; -Infinity once the track has begun. */
  from: number;
  /** A chunk that ends after it is held back. */
  readonly holdFrom: number;
  /** End of what was taken. */
  end: number | undefined;
};

class Cutter {
  readonly #span: ArchivedSpan;
  readonly #window: Window;
  readonly #sink: SpanSink;
  readonly #tracks = new Map<number, TrackState>();
  readonly #held: Held[] = [];
  #lastPictures: ArchivedChunk | undefined;

  constructor(span: ArchivedSpan, start: SpanStart, window: Window, sink: SpanSink) {
    this.#span = span;
    this.#window = window;
    this.#sink = sink;
    const end = window.to < span.to ? window.to : span.to;
    for (const track of span.stretch.tracks) {
      const from = start.from.get(track.id);
      if (from === undefined) continue;
      const holdFrom = ticksAt(span, track, end) - TAIL_SECONDS * track.timescale;
      this.#tracks.set(track.id, { track, from, holdFrom, end: undefined });
    }
  }

  push(chunk: ArchivedChunk): void {
    const state = this.#tracks.get(chunk.track);
    if (state === undefined) return;
    const end = chunk.dts + chunk.duration;
    if (end <= state.from) return;
    let skip = 0;
    if (chunk.dts < state.from) {
      const { from } = state;
      walkSamples(chunk, (at, dts, _pts, duration) => {
        skip = at;
        return dts + duration <= from;
      });
    }
    state.from = Number.NEGATIVE_INFINITY;
    if (end > state.holdFrom) {
      this.#held.push({ chunk, skip });
      return;
    }
    if (state.track.config.kind === "video") this.#lastPictures = chunk;
    this.#take(state, chunk, skip, chunk.samples.count);
  }

  finish(): SpanEnd {
    const tracks = [...this.#tracks.values()];
    const video = tracks.find(({ track }) => track.config.kind === "video");
    const end = endOfSpan({
      span: this.#span,
      window: this.#window,
      tracks: tracks.map(({ track }) => track),
      video: video?.track,
      held: this.#held,
      before: this.#lastPictures,
    });
    this.#held.forEach(({ chunk, skip }, at) => {
      const state = this.#tracks.get(chunk.track);
      const until = end.until[at] ?? 0;
      if (state !== undefined && until > skip) this.#take(state, chunk, skip, until);
    });
    const shownTo = new Map<number, number>();
    for (const { track, end: taken } of tracks) {
      const limit = end.limits.get(track.id);
      if (taken === undefined) continue;
      const shown = track === video?.track ? limit : Math.min(limit ?? taken, taken);
      shownTo.set(track.id, shown ?? taken);
    }
    return { shownTo };
  }

  #take(state: TrackState, chunk: ArchivedChunk, from: number, to: number): void {
    const { track, offset, headerBytes, samples, file } = chunk;
    if (from === 0 && to === samples.count) {
      state.end = chunk.dts + chunk.duration;
      const bytes = chunk.bytes - headerBytes;
      this.#sink.take(track, samples, chunk.dts, chunk.duration, offset + headerBytes, bytes, file);
      return;
    }
    const { run, skippedBytes } = sliceRun(samples, from, to);
    const dts = chunk.dts + runTicks(samples, from);
    const ticks = runTicks(run, run.count);
    state.end = dts + ticks;
    const source = offset + headerBytes + skippedBytes;
    this.#sink.take(track, run, dts, ticks, source, runBytes(run), file);
  }
}
