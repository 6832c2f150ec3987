import { countUpTo } from "./moments.ts";
import type { RecordedSegment } from "./recorded-segments.ts";
import type { View } from "./view.ts";

/** Loudest samples of equal pieces of a segment, 0 to 1. */
export type Peaks = Float32Array;

/** Pieces of a second. */
const PER_SECOND = 50;
/** Segments that a view asks for at the most: beyond, it looks at some of them. */
export const MOST_SEGMENTS = 120;
/** Pixels of a bar that stands for some of the sound, at the least. */
const BAR = 8;

/** Segments that a strip so many pixels wide asks for at the most. */
export const segmentsFor = (width: number): number =>
  Math.min(MOST_SEGMENTS, Math.max(24, Math.floor(width / BAR)));

/** The loudest sample of each fiftieth of a second, over all channels. */
export function peaksOf(channels: readonly Float32Array[], sampleRate: number): Peaks {
  const length = channels[0]?.length ?? 0;
  const size = Math.max(1, Math.round(sampleRate / PER_SECOND));
  const peaks = new Float32Array(Math.ceil(length / size));
  for (const samples of channels) {
    for (let at = 0; at < length; at += 1) {
      const value = Math.abs(samples[at] ?? 0);
      const piece = Math.floor(at / size);
      if (value > (peaks[piece] ?? 0)) peaks[piece] = value;
    }
  }
  return peaks;
}

/** What a view shows of the sound. */
export type Sampling = {
  readonly segments: readonly RecordedSegment[];
  /** How many segments each of them stands for: 1 where all are there. */
  readonly stride: number;
};

const wallOf = ({ wall }: RecordedSegment): number => wall;

/**
 * Segments to be listened to for a view: all of them, or every so many, at places that stay the same
 * while the view moves, so that what was loaded is used again.
 */
export function sampled(
  segments: readonly RecordedSegment[],
  view: View,
  most = MOST_SEGMENTS,
): Sampling {
  const first = Math.max(0, countUpTo(segments, view.from, wallOf) - 1);
  const end = countUpTo(segments, view.to - 1, wallOf);
  const stride = 2 ** Math.max(0, Math.ceil(Math.log2((end - first) / most)));
  const chosen: RecordedSegment[] = [];
  for (let at = first - (first % stride); at < end; at += stride) {
    const one = segments[at];
    const isSeen = one !== undefined && one.wall + one.duration * 1000 * stride > view.from;
    if (isSeen && !one.gap) chosen.push(one);
  }
  return { segments: chosen, stride };
}

/** The loudest of a segment between two shares of it, 0 to 1. */
export function loudest(peaks: Peaks, from: number, to: number): number {
  const first = Math.max(0, Math.floor(from * peaks.length));
  const end = Math.min(peaks.length, Math.max(first + 1, Math.ceil(to * peaks.length)));
  let most = 0;
  for (let at = first; at < end; at += 1) most = Math.max(most, peaks[at] ?? 0);
  return most;
}
