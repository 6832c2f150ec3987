/** The stretch of the recording that is in sight, Unix milliseconds. */
export type View = { readonly from: number; readonly to: number };

/** The shortest stretch that can be looked at: two seconds. */
const CLOSEST_MS = 2000;

/** A view of a length around a moment that keeps its place in sight; within `whole`. */
export function zoomed(view: View, whole: View, by: number, around: number): View {
  const length = view.to - view.from;
  const wanted = Math.min(whole.to - whole.from, Math.max(CLOSEST_MS, length * by));
  const share = (around - view.from) / length;
  return within({ from: around - share * wanted, to: around + (1 - share) * wanted }, whole);
}

/** Moved by milliseconds, as far as there is something. */
export const panned = (view: View, whole: View, by: number): View =>
  within({ from: view.from + by, to: view.to + by }, whole);

/** The view with a moment in it: as it is, or moved so that the moment stands in the middle. */
export function showing(view: View, whole: View, wall: number): View {
  if (wall >= view.from && wall <= view.to) return view;
  return panned(view, whole, wall - (view.from + view.to) / 2);
}

/** The view as far as the recording has it: what is gone is no longer in sight. */
export function within(view: View, whole: View): View {
  if (view.from >= whole.from && view.to <= whole.to) return view;
  const length = Math.min(view.to - view.from, whole.to - whole.from);
  const from = Math.min(whole.to - length, Math.max(whole.from, view.from));
  return { from, to: from + length };
}

/** Where a moment stands in the view, 0 to 1; outside below or above. */
export const shareOf = (view: View, wall: number): number =>
  (wall - view.from) / Math.max(1, view.to - view.from);

export const momentAt = (view: View, share: number): number =>
  view.from + share * (view.to - view.from);

/**
 * The view that two fingers make of the one that they began with: the moments under them stay under them.
 * Shares of the width: where they began, and where they are.
 */
export function pinched(
  view: View,
  whole: View,
  began: readonly [number, number],
  now: readonly [number, number],
): View {
  const apart = Math.max(0.02, Math.abs(now[1] - now[0]));
  const by = Math.max(0.02, Math.abs(began[1] - began[0])) / apart;
  const middle = momentAt(view, (began[0] + began[1]) / 2);
  const next = zoomed(view, whole, by, middle);
  const share = (now[0] + now[1]) / 2;
  return panned(next, whole, middle - momentAt(next, share));
}

/** Milliseconds between the marks of a ruler. */
const STEPS = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 14_400_000, 21_600_000, 43_200_000,
] as const;

/** Moments for a ruler, at round times of the clock, `most` at the most. */
export function ruler(view: View, most: number): readonly number[] {
  const length = view.to - view.from;
  const step = STEPS.find((one) => length / one <= most) ?? 86_400_000;
  // Of a place whose clock is half an hour off, too.
  const offset = new Date(view.from).getTimezoneOffset() * 60_000;
  const first = Math.ceil((view.from - offset) / step) * step + offset;
  const count = Math.max(0, Math.floor((view.to - first) / step) + 1);
  return Array.from({ length: count }, (_, at) => first + at * step);
}
