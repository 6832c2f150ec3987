const two = (value: number): string => String(value).padStart(2, "0");

/** `20:14:07.250`: a moment on the clock of the visitor's place, to the millisecond. */
export function clockText(wall: number): string {
  const at = new Date(wall);
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
  return `${clock}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

/** What a mark of a ruler says of a view so long: seconds and their fractions where they differ. */
export function rulerText(
  wall: number,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const text = clockText(wall);
  if (to - from > 600_000) return text.slice(0, 5);
  return to - from > 8000 ? text.slice(0, 8) : text.slice(0, 10);
}

const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?$/;

/**
 * The moment that a time of day names: of the days of `[from, to]` the one that lies within, or is
 * nearest to it. Undefined where the text is no time of day.
 */
export function readClock(text: string, from: number, to: number): number | undefined {
  const parts = CLOCK.exec(text.trim());
  if (parts === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = parts.slice(1, 4).map((part) => Number(part ?? 0));
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const thousandths = Number((parts[4] ?? "0").padEnd(3, "0"));
  const outside = (wall: number): number => Math.max(0, from - wall, wall - to);
  let best: number | undefined;
  const day = new Date(from);
  for (let after = -1; after <= Math.ceil((to - from) / 86_400_000) + 1; after += 1) {
    const wall = new Date(
      ...([day.getFullYear(), day.getMonth(), day.getDate() + after] as const),
      ...([hours, minutes, seconds, thousandths] as const),
    ).getTime();
    if (best === undefined || outside(wall) < outside(best)) best = wall;
  }
  return best;
}
