import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { createMovieTable, type MovieTable, type SampleRun } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { type Millis, millis, rfc3339, sameConfig, type Track } from "@oxbow/media";
import type { ArchivedGap, ArchivedRange, ArchivedSpan } from "../ports.ts";
import type { MoviePlan, PlannedGap, PlannedTrack } from "./movie-plan.ts";
import { BLOCK, Payload } from "./payload.ts";
import { PlanHeader } from "./plan-header.ts";
import { lastDuration } from "./samples.ts";
import { cutSpan, type SpanSink } from "./span-cut.ts";
import type { SpanEnd } from "./span-end.ts";
import type { SpanStart } from "./span-start.ts";
import { Timeline } from "./timeline.ts";

export type PlanOptions = {
  /** The range that is wanted; the archive may have been asked for a little more. */
  readonly from: Millis;
  readonly to: Millis;
  readonly gaps: "skip" | "fail";
  readonly packing: "auto" | "clean";
  readonly title: string | null;
};

/** Spans of this and more are copied as they stand, `moof` boxes and all, where packing is `auto`. */
const WHOLE_MS = 20_000;
/** Missing media at the very ends that is no gap: less than the shortest export. */
const EDGE_MS = 100;
/** Two files of one broadcast whose times meet within this are one piece of media. */
const SEAM_SECONDS = 0.05;

/** What is refused before anything is planned. Fault as `planExport`. */
export function checkRange(range: ArchivedRange, options: PlanOptions): readonly ArchivedSpan[] {
  const spans = range.spans.filter((span) => span.from < options.to && span.to > options.from);
  if (spans.length === 0) throw withoutMedia(range, options);
  const [gap] = gapsOf(range, options);
  if (options.gaps === "fail" && gap !== undefined) throw hasGap(gap);
  commonTracks(spans);
  return spans;
}

/**
 * Plans the movie of a range: its tables, and which bytes of which files they point to. Reads indexes
 * only. Takes samples by columns, so that a day of media (6.6 million samples) is planned in a fraction of
 * a second. Fault `range_has_gap`, `range_changes_codec`, `range_without_media`, `range_evicted`.
 */
export async function planExport(range: ArchivedRange, options: PlanOptions): Promise<MoviePlan> {
  const spans = checkRange(range, options);
  const movie = new MovieInMaking(commonTracks(spans), options, gapsOf(range, options));
  let reading = spans[0]?.chunks();
  for (const [at, span] of spans.entries()) {
    const chunks = await (reading ?? span.chunks());
    // The disk finds the next index while this one is worked through.
    reading = spans[at + 1]?.chunks();
    // What it throws is met in its turn, or by nobody where this turn fails.
    reading?.catch(() => undefined);
    await movie.add(span, chunks, at === 0, at === spans.length - 1);
  }
  if (movie.empty) throw withoutMedia(range, options);
  return movie.finish();
}

class MovieInMaking implements SpanSink {
  readonly #options: PlanOptions;
  readonly #tracks: readonly Track[];
  readonly #table: MovieTable;
  readonly #payload = new Payload();
  readonly #timeline = new Timeline();
  readonly #samples = new Map<number, number>();
  readonly #waiting: ArchivedGap[];
  readonly #gaps: PlannedGap[] = [];
  readonly #stretches: string[] = [];
  #span: ArchivedSpan | undefined;
  #cutFrom: Millis | undefined;
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
    this.#payload.open(stretch.file, this.#options.packing === "auto" && length >= WHOLE_MS);
    this.#stretches.push(stretch.id);
    const joint = millis(this.#timeline.seconds * 1000);
    while (this.#waiting[0] !== undefined && this.#waiting[0].from < span.from) {
      const gap = this.#waiting.shift();
      if (gap !== undefined) this.#gaps.push({ ...gap, at: joint });
    }
    this.#timeline.begin(stretch.tracks, start, this.#follows(span, start));
    const { ticks, timescale } = start.shown;
    this.#cutFrom ??= millis(stretch.origin + (ticks / timescale) * 1000);
  }

  take(
    track: number,
    run: SampleRun,
    dts: number,
    ticks: number,
    source: number,
    bytes: number,
  ): void {
    const stretched = this.#timeline.lay(track, dts, ticks, lastDuration(run));
    if (stretched !== undefined) this.#table.stretchLast(track, stretched);
    this.#table.append(track, run, this.#payload.take(source, bytes));
    this.#samples.set(track, (this.#samples.get(track) ?? 0) + run.count);
  }

  finish(): MoviePlan {
    const tracks = this.#plannedTracks();
    const phase = this.#payload.phase;
    const { title } = this.#options;
    const cut = {
      from: this.#cutFrom ?? this.#options.from,
      to: this.#cutTo ?? this.#options.to,
    };
    const { parts, payloadOffset, durationMs } = this.#table.finish({
      payloadBytes: this.#payload.bytes,
      presentation: new Map(tracks.map((planned) => [planned.track.id, planned])),
      ...(phase === undefined ? {} : { align: { modulo: BLOCK, remainder: phase } }),
      ...(title === null ? {} : { title }),
      // When it was recorded: the same range gives the same bytes, whenever it is asked for.
      createdAt: cut.from,
    });
    const end = millis(this.#timeline.seconds * 1000);
    const gaps = [...this.#gaps, ...this.#waiting.map((gap) => ({ ...gap, at: end }))];
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
      gaps,
      cut,
      digest: this.#digest(tracks, bytes, title),
    };
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
  #digest(tracks: readonly PlannedTrack[], bytes: number, title: string | null): string {
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
    };
    return createHash("sha256").update(JSON.stringify(outline)).digest("hex");
  }
}

/** Works without a pause for at most this long: live streams share the thread. */
const TURN_MS = 6;

/** Runs work to its end, letting others have their turn in between. */
async function inTurns<Result>(work: Generator<undefined, Result>): Promise<Result> {
  let began = performance.now();
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value;
    if (performance.now() - began < TURN_MS) continue;
    await setImmediate();
    began = performance.now();
  }
}

function timescaleOf(tracks: readonly Track[], id: number): number {
  return tracks.find((track) => track.id === id)?.timescale ?? 1;
}

/** The gaps inside the wanted range; what is missing of a frame at its ends is none. */
function gapsOf(range: ArchivedRange, { from, to }: PlanOptions): readonly ArchivedGap[] {
  return range.gaps
    .map((gap) => ({
      ...gap,
      from: gap.from < from ? from : gap.from,
      to: gap.to > to ? to : gap.to,
    }))
    .filter((gap) => {
      const edge = gap.from === from || gap.to === to;
      return gap.to - gap.from >= (edge ? EDGE_MS : 1);
    });
}

/** The tracks of all spans. Fault `range_changes_codec` where one of them changes. */
function commonTracks(spans: readonly ArchivedSpan[]): readonly Track[] {
  const tracks: Track[] = [];
  for (const { from, stretch } of spans) {
    for (const track of stretch.tracks) {
      const known = tracks.find(({ id }) => id === track.id);
      if (known === undefined) tracks.push(track);
      else if (known.timescale !== track.timescale || !sameConfig(known.config, track.config)) {
        throw new Fault(
          "range_changes_codec",
          `The ${track.config.kind} changes from ${known.config.codecString} to ` +
            `${track.config.codecString} at ${rfc3339(from)}: export the parts before and after it`,
          { details: { at: rfc3339(from), track: track.config.kind } },
        );
      }
    }
  }
  return tracks;
}

function hasGap(gap: ArchivedGap): Fault {
  const { from, to, reason } = gap;
  return new Fault(
    "range_has_gap",
    `No media from ${rfc3339(from)} to ${rfc3339(to)} (${reason}): ask for gaps "skip" to join over it`,
    { details: { from: rfc3339(from), to: rfc3339(to), reason } },
  );
}

/** Why a range gives nothing. */
function withoutMedia(
  range: ArchivedRange,
  { from, to }: { readonly from: Millis; readonly to: Millis },
): Fault {
  const evicted = range.gaps.some(({ reason }) => reason === "evicted");
  const between = `from ${rfc3339(from)} to ${rfc3339(to)}`;
  return evicted
    ? new Fault("range_evicted", `The media ${between} was removed by retention`)
    : new Fault("range_without_media", `Nothing was recorded ${between}`);
}
