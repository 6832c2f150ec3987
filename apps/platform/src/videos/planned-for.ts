/** How long before its time a broadcast may begin and still be the planned one, in milliseconds. */
export const EARLY = 2 * 60 * 60_000;
/** How late it may begin. */
const LATE = 12 * 60 * 60_000;

type Planned = {
  readonly id: string;
  readonly scheduled_at: number | null;
  readonly created_at: number;
};

/**
 * Which planned video a broadcast belongs to that begins at `at`: the one whose time it is, or else the
 * newest without a time, or none. Pure.
 */
export function plannedFor<T extends Planned>(planned: readonly T[], at: number): T | undefined {
  const distance = (time: number): number => Math.abs(time - at);
  const due = planned
    .flatMap((video) => (video.scheduled_at === null ? [] : [{ video, time: video.scheduled_at }]))
    .filter(({ time }) => time - at <= EARLY && at - time <= LATE)
    .toSorted((a, b) => distance(a.time) - distance(b.time))[0];
  const unscheduled = planned
    .filter(({ scheduled_at }) => scheduled_at === null)
    .toSorted((a, b) => b.created_at - a.created_at)[0];
  // Who has just pressed "go live" means that, even an hour before another show.
  if (due !== undefined && (unscheduled === undefined || distance(due.time) < NEAR))
    return due.video;
  return unscheduled;
}

/** So near to its time, a planned show is meant. */
const NEAR = 15 * 60_000;
