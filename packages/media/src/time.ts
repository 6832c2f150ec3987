/** Wall-clock or elapsed milliseconds, an integer. */
export type Millis = number & { readonly unit: "ms" };

/** Names a number as milliseconds; fractions are rounded. */
export function millis(value: number): Millis {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where a number gets its unit
  return Math.round(value) as Millis;
}

/** `at` moved by `by` milliseconds. */
export function plus(at: Millis, by: number): Millis {
  return millis(at + by);
}

/**
 * Converts ticks between timescales, rounded to the nearest tick.
 * Whole seconds and the rest are converted apart, so that the product stays an exact integer
 * for any time that an MP4 can hold and a timescale below 2^21.
 */
export function rescale(ticks: number, from: number, to: number): number {
  if (from === to) return ticks;
  const seconds = Math.floor(ticks / from);
  return seconds * to + Math.round(((ticks - seconds * from) * to) / from);
}

/** RFC 3339 in UTC with milliseconds, the form of every time in the API. */
export function rfc3339(at: Millis): string {
  return new Date(at).toISOString();
}
