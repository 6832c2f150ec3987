import { type Millis, plus } from "@oxbow/media";

const FIRST_MS = 1_000;
const LONGEST_MS = 5 * 60_000;

/**
 * When a job is tried again whose attempt failed at `now`: a second after the first attempt, twice as
 * long after each further one up to five minutes; between half of that and all, by `random` in [0, 1).
 */
export function retryTime(attempt: number, random: number, now: Millis): Millis {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return plus(now, longest * (0.5 + random / 2));
}
