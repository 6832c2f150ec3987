import type { ChatMessage } from "@oxbow/site-contract";

/** What a page holds of a replay: every message of `[from, to)`, by what its author saw. */
export type ReplayWindow = {
  readonly from: number;
  readonly to: number;
  readonly items: readonly ChatMessage[];
  /** Whether there are messages before `from`. */
  readonly hasOlder: boolean;
};

/** What to ask for next, for a place of the player. Times are Unix milliseconds of the archive. */
export type ReplayPlan =
  | { readonly do: "nothing" }
  | { readonly do: "jump"; readonly to: number }
  | { readonly do: "extend"; readonly from: number; readonly to: number };

/** Asked for before it is needed, and how much at once. */
const AHEAD_MS = 20_000;
const STRETCH_MS = 60_000;
/** A skip over more than this begins anew, with what was written just before. */
const SKIP_MS = 5 * 60_000;
const HELD = 1_500;

/** Nothing is held yet. */
export const noReplay: ReplayWindow = { from: 0, to: 0, items: [], hasOlder: false };

/** What must be asked for so that all up to `position` is there, and what comes next. */
export function planReplay(held: ReplayWindow, position: number): ReplayPlan {
  if (held.to === 0 || position < held.from || position > held.to + SKIP_MS) {
    return { do: "jump", to: position };
  }
  if (position + AHEAD_MS < held.to) return { do: "nothing" };
  return { do: "extend", from: held.to, to: Math.max(held.to, position) + STRETCH_MS };
}

/** The messages before a moment, as they were asked for backwards: the window begins with them. */
export function jumped(
  to: number,
  page: { readonly items: readonly ChatMessage[]; readonly next: string | null },
): ReplayWindow {
  const from = page.next === null ? 0 : (page.items[0]?.mediaAt ?? to);
  return { from, to, items: page.items, hasOlder: page.next !== null };
}

/** What follows a window, up to `to`. */
export function extended(
  held: ReplayWindow,
  items: readonly ChatMessage[],
  to: number,
): ReplayWindow {
  const all = [...held.items, ...items];
  const kept = all.slice(-HELD);
  if (kept.length === all.length) return { ...held, items: all, to };
  return { from: kept[0]?.mediaAt ?? to, to, items: kept, hasOlder: true };
}

/** What is before a window. */
export function lengthened(
  held: ReplayWindow,
  page: { readonly items: readonly ChatMessage[]; readonly next: string | null },
): ReplayWindow {
  const known = new Set(held.items.map(({ id }) => id));
  const older = page.items.filter(({ id }) => !known.has(id));
  return {
    ...held,
    from: page.next === null ? 0 : (page.items[0]?.mediaAt ?? held.from),
    items: [...older, ...held.items],
    hasOlder: page.next !== null,
  };
}

/** The messages that a viewer at `position` has seen. */
export function seenAt(held: ReplayWindow, position: number): readonly ChatMessage[] {
  const end = held.items.findIndex(({ mediaAt }) => mediaAt > position);
  return end === -1 ? held.items : held.items.slice(0, end);
}
