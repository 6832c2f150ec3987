import { shownAt, type TitleSamples, timeAt } from "./title.ts";

/** Segments are cut at the first keyframe from here on … */
const TARGET_SECONDS = 6;
/** … or before it, where the next keyframe is farther away than this. */
const LONG_SECONDS = 9;
const SHORT_SECONDS = 3;
/** A segment without a keyframe is cut anyway: it must fit into memory and into a player's buffer. */
const LONGEST_SECONDS = 20;

export type Cuts = {
  /** First samples of the segments, and at the end the number of samples. */
  readonly starts: Uint32Array;
  /** Times in seconds at which they begin to be shown, and the end. */
  readonly at: Float64Array;
  /** Every segment begins with a sync sample. */
  readonly independent: boolean;
};

/** Positions at which a segment may begin, ascending. */
type Candidates = { readonly count: number; at(index: number): number };

/**
 * Cuts the track that leads: the pictures, or audio where there are none.
 * @param only the sync samples at which it may be cut; all where it is absent
 */
export function cutSegments(samples: TitleSamples, timescale: number, only?: Uint32Array): Cuts {
  const candidates = candidatesOf(samples, only);
  const starts = [0];
  const at = [samples.shownFrom / timescale];
  let independent = true;
  for (let index = 0; index < candidates.count; index += 1) {
    const sample = candidates.at(index);
    if (sample === 0) continue;
    const time = shownAt(samples, sample) / timescale;
    const last = index + 1 === candidates.count;
    const next = last ? samples.shownTo : shownAt(samples, candidates.at(index + 1));
    independent = addForced(samples, timescale, starts, at, sample) && independent;
    const elapsed = time - (at.at(-1) ?? 0);
    const rest = next / timescale - (at.at(-1) ?? 0);
    if (elapsed >= TARGET_SECONDS || (elapsed >= SHORT_SECONDS && rest > LONG_SECONDS)) {
      starts.push(sample);
      at.push(time);
    }
  }
  independent = addForced(samples, timescale, starts, at, samples.count) && independent;
  starts.push(samples.count);
  at.push(samples.shownTo / timescale);
  return { starts: Uint32Array.from(starts), at: Float64Array.from(at), independent };
}

function candidatesOf({ syncs, count }: TitleSamples, only?: Uint32Array): Candidates {
  const list = only ?? (syncs === "all" ? undefined : syncs);
  if (list === undefined) return { count, at: (index) => index };
  return { count: list.length, at: (index) => list[index] ?? 0 };
}

/** Renditions are made of one source: what is shown at one time differs by rounding alone. */
const SAME_SECONDS = 0.002;

/** The sync samples of `leading` at whose time each of the others has one, too. */
export function commonSyncs(
  leading: { readonly samples: TitleSamples; readonly timescale: number },
  others: readonly { readonly samples: TitleSamples; readonly timescale: number }[],
): Uint32Array {
  const own = candidatesOf(leading.samples);
  const places = others.map(() => 0);
  const common: number[] = [];
  for (let index = 0; index < own.count; index += 1) {
    const sample = own.at(index);
    const time = shownAt(leading.samples, sample) / leading.timescale;
    const met = others.every(({ samples, timescale }, which) => {
      const theirs = candidatesOf(samples);
      const shown = (place: number): number => shownAt(samples, theirs.at(place)) / timescale;
      let place = places[which] ?? 0;
      while (place < theirs.count && shown(place) < time - SAME_SECONDS) place += 1;
      places[which] = place;
      return place < theirs.count && shown(place) <= time + SAME_SECONDS;
    });
    if (met) common.push(sample);
  }
  return Uint32Array.from(common);
}

/** Cuts pictures at the very times of the leading ones, at sync samples; undefined where one is missing. */
export function cutAlike(
  samples: TitleSamples,
  timescale: number,
  cuts: Cuts,
): Uint32Array | undefined {
  const candidates = candidatesOf(samples);
  const starts = new Uint32Array(cuts.starts.length);
  let place = 0;
  for (let segment = 1; segment < starts.length - 1; segment += 1) {
    const time = cuts.at[segment] ?? 0;
    const shown = (): number => shownAt(samples, candidates.at(place)) / timescale;
    while (place < candidates.count && shown() < time - SAME_SECONDS) place += 1;
    if (place >= candidates.count || shown() > time + SAME_SECONDS) return undefined;
    starts[segment] = candidates.at(place);
  }
  starts[starts.length - 1] = samples.count;
  return starts;
}

/** Cuts where no keyframe comes for too long before `until`. False if it did. */
function addForced(
  samples: TitleSamples,
  timescale: number,
  starts: number[],
  at: number[],
  until: number,
): boolean {
  let whole = true;
  const end = until === samples.count ? samples.shownTo : shownAt(samples, until);
  for (let sample = (starts.at(-1) ?? 0) + 1; sample < until; sample += 1) {
    const begun = at.at(-1) ?? 0;
    if (end / timescale - begun <= LONGEST_SECONDS) break;
    if (shownAt(samples, sample) / timescale - begun < TARGET_SECONDS) continue;
    const time = cleanCut(samples, sample);
    if (time === undefined) continue;
    starts.push(sample);
    at.push(time / timescale);
    whole = false;
  }
  return whole;
}

/** Pictures are reordered over fewer than this. */
const REORDERED = 16;

/** What is shown first from here on, where all that is decoded before is also shown before. */
function cleanCut(samples: TitleSamples, sample: number): number | undefined {
  let [before, after] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const last = Math.min(samples.count, sample + REORDERED);
  for (let at = Math.max(0, sample - REORDERED); at < last; at += 1) {
    const time = shownAt(samples, at);
    if (at < sample) before = Math.max(before, time);
    else after = Math.min(after, time);
  }
  return before < after ? after : undefined;
}

/** Cuts another track where the leading one was cut: at its first sample that is not earlier. */
export function followCuts(samples: TitleSamples, timescale: number, cuts: Cuts): Uint32Array {
  const starts = new Uint32Array(cuts.starts.length);
  let sample = 0;
  for (let segment = 1; segment < starts.length - 1; segment += 1) {
    const time = (cuts.at[segment] ?? 0) * timescale;
    while (sample < samples.count && timeAt(samples, sample) < time) sample += 1;
    starts[segment] = sample;
  }
  starts[starts.length - 1] = samples.count;
  return starts;
}
