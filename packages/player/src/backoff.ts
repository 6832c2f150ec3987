/**
 * How long to wait before trying again, in milliseconds: grows by half each time up to a limit, and
 * spreads by ±30 %, so that thousands of viewers of a server that comes back do not ask at once.
 *
 * @param attempt 0 for the first
 * @param random a number in [0, 1)
 */
export function backoff(attempt: number, random: number, longest = 10_000): number {
  const wait = Math.min(longest, 1000 * 1.5 ** Math.min(attempt, 20));
  return Math.round(wait * (0.7 + 0.6 * random));
}
