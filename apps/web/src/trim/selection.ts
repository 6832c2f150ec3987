/** What is chosen, Unix milliseconds, `[from, to)`. */
export type Selection = { readonly from: number; readonly to: number };
export type Edge = keyof Selection;

/** What the edges are held to. */
export type Limits = {
  readonly from: number;
  readonly to: number;
  /** Milliseconds that stay between the edges: a picture at least. */
  readonly least: number;
};

/** The selection with an edge moved to a moment: within the recording, and not past the other edge. */
export function moveEdge(
  selection: Selection,
  edge: Edge,
  wall: number,
  { from, to, least }: Limits,
): Selection {
  if (edge === "from") {
    const latest = Math.max(from, selection.to - least);
    return { ...selection, from: Math.round(Math.min(latest, Math.max(from, wall))) };
  }
  const earliest = Math.min(to, selection.from + least);
  return { ...selection, to: Math.round(Math.max(earliest, Math.min(to, wall))) };
}

/** The selection as far as the recording still has it; all of the recording, where nothing is left of it. */
export function heldTo(selection: Selection, { from, to, least }: Limits): Selection {
  if (selection.from >= from && selection.to <= to) return selection;
  if (selection.to < from + least || selection.from > to - least) return { from, to };
  return { from: Math.max(from, selection.from), to: Math.min(to, selection.to) };
}

/** An edge set to the playhead; one that would pass the other takes it along to the recording's end. */
export function setEdge(selection: Selection, edge: Edge, wall: number, limits: Limits): Selection {
  const passes =
    edge === "from" ? wall > selection.to - limits.least : wall < selection.from + limits.least;
  if (!passes) return moveEdge(selection, edge, wall, limits);
  const other: Selection =
    edge === "from" ? { ...selection, to: limits.to } : { ...selection, from: limits.from };
  return moveEdge(other, edge, wall, limits);
}

/** Choices so far, for undo and redo; the oldest of a hundred are forgotten. */
export type History = {
  readonly past: readonly Selection[];
  readonly now: Selection;
  readonly future: readonly Selection[];
};

export type Change =
  /** Another choice; `step` false: the same movement goes on, and is undone as one. */
  | { readonly to: "choice"; readonly selection: Selection; readonly step: boolean }
  | { readonly to: "undo" }
  | { readonly to: "redo" };

const KEPT = 100;

export const beginHistory = (now: Selection): History => ({ past: [], now, future: [] });

export function changeHistory(history: History, change: Change): History {
  const { past, now, future } = history;
  if (change.to === "choice") {
    const { selection, step } = change;
    if (selection.from === now.from && selection.to === now.to) return history;
    return { past: step ? [...past, now].slice(-KEPT) : past, now: selection, future: [] };
  }
  if (change.to === "undo") {
    const before = past.at(-1);
    if (before === undefined) return history;
    return { past: past.slice(0, -1), now: before, future: [now, ...future] };
  }
  const [next, ...rest] = future;
  return next === undefined ? history : { past: [...past, now], now: next, future: rest };
}
