import { type Millis, plus, rescale, type Track } from "@oxbow/media";
import { expectedSegments } from "./expected-segments.ts";
import type { Period } from "./mpd.ts";
import type { PresentedSegment } from "./presented-segment.ts";
import { type TrackPlace, trackSet } from "./track-set.ts";

/** A run of media with one configuration, as its segments are found below one path. */
export type PresentedStretch = {
  readonly id: string;
  /** Wall clock of tick 0 of all its tracks. */
  readonly origin: Millis;
  /** What it is part of, for AssetIdentifier. */
  readonly broadcast?: string;
  readonly tracks: readonly Track[];
  /** Pictures a second, where the bitstream does not say. */
  readonly frameRate?: number | undefined;
  /** Nothing stands between it and the stretch before, and nothing changes. */
  readonly continues?: boolean;
};

/** How periods are laid out. */
export type Layout = {
  /**
   * `wall`: where the wall clock says, seconds after `zero`; what is missing stays a hole.
   * `joined`: each begins where the one before ends.
   */
  readonly by: "wall" | "joined";
  readonly zero: Millis;
  /** Nothing is shown before and after; it need not be where a segment begins. */
  readonly from?: Millis;
  readonly to?: Millis;
  /** Nothing will be added: the last period has its end. */
  readonly ended: boolean;
  /**
   * Seconds of a part, where the segment that is open is sent while it grows: it is listed before it is
   * whole, and so is the one after it, as long as segments come with a cadence that tells their lengths.
   */
  readonly growsBy?: number | undefined;
};

/** Periods with the end of the last one. Seconds. */
export type Presentation = {
  readonly periods: readonly Period[];
  readonly end: number;
  readonly longestSegment: number;
  /** A segment is listed that still grows. */
  readonly grows: boolean;
};

/**
 * Segments that make one period: the same tracks have media in all of them, numbered without a hole. In the
 * last one some may have none: an encoder that is cut off leaves a rest of pictures alone, and players don't
 * get over a period without sound.
 */
type Run = {
  readonly id: string;
  readonly stretch: PresentedStretch;
  readonly continues: string | undefined;
  readonly lead: Track;
  /** Those of the first segment. */
  readonly tracks: readonly number[];
  /** First tick of the lead; stays, whatever leaves at the head. */
  readonly begins: number;
  readonly segments: PresentedSegment[];
  /** Bits a second, by track: the highest so far. */
  readonly peaks: Map<number, number>;
};

/** A rest of a segment that is shorter says nothing about the rate. Seconds. */
const LEAST_MEASURED = 0.5;

/** The segments of a presentation in order, as periods. */
export class PresentationTimeline {
  readonly #runs: Run[] = [];
  #longest = 0;

  /** Segments that are listed. */
  get length(): number {
    return this.#runs.reduce((sum, { segments }) => sum + segments.length, 0);
  }

  append(stretch: PresentedStretch, segment: PresentedSegment): void {
    const before = this.#runs.at(-1);
    const run =
      before !== undefined && goesOn(before, stretch, segment)
        ? before
        : this.#begin(stretch, segment, before);
    if (run === undefined) return;
    run.segments.push(segment);
    for (const { track, d, bytes } of segment.spans) {
      const seconds = d / (timescaleOf(stretch, track) ?? 1);
      this.#longest = Math.max(this.#longest, seconds);
      const known = run.peaks.get(track);
      // Something must be said of a first segment that is a rest.
      if (seconds < LEAST_MEASURED && known !== undefined) continue;
      run.peaks.set(track, Math.max(known ?? 0, (bytes * 8) / Math.max(seconds, LEAST_MEASURED)));
    }
  }

  /** Lets go of segments at the head for as long as `leaves` says so; the newest one stays. */
  drop(leaves: (segment: PresentedSegment, endsAt: Millis) => boolean): void {
    for (let run = this.#runs[0]; run !== undefined; run = this.#runs[0]) {
      const last = this.#runs.length === 1;
      const [head] = run.segments;
      if (head === undefined || (last && run.segments.length === 1)) return;
      if (!leaves(head, wallOf(run, head.spans[0].t + head.spans[0].d))) return;
      run.segments.shift();
      // A period keeps its tracks for as long as it is listed.
      if (!last && run.segments.every((segment) => isPartial(run, segment))) this.#runs.shift();
    }
  }

  /** Undefined where there is nothing to show. */
  lay(layout: Layout): Presentation | undefined {
    const periods: Period[] = [];
    let end = 0;
    let grows = false;
    this.#runs.forEach((run, at) => {
      const last = at === this.#runs.length - 1;
      const [from, to] = shownTicks(run, layout);
      if (to <= from) return;
      const { timescale } = run.lead;
      const start =
        layout.by === "joined"
          ? end
          : Math.max(0, (run.stretch.origin - layout.zero) / 1000 + from / timescale);
      const duration = (to - from) / timescale;
      end = start + duration;
      // Where holes are kept, a period goes on until the next one begins.
      const closed = layout.by === "joined" || (last && layout.ended);
      const growth = last && !layout.ended ? growthOf(run, layout.growsBy) : undefined;
      grows = growth !== undefined;
      periods.push(periodOf(run, from, { start, ...(closed && { duration }) }, growth));
    });
    if (periods.length === 0) return undefined;
    return { periods, end, longestSegment: this.#longest, grows };
  }

  #begin(
    stretch: PresentedStretch,
    { number, spans }: PresentedSegment,
    before: Run | undefined,
  ): Run | undefined {
    const lead = stretch.tracks.find(({ id }) => id === spans[0].track);
    if (lead === undefined) return undefined;
    const tail = before?.segments.at(-1)?.spans[0];
    const same = before?.stretch === stretch || stretch.continues === true;
    // Only where the timeline goes on to the tick (§5.3.2.4).
    const follows = same && tail?.track === lead.id && tail.t + tail.d === spans[0].t;
    const run: Run = {
      id: `${stretch.id}-${number}`,
      stretch,
      continues: follows ? before?.id : undefined,
      lead,
      tracks: spans.map(({ track }) => track),
      begins: spans[0].t,
      segments: [],
      peaks: new Map(),
    };
    this.#runs.push(run);
    return run;
  }
}

function goesOn(run: Run, stretch: PresentedStretch, segment: PresentedSegment): boolean {
  const last = run.segments.at(-1);
  return (
    run.stretch === stretch &&
    last?.number === segment.number - 1 &&
    !isPartial(run, last) &&
    run.lead.id === segment.spans[0].track &&
    segment.spans.every(({ track }) => run.tracks.includes(track))
  );
}

/** Some of the period's tracks have no media in it. */
const isPartial = ({ tracks }: Run, { spans }: PresentedSegment): boolean =>
  spans.length < tracks.length;

/** `[from, to)` of the lead's ticks that a layout shows of a run. */
function shownTicks(run: Run, { from, to }: Layout): readonly [from: number, to: number] {
  const { lead, stretch, begins, segments } = run;
  const last = segments.at(-1)?.spans[0];
  const ticks = (at: Millis): number => rescale(at - stretch.origin, 1000, lead.timescale);
  const ends = last === undefined ? begins : last.t + last.d;
  return [
    from === undefined ? begins : Math.max(begins, ticks(from)),
    to === undefined ? ends : Math.min(ends, ticks(to)),
  ];
}

/** What is to be said of segments that are not whole yet. */
type Growth = {
  readonly expected: readonly PresentedSegment[];
  /** Seconds before its end at which a segment can be asked for: when its first part is there. */
  readonly availabilityTimeOffset: number;
};

/** Undefined where nothing is known of them, or the first part is the whole segment. */
function growthOf({ segments, stretch, lead }: Run, part: number | undefined): Growth | undefined {
  if (part === undefined) return undefined;
  const expected = expectedSegments(segments, stretch.tracks);
  const [next] = expected;
  if (next === undefined) return undefined;
  // Told in whole milliseconds, rather too late than too early.
  const early = Math.floor((next.spans[0].d / lead.timescale - part) * 1000) / 1000;
  return early > 0 ? { expected, availabilityTimeOffset: early } : undefined;
}

function periodOf(
  run: Run,
  from: number,
  place: { readonly start: number; readonly duration?: number },
  growth: Growth | undefined,
): Period {
  const { id, stretch, continues, lead, segments, peaks } = run;
  const listed = growth === undefined ? segments : [...segments, ...growth.expected];
  const [head] = segments;
  const independent = segments.every((segment) => segment.independent);
  const sets = run.tracks.flatMap((of) => {
    const track = stretch.tracks.find((one) => one.id === of);
    const timeline = listed.flatMap(({ spans }) => spans.filter((span) => span.track === of));
    if (track === undefined || timeline.length === 0) return [];
    const where: TrackPlace = {
      folder: stretch.id,
      startNumber: head?.number ?? 0,
      presentationTimeOffset: rescale(from, lead.timescale, track.timescale),
      timeline,
      bandwidth: peaks.get(track.id) ?? 0,
      independent: independent || track.config.kind === "audio",
      frameRate: stretch.frameRate,
      continues,
      availabilityTimeOffset: growth?.availabilityTimeOffset,
    };
    return [trackSet(track, where)];
  });
  const asset = stretch.broadcast;
  return { id, ...place, ...(asset !== undefined && { asset }), sets };
}

function timescaleOf({ tracks }: PresentedStretch, id: number): number | undefined {
  return tracks.find((track) => track.id === id)?.timescale;
}

function wallOf({ stretch, lead }: Run, ticks: number): Millis {
  return plus(stretch.origin, rescale(ticks, lead.timescale, 1000));
}
