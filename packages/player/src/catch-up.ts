/** Faster than this is heard; slower is not worth the change. */
const FASTEST = 1.08;
const SLOWEST = 0.95;
/** Seconds around the wanted latency in which the rate is left alone. */
const NEAR = 0.06;
/** Seconds in the buffer below which nobody is hurried: what is late then is the network. */
const THIN = 0.15;

/**
 * The rate at which a viewer at the live edge plays, so that the wanted latency is held without a
 * jump: a little faster when late, a little slower when so early that the next part may come late.
 *
 * @param latency seconds behind the live edge
 * @param wanted seconds behind the live edge to hold
 * @param ahead seconds that can be played without loading
 */
export function catchUpRate(latency: number, wanted: number, ahead: number): number {
  const late = latency - wanted;
  if (!Number.isFinite(late) || Math.abs(late) <= NEAR) return 1;
  const rate = 1 + 0.15 * late;
  const fastest = ahead < THIN ? 1 : FASTEST;
  return Math.round(Math.min(fastest, Math.max(SLOWEST, rate)) * 100) / 100;
}

/** Distance that stalls have taught a player, as it was at a moment. */
export type Caution = {
  /** Seconds. */
  readonly distance: number;
  /** Milliseconds of any clock that goes on evenly. */
  readonly at: number;
};

export const UNTROUBLED: Caution = { distance: 0, at: 0 };

/**
 * Seconds for each stall, as long as short ones last and a fifth of what is held in low latency, and
 * at most: beyond, the network does not carry the stream at all.
 */
const EACH = 0.15;
const MOST = 2;
/** Seconds of distance that a quiet minute gives back. */
const REGAINED = 0.1;

/** Seconds to add to the distance from the live edge now. It leaves as slowly as it is not heard. */
export function distanceOf({ distance, at }: Caution, now: number): number {
  return Math.max(0, distance - ((now - at) / 60_000) * REGAINED);
}

/** What a player is after another stall. */
export function stalled(caution: Caution, now: number): Caution {
  return { distance: Math.min(MOST, distanceOf(caution, now) + EACH), at: now };
}
