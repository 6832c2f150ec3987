import { createHash } from "node:crypto";
import {
  type Chapter,
  createMovieTable,
  type MovieTable,
  type MovieText,
  type SampleRun,
} from "@oxbow/containers";
import { type Millis, millis, type Track } from "@oxbow/media";
import type { ArchivedGap, ArchivedSpan } from "../ports.ts";
import { inTurns } from "./in-turns.ts";
import type { MoviePlan, PlannedGap, PlannedTrack } from "./movie-plan.ts";
import { BLOCK, Payload } from "./payload.ts";
import { PlanHeader } from "./plan-header.ts";
import type { PlannedTimeline, PlanOptions } from "./plan-options.ts";
import { decodedLater, lastDuration } from "./samples.ts";
import type { Silence } from "./silence.ts";
import { cutSpan, type SpanSink } from "./span-cut.ts";
import type { SpanEnd } from "./span-end.ts";
import type { SpanStart, Ticks } from "./span-start.ts";
import { Timeline } from "./timeline.ts";

/** Spans of this and more are copied as they stand, `moof` boxes and all, where packing is `auto`. */
const WHOLE_MS = 20_000;
/** Two files of one broadcast whose times meet within this are one piece of media. */
const SEAM_SECONDS = 0.05;

/** The one movie that a plan is made of: takes the spans in order, and is finished after the last. */
export class MovieInMaking implements SpanSink {
  readonly #options: PlanOptions;
  readonly #tracks: readonly Track[];
  readonly #table: MovieTable;
  readonly #payload = new Payload();
  readonly #timeline = new Timeline();
  readonly #samples = new Map<number, number>();
  readonly #delays = new Map<number, number>();
  readonly #waiting: ArchivedGap[];
  readonly #gaps: PlannedGap[] = [];
  readonly #stretches: string[] = [];
  #span: ArchivedSpan | undefined;
  /** Whether the span's file is copied as it stands. */
  #whole = false;
  /** What pieces are taken from. */
  #opened: { readonly file: string; readonly whole: boolean } | undefined;
  /** Wall clock at the movie's time 0, in milliseconds with their fraction. */
  #zero: number | undefined;
  #cutTo: Millis | undefined;
  #before: { span: ArchivedSpan; end: SpanEnd } | undefined;

  constructor(tracks: readonly Track[], options: PlanOptions, gaps: readonly ArchivedGap[]) {
    this.#tracks = tracks;
    this.#options = options;
    this.#waiting = [...gaps];
    this.#table = createMovieTable(tracks);
  }

  get empty(): boolean {
    return this.#payload.bytes === 0;
  }

  async add(
    span: ArchivedSpan,
    chunks: Parameters<typeof cutSpan>[1],
    first: boolean,
    last: boolean,
  ): Promise<void> {
    const { from, to } = this.#options;
    this.#span = span;
    const window = { from: first ? from : undefined, to, last };
    const end = await inTurns(cutSpan(span, chunks, window, this));
    if (end === undefined) return;
    let seconds = 0;
    for (const [id, until] of end.shownTo) {
      this.#timeline.show(id, until);
      seconds = Math.max(seconds, until / timescaleOf(this.#tracks, id));
    }
    this.#cutTo = millis(span.stretch.origin + seconds * 1000);
    this.#before = { span, end };
  }

  begin(start: SpanStart): void {
    const span = this.#span;
    if (span === undefined) return;
    const { stretch } = span;
    const length = Math.min(this.#options.to, span.to) - Math.max(this.#options.from, span.from);
    // What lies between the samples of tracks that nobody wants is theirs.
    this.#whole = this.#options.packing === "auto" && length >= WHOLE_MS && !this.#partial;
    this.#opened = undefined;
    this.#stretches.push(stretch.id);
    this.#tellGaps((gap) => gap.from < span.from);
    this.#timeline.begin(stretch.tracks, start, this.#place(span, start));
    const { ticks, timescale } = start.shown;
    this.#zero ??= stretch.origin + (ticks / timescale) * 1000;
  }

  take(
    track: number,
    run: SampleRun,
    dts: number,
    ticks: number,
    source: number,
    bytes: number,
    file: string | undefined,
  ): void {
    const silence = this.#options.silence?.get(track);
    if (silence !== undefined) this.#silence(track, silence, this.#timeline.missing(track, dts));
    const delay = this.#delayOf(track, run);
    const stretched = this.#timeline.lay(track, dts + delay, ticks, lastDuration(run));
    if (stretched !== undefined) this.#table.stretchLast(track, stretched);
    this.#open(file ?? this.#span?.stretch.file ?? "", file === undefined && this.#whole);
    const told = delay === 0 ? run : decodedLater(run, delay);
    this.#append(track, told, this.#payload.take(source, bytes));
  }

  finish(): MoviePlan {
    const end = this.#timeline.seconds;
    this.#tellGaps(() => true);
    if (this.#options.gaps === "fill") this.#fillEnd(end);
    if (this.#options.gaps === "fill" || this.#options.cut === "exact") this.#evenEnds();
    const tracks = this.#plannedTracks();
    const phase = this.#payload.phase;
    const { title } = this.#options;
    const cut = {
      from: this.#zero === undefined ? this.#options.from : millis(this.#zero),
      to: this.#cutTo ?? this.#options.to,
    };
    const timeline = {
      durationMs: millis(Math.round(this.#timeline.seconds * 1000)),
      gaps: this.#gaps,
      cut,
    };
    const texts = this.#texts(timeline);
    const chapters = this.#options.chapters?.(timeline) ?? [];
    const { parts, payloadOffset, durationMs } = this.#table.finish({
      payloadBytes: this.#payload.bytes,
      presentation: new Map(tracks.map((planned) => [planned.track.id, planned])),
      ...(phase === undefined ? {} : { align: { modulo: BLOCK, remainder: phase } }),
      ...(title === null ? {} : { title }),
      ...(texts.length === 0 ? {} : { texts }),
      ...(chapters.length === 0 ? {} : { chapters }),
      // When it was recorded: the same range gives the same bytes, whenever it is asked for.
      createdAt: cut.from,
    });
    const bytes = payloadOffset + this.#payload.bytes;
    const header = new PlanHeader(parts);
    return {
      get header() {
        return header.whole;
      },
      get headerParts() {
        return header.parts;
      },
      headerBytes: header.bytes,
      pieces: this.#payload.pieces(payloadOffset),
      bytes,
      durationMs: millis(durationMs),
      tracks,
      texts: texts.length,
      gaps: this.#gaps,
      cut,
      digest: this.#digest(tracks, bytes, { title, texts, chapters }),
    };
  }

  /**
   * Ticks by which a track is decoded before it is shown, where no edit list is to hide them: all its
   * samples are said to be decoded so much later, some of them after they are shown (`ctts` version 1).
   */
  #delayOf(track: number, run: SampleRun): number {
    if (this.#options.cut !== "exact") return 0;
    const known = this.#delays.get(track);
    if (known !== undefined) return known;
    const delay = run.ctos?.[0] ?? 0;
    this.#delays.set(track, delay);
    return delay;
  }

  get #partial(): boolean {
    return this.#options.tracks?.length === 1;
  }

  /** Further pieces come from this file. */
  #open(file: string, whole: boolean): void {
    if (file === this.#opened?.file && whole === this.#opened.whole) return;
    this.#payload.open(file, whole);
    this.#opened = { file, whole };
  }

  #append(track: number, run: SampleRun, payloadOffset: number): void {
    this.#table.append(track, run, payloadOffset);
    this.#samples.set(track, (this.#samples.get(track) ?? 0) + run.count);
  }

  /** Lays silence behind a track's sound: whole frames of at most so many ticks. */
  #silence(track: number, silence: Silence, ticks: number): void {
    const { file, frames, frameBytes, frameTicks } = silence;
    let left = Math.floor(ticks / frameTicks);
    while (left > 0) {
      const count = Math.min(left, frames);
      this.#open(file, false);
      const offset = this.#payload.take(0, count * frameBytes);
      const sizes = new Uint32Array(count).fill(frameBytes);
      this.#append(track, { count, sizes, durations: frameTicks, syncs: "all" }, offset);
      this.#timeline.extend(track, count, frameTicks);
      // The next begins at the file's beginning again.
      this.#opened = undefined;
      left -= count;
    }
  }

  /** Tells gaps, in their order, at the place that the movie has reached. */
  #tellGaps(reached: (gap: ArchivedGap) => boolean): void {
    const at = millis(this.#timeline.seconds * 1000);
    // Before the first picture there is none that could stand still.
    const filled = this.#options.gaps === "fill" && this.#zero !== undefined;
    for (;;) {
      const [gap] = this.#waiting;
      if (gap === undefined || !reached(gap)) return;
      this.#waiting.shift();
      this.#gaps.push({ ...gap, at, ...(filled && { filled }) });
    }
  }

  /** All tracks last to the end of the range where it ends in a gap; else as long as the longest. */
  #fillEnd(seconds: number): void {
    const last = this.#gaps.at(-1);
    const open = last?.filled === true && last.to === this.#options.to;
    const wanted = open ? (last.to - (this.#zero ?? last.to)) / 1000 : 0;
    const end = Math.max(seconds, wanted);
    for (const { id, config } of this.#tracks) {
      if (!this.#samples.has(id)) continue;
      const silence = this.#options.silence?.get(id);
      if (silence !== undefined) {
        const whole = this.#timeline.missingTo(id, end) + silence.frameTicks - 1;
        this.#silence(id, silence, whole);
      }
      if (silence !== undefined || config.kind === "video") this.#timeline.showTo(id, end);
    }
    if (open) this.#cutTo = last.to;
  }

  /** Pictures end where their media does: it lasts longer; or shorter, where no picture comes behind. */
  #evenEnds(): void {
    for (const { id, config } of this.#tracks) {
      if (config.kind !== "video" || !this.#samples.has(id)) continue;
      const last = this.#timeline.evenEnd(id, this.#options.cut === "exact");
      if (last !== undefined) this.#table.stretchLast(id, last);
    }
  }

  /** The subtitles on the movie's timeline; none where there are no pictures that they could stand over. */
  #texts(timeline: PlannedTimeline): readonly MovieText[] {
    const { texts } = this.#options;
    const seen = ({ id, config }: Track): boolean =>
      config.kind === "video" && this.#samples.has(id);
    if (texts === undefined || !this.#tracks.some(seen)) return [];
    return texts(timeline);
  }

  #plannedTracks(): readonly PlannedTrack[] {
    const planned: PlannedTrack[] = [];
    for (const track of this.#tracks) {
      const samples = this.#samples.get(track.id);
      const edit = samples === undefined ? undefined : this.#timeline.edit(track.id);
      if (samples === undefined || edit === undefined) continue;
      planned.push({ track, samples, ...edit });
    }
    return planned;
  }

  /** Where a span's media comes on the movie's timeline. */
  #place(span: ArchivedSpan, start: SpanStart): "joined" | "follows" | Ticks {
    if (this.#follows(span, start)) return "follows";
    if (this.#options.gaps !== "fill" || this.#zero === undefined) return "joined";
    const { broadcast, origin } = span.stretch;
    const before = this.#before?.span.stretch;
    if (before?.broadcast === broadcast && before.origin === origin) return "follows";
    const { timescale } = start.shown;
    return { ticks: Math.round(((this.#zero - origin) * timescale) / 1000), timescale };
  }

  /** Whether the span's media goes on where the media before it stopped, in another file. */
  #follows(span: ArchivedSpan, start: SpanStart): boolean {
    const before = this.#before;
    if (before === undefined) return false;
    const { broadcast, origin } = before.span.stretch;
    if (broadcast !== span.stretch.broadcast || origin !== span.stretch.origin) return false;
    let end = 0;
    for (const [id, until] of before.end.shownTo) {
      end = Math.max(end, until / timescaleOf(this.#tracks, id));
    }
    return Math.abs(start.shown.ticks / start.shown.timescale - end) <= SEAM_SECONDS;
  }

  /** The archive's files are immutable: what was taken of which, and how it is shown, names the bytes. */
  #digest(
    tracks: readonly PlannedTrack[],
    bytes: number,
    told: {
      readonly title: string | null;
      readonly texts: readonly MovieText[];
      readonly chapters: readonly Chapter[];
    },
  ): string {
    const { title, texts, chapters } = told;
    const outline = {
      version: 1,
      stretches: this.#stretches,
      payload: this.#payload.outline(),
      tracks: tracks.map(({ track, samples, mediaTime, duration, delay }) => [
        track.id,
        samples,
        mediaTime,
        duration,
        delay,
      ]),
      bytes,
      title,
      ...(texts.length === 0 ? {} : { texts }),
      ...(chapters.length === 0 ? {} : { chapters }),
    };
    return createHash("sha256").update(JSON.stringify(outline)).digest("hex");
  }
}

function timescaleOf(tracks: readonly Track[], id: number): number {
  return tracks.find((track) => track.id === id)?.timescale ?? 1;
}
