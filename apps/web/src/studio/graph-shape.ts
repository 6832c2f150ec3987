/** A figure at a time; null where none was taken. */
export type Reading = { readonly at: number; readonly value: number | null };

/** A hole between two readings begins after so many milliseconds. */
const HOLE = 8_000;

export type GraphShape = {
  /** Of the SVG path, in a box of `width` × `height`; "" without readings. */
  readonly line: string;
  readonly low: number;
  readonly high: number;
  readonly last: number | null;
};

/**
 * The line through readings, from `from` to `to` (Unix milliseconds) in a box. Values fill the height,
 * from zero where that is asked; a hole in time or a missing figure is a hole in the line.
 */
export function graphShape(
  readings: readonly Reading[],
  box: {
    readonly from: number;
    readonly to: number;
    readonly width: number;
    readonly height: number;
    readonly fromZero: boolean;
  },
): GraphShape {
  const values = readings.flatMap(({ value }) => (value === null ? [] : [value]));
  const low = Math.min(...values);
  const high = Math.max(...values);
  const last = readings.at(-1)?.value ?? null;
  if (values.length === 0) return { line: "", low: 0, high: 0, last };
  const bottom = box.fromZero ? Math.min(0, low) : low;
  const span = high - bottom;
  let line = "";
  let before: number | undefined;
  for (const { at, value } of readings) {
    if (value === null || at < box.from) {
      before = undefined;
      continue;
    }
    const x = ((at - box.from) / (box.to - box.from)) * box.width;
    // A figure that never changes lies in the middle.
    const share = span === 0 ? 0.5 : (value - bottom) / span;
    const y = box.height - share * box.height;
    const isNew = before === undefined || at - before > HOLE;
    line += `${isNew ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    before = at;
  }
  return { line, low, high, last };
}
