/** How many of things in ascending order have a value that is no greater than one. */
export function countUpTo<Thing>(
  things: readonly Thing[],
  value: number,
  of: (thing: Thing) => number,
): number {
  let [low, high] = [0, things.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const thing = things[middle];
    if (thing !== undefined && of(thing) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const itself = (moment: number): number => moment;

/** Of moments in ascending order the one that is nearest; of two the earlier one. */
export function nearest(moments: readonly number[], wall: number): number | undefined {
  const after = countUpTo(moments, wall, itself);
  const [low, high] = [moments[after - 1], moments[after]];
  if (low === undefined || high === undefined) return low ?? high;
  return high - wall < wall - low ? high : low;
}

/** The moment after or before one, of moments in ascending order; undefined where there is none. */
export function nextOf(
  moments: readonly number[],
  wall: number,
  direction: 1 | -1,
): number | undefined {
  const after = countUpTo(moments, wall, itself);
  if (direction > 0) return moments[after];
  return moments[after - 1] === wall ? moments[after - 2] : moments[after - 1];
}

/** A moment that is moved to the nearest of some others, where one is within reach. */
export function attracted(
  moments: readonly number[],
  wall: number,
  reach: number,
): number | undefined {
  const found = nearest(moments, wall);
  return found !== undefined && Math.abs(found - wall) <= reach ? found : undefined;
}

/**
 * The beginning of the picture so many pictures after the one at `wall`, counted from one that is known.
 * Each is counted from there, so that a thousand steps do not drift; to the millisecond before, so that
 * the picture itself is still in.
 */
export function pictureFrom(known: number, wall: number, pictureMs: number, steps: number): number {
  const at = Math.round((wall - known) / pictureMs) + steps;
  return Math.floor(known + at * pictureMs + 0.05);
}
