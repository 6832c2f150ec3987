import { countUpTo } from "./moments.ts";

/** Media without a hole, Unix milliseconds, and where it begins on the time that leaves holes out (seconds). */
export type Stretch = { readonly from: number; readonly to: number; readonly position: number };

/** Less than a millisecond: what was typed is rounded. */
const LEAST_SECONDS = 0.0005;

/** What a recording has, as the API tells it: in the order of time. */
export function stretchesOf(
  ranges: readonly { readonly from: string; readonly to: string }[],
): readonly Stretch[] {
  const found: Stretch[] = [];
  let [position, end] = [0, -Infinity];
  for (const range of ranges) {
    const from = Math.max(end, Date.parse(range.from));
    const to = Math.max(from, Date.parse(range.to));
    found.push({ from, to, position });
    position += (to - from) / 1000;
    end = to;
  }
  return found;
}

/** Seconds of media before a moment; one in a hole is where media goes on. */
export function positionOf(stretches: readonly Stretch[], wall: number): number {
  const stretch = stretches[Math.max(0, countUpTo(stretches, wall, ({ from }) => from) - 1)];
  if (stretch === undefined) return 0;
  const { from, to, position } = stretch;
  return position + Math.max(0, Math.min(wall, to) - from) / 1000;
}

/**
 * The moment with so many seconds of media before it, Unix milliseconds. At a hole that is where media goes
 * on; or, for what ends there, where it stops.
 */
export function wallOf(stretches: readonly Stretch[], seconds: number, ends = false): number {
  const least = ends ? LEAST_SECONDS : 0;
  const after = countUpTo(stretches, seconds - least, ({ position }) => position);
  const stretch = stretches[Math.max(0, after - 1)];
  if (stretch === undefined) return 0;
  return Math.min(stretch.to, stretch.from + Math.max(0, seconds - stretch.position) * 1000);
}

/** Seconds of media in `[from, to)`: what a file of it lasts. */
export function lengthOf(stretches: readonly Stretch[], from: number, to: number): number {
  return Math.max(0, positionOf(stretches, to) - positionOf(stretches, from));
}

/** The stretch that a moment is in, or the last one before it; the first, where there is none. */
export function stretchAt(stretches: readonly Stretch[], wall: number): Stretch | undefined {
  return stretches[Math.max(0, countUpTo(stretches, wall, ({ from }) => from) - 1)];
}
