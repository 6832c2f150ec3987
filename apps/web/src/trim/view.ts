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

function within(view: View, whole: View): View {
  const length = Math.min(view.to - view.from, whole.to - whole.from);
  const from = Math.min(whole.to - length, Math.max(whole.from, view.from));
  return { from, to: from + length };
}

/** Where a moment stands in the view, 0 to 1; outside below or above. */
export const shareOf = (view: View, wall: number): number =>
  (wall - view.from) / Math.max(1, view.to - view.from);

export const momentAt = (view: View, share: number): number =>
  view.from + share * (view.to - view.from);

/** Milliseconds between the marks of a ruler. */
const STEPS = [
  100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 43_200_000,
] as const;

/** Moments for a ruler, counted from where the recording begins, `most` at the most. */
export function ruler(view: View, begins: number, most: number): readonly number[] {
  const length = view.to - view.from;
  const step = STEPS.find((one) => length / one <= most) ?? STEPS[STEPS.length - 1] ?? 43_200_000;
  const first = Math.ceil((view.from - begins) / step) * step;
  const count = Math.max(0, Math.floor((view.to - begins - first) / step) + 1);
  return Array.from({ length: count }, (_, at) => begins + first + at * step);
}
