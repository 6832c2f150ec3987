const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How long before its time a broadcast may begin and still be the planned one, in milliseconds. */
export const EARLY = 2 * HOUR;
/** How late it may begin. */
export const LATE = 12 * HOUR;
/** So near to its time, a planned show is meant, whatever else is planned. */
const NEAR = 15 * MINUTE;

/** When a show is to begin, if that is said, and when it was planned. Unix milliseconds. */
export type Plan = { readonly scheduledAt: number | null; readonly createdAt: number };

/**
 * Which plan a broadcast belongs to that begins at `at`: the one whose time it is, or else the newest
 * without a time, or none. The one rule, for the platform and for its pages. Pure.
 */
export function plannedFor<T extends Plan>(plans: readonly T[], at: number): T | undefined {
  const distance = ({ time }: { readonly time: number }): number => Math.abs(time - at);
  const due = plans
    .flatMap((plan) => (plan.scheduledAt === null ? [] : [{ plan, time: plan.scheduledAt }]))
    .filter(({ time }) => time - at <= EARLY && at - time <= LATE)
    .toSorted((a, b) => distance(a) - distance(b) || b.plan.createdAt - a.plan.createdAt)[0];
  const timeless = plans
    .filter(({ scheduledAt }) => scheduledAt === null)
    .toSorted((a, b) => b.createdAt - a.createdAt)[0];
  // Who has just pressed "go live" means that, even an hour before another show.
  return due !== undefined && (timeless === undefined || distance(due) < NEAR)
    ? due.plan
    : timeless;
}

/** When, after `at`, another of these plans is the one that `plannedFor` finds; null for never. Pure. */
export function planTurnsAt(plans: readonly Plan[], at: number): number | null {
  const times = plans.flatMap(({ scheduledAt }) => scheduledAt ?? []).toSorted((a, b) => a - b);
  const between = times.slice(1).map((time, index) => (time + (times[index] ?? time)) / 2);
  const edges = times.flatMap((time) => [
    time - EARLY,
    time - NEAR + 1,
    time + NEAR,
    time + LATE + 1,
  ]);
  const now = plannedFor(plans, at);
  const later = [...edges, ...between.map((time) => Math.floor(time) + 1)]
    .filter((time) => time > at)
    .toSorted((a, b) => a - b);
  return later.find((time) => plannedFor(plans, time) !== now) ?? null;
}
