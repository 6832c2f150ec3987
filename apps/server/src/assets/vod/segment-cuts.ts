import type { TitleSamples } from "./title.ts";

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

/** Cuts the track that leads: the pictures, or audio where there are none. */
export function cutSegments(samples: TitleSamples, timescale: number): Cuts {
  const candidates = candidatesOf(samples);
  const starts = [0];
  const at = [samples.shownFrom / timescale];
  let independent = true;
  for (const [index, sample] of candidates.entries()) {
    const time = shownAt(samples, sample) / timescale;
    const next = candidates[index + 1];
    const nextTime =
      next === undefined ? samples.shownTo / timescale : shownAt(samples, next) / timescale;
    independent = addForced(samples, timescale, starts, at, sample) && independent;
    const elapsed = time - (at.at(-1) ?? 0);
    const rest = nextTime - (at.at(-1) ?? 0);
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

/** Positions at which a segment may begin, besides the first. */
function candidatesOf({ syncs, count }: TitleSamples): readonly number[] {
  if (syncs !== "all") return [...syncs].filter((sample) => sample > 0);
  return Array.from({ length: Math.max(0, count - 1) }, (_, at) => at + 1);
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
    while (sample < samples.count && (samples.times[sample] ?? 0) < time) sample += 1;
    starts[segment] = sample;
  }
  starts[starts.length - 1] = samples.count;
  return starts;
}

function shownAt({ times, ctos }: TitleSamples, sample: number): number {
  return (times[sample] ?? 0) + (ctos?.[sample] ?? 0);
}
