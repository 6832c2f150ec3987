const FIRST_MS = 1_000;
const LONGEST_MS = 5 * 60_000;

/**
 * Whole milliseconds to wait after so many failed attempts: a second after the first, twice as long after
 * each further one, up to five minutes; between half of that and all, by `random` in [0, 1).
 */
export function retryDelay(attempts: number, random: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  return Math.round(longest * (0.5 + random / 2));
}
