const FIRST_MS = 2_000;
const LONGEST_MS = 3_600_000;

/** Attempts before a delivery is given up: about three days, for half of each delay is waited on average. */
export const ATTEMPTS = 150;

/**
 * The most that is waited after so many failed attempts: 2 s, four times as long each time, up to an
 * hour. The delay is chosen evenly between nothing and that (full jitter).
 */
export function longestDelay(attempts: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 4 ** (attempts - 1));
}
