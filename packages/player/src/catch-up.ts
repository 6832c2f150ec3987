/** Faster than this is heard; slower is not worth the change. */
const FASTEST = 1.08;
const SLOWEST = 0.95;
/** Seconds around the wanted latency in which the rate is left alone. */
const NEAR = 0.06;

/**
 * The rate at which a viewer at the live edge plays, so that the wanted latency is held without a
 * jump: a little faster when late, a little slower when so early that the next part may come late.
 *
 * @param latency seconds behind the live edge
 * @param wanted seconds behind the live edge that the server asks for
 */
export function catchUpRate(latency: number, wanted: number): number {
  const late = latency - wanted;
  if (!Number.isFinite(late) || Math.abs(late) <= NEAR) return 1;
  const rate = 1 + 0.15 * late;
  return Math.round(Math.min(FASTEST, Math.max(SLOWEST, rate)) * 100) / 100;
}
