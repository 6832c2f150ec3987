import { useEffect, useEffectEvent, useMemo, useReducer, useState } from "react";
import { pictureFrom } from "./moments.ts";
import { type Stretch, stretchAt } from "./recorded-time.ts";
import {
  beginHistory,
  changeHistory,
  type Edge,
  heldTo,
  type Limits,
  moveEdge,
  type Selection,
  setEdge,
} from "./selection.ts";
import type { Keyframes } from "./use-keyframes.ts";
import { showing, type View, within } from "./view.ts";

/** How a cut is made: at the keyframe, copied; or at the picture, its surroundings encoded anew. */
export type Cut = "keyframe" | "exact";

/** What is chosen of a recording, and how it is looked at. */
export type Trim = {
  readonly whole: View;
  readonly selection: Selection;
  readonly cut: Cut;
  readonly setCut: (cut: Cut) => void;
  readonly view: View;
  readonly setView: (view: View) => void;
  /** `step` false: the same movement goes on. Answers where the edge is then. */
  readonly move: (edge: Edge, wall: number, step: boolean) => number;
  /** By pictures or milliseconds; to the next keyframe where the cut is at one. Answers where the edge is then. */
  readonly nudge: (edge: Edge, by: Nudge) => number;
  readonly setAt: (edge: Edge, wall: number) => void;
  readonly choose: (selection: Selection) => void;
  readonly undo: (() => Selection) | undefined;
  readonly redo: (() => Selection) | undefined;
  /** A moment so much further: by pictures of the recording, or by milliseconds. */
  readonly stepped: (wall: number, by: Nudge) => number;
};

export type Nudge = { readonly pictures: number } | { readonly ms: number };

type Facts = {
  readonly whole: View;
  readonly stretches: readonly Stretch[];
  readonly pictureMs: number;
  readonly keyframes: Keyframes;
  /** The start has gone to its keyframe by itself. */
  readonly onSnapped: (before: number, after: number) => void;
};

export function useTrim({ whole, stretches, pictureMs, keyframes, onSnapped }: Facts): Trim {
  const { from, to } = whole;
  const least = Math.ceil(pictureMs);
  const limits: Limits = useMemo(() => ({ from, to, least }), [from, to, least]);
  const [history, change] = useReducer(changeHistory, whole, beginHistory);
  const [cut, setCut] = useState<Cut>("keyframe");
  const [chosenView, setView] = useState(whole);
  // The recording may have lost its beginning since.
  const selection = heldTo(history.now, limits);
  const view = within(chosenView, whole);
  const choose = (next: Selection, step = true): void => {
    change({ to: "choice", selection: next, step });
  };
  const snapped = (edge: Edge, wall: number): number =>
    edge === "from" && cut === "keyframe" ? (keyframes.near(wall) ?? wall) : wall;
  const move = (edge: Edge, wall: number, step: boolean): number => {
    const next = moveEdge(selection, edge, wall, limits);
    choose(next, step);
    return next[edge];
  };
  const stepped = (wall: number, by: Nudge): number => {
    if ("ms" in by) return wall + Math.min(to - from, Math.max(from - to, by.ms));
    const begins = stretchAt(stretches, wall)?.from ?? from;
    const known = Math.max(begins, keyframes.before(wall) ?? begins);
    return pictureFrom(known, wall, pictureMs, by.pictures);
  };
  const nudge = (edge: Edge, by: Nudge): number => {
    const wall = selection[edge];
    const direction = ("ms" in by ? by.ms : by.pictures) > 0 ? 1 : -1;
    const there = snapped(edge, stepped(wall, by));
    // From one keyframe a small step leads nowhere: it goes to the next.
    const stays = (there - wall) * direction <= 0;
    const moved = move(edge, stays ? (keyframes.next(wall, direction) ?? wall) : there, true);
    setView(showing(view, whole, moved));
    return moved;
  };
  useLateSnap({ cut, selection, keyframes, view, whole }, (start) => {
    const next = moveEdge(selection, "from", start, limits);
    choose(next, false);
    onSnapped(selection.from, next.from);
  });
  const turned = (by: "undo" | "redo", next: Selection | undefined) =>
    next === undefined
      ? undefined
      : () => {
          change({ to: by });
          return heldTo(next, limits);
        };
  return {
    ...{ whole, selection, cut, setCut, view, setView, nudge, choose, stepped },
    move: (edge, wall, step) => move(edge, snapped(edge, wall), step),
    setAt: (edge, wall) => choose(setEdge(selection, edge, snapped(edge, wall), limits)),
    undo: turned("undo", history.past.at(-1)),
    redo: turned("redo", history.future[0]),
  };
}

/** A start that was chosen before its surroundings were known goes to its keyframe when they are. */
function useLateSnap(
  {
    cut,
    selection: { from },
    keyframes,
    view,
    whole,
  }: Pick<Trim, "cut" | "selection" | "view" | "whole"> & { readonly keyframes: Keyframes },
  snap: (start: number) => void,
): void {
  const { want } = keyframes;
  const snapNow = useEffectEvent(snap);
  const start = cut === "keyframe" && from !== whole.from ? keyframes.near(from) : undefined;
  useEffect(() => want(view, whole, from), [want, view, whole, from]);
  useEffect(() => {
    if (start !== undefined && start !== from) snapNow(start);
  }, [start, from]);
}
