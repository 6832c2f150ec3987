import { type Millis, millis } from "@oxbow/media";
import type { PlannedGap } from "../plan/index.ts";
import type { ArchivedGap } from "../ports.ts";
import { type ScannedRun, TICKS } from "./scan-run.ts";

/** A run and its place on the export's timeline. */
export type PlacedRun = { readonly run: ScannedRun; readonly at: number };

/** The export's timeline, which begins with its first picture. */
export type Layout = {
  readonly runs: readonly PlacedRun[];
  /** Ticks of the whole. */
  readonly length: number;
  readonly gaps: readonly PlannedGap[];
  readonly cut: { readonly from: Millis; readonly to: Millis };
};

/** What is wanted of gaps; `fail` was decided before. */
type Wanted = { readonly to: Millis; readonly gaps: "skip" | "fail" | "fill" };

/** Missing media at the very ends that is no gap. */
const EDGE_MS = 100;

/**
 * Puts runs one after another: joined, or with their distance on the wall clock where gaps are filled. What
 * is missing before the first picture can't be filled, for there is none to hold.
 * @param runs at least one, in time order
 */
export function layOut(
  runs: readonly [ScannedRun, ...ScannedRun[]],
  missing: readonly ArchivedGap[],
  { to, gaps }: Wanted,
): Layout {
  const zero = wallTicks(runs[0], runs[0].from);
  const placed: PlacedRun[] = [];
  let end = 0;
  for (const run of runs) {
    const at = gaps === "fill" ? Math.max(end, wallTicks(run, run.from) - zero) : end;
    placed.push({ run, at });
    end = at + run.to - run.from;
  }
  const last = runs.at(-1) ?? runs[0];
  const wallEnd = wallTicks(last, last.to);
  const wanted = to * (TICKS / 1000);
  const open = gaps === "fill" && wanted - wallEnd >= EDGE_MS * (TICKS / 1000);
  return {
    runs: placed,
    length: open ? end + wanted - wallEnd : end,
    gaps: missing.map((gap) => placeGap(gap, placed, end, gaps === "fill")),
    cut: { from: clock(zero), to: open ? to : clock(wallEnd) },
  };
}

/** Ticks since 1970: an integer that a double holds for some ten thousand years. */
function wallTicks({ spans }: ScannedRun, ticks: number): number {
  return (spans[0]?.stretch.origin ?? 0) * (TICKS / 1000) + ticks;
}

const clock = (ticks: number): Millis => millis((ticks * 1000) / TICKS);

function placeGap(
  gap: ArchivedGap,
  placed: readonly PlacedRun[],
  end: number,
  filled: boolean,
): PlannedGap {
  const after = placed.findIndex(({ run }) => (run.spans[0]?.from ?? 0) >= gap.to);
  const before = after < 0 ? placed.at(-1) : placed[after - 1];
  const at = before === undefined ? 0 : Math.min(end, before.at + before.run.to - before.run.from);
  const place = { ...gap, at: clock(at) };
  return filled && before !== undefined ? { ...place, filled } : place;
}
