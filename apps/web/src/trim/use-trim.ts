import { useMemo, useReducer, useState } from "react";
import { nearest } from "./recorded-segments.ts";
import type { RecordingMedia } from "./recording-media.ts";
import {
  beginHistory,
  changeHistory,
  type Edge,
  type Limits,
  moveEdge,
  nextOf,
  type Selection,
  setEdge,
} from "./selection.ts";
import { showing, type View } from "./view.ts";

/** How a cut is made: at the keyframe, copied; or at the picture, its surroundings encoded anew. */
export type Cut = "keyframe" | "exact";

/** What is chosen of a recording, and how it is looked at. */
export type Trim = {
  readonly whole: View;
  readonly limits: Limits;
  readonly selection: Selection;
  readonly cut: Cut;
  readonly setCut: (cut: Cut) => void;
  readonly view: View;
  readonly setView: (view: View) => void;
  /** `step` false: the same movement goes on. Answers where the edge is then. */
  readonly move: (edge: Edge, wall: number, step: boolean) => number;
  /** By milliseconds; to the next keyframe where the cut is at one. Answers where the edge is then. */
  readonly nudge: (edge: Edge, ms: number) => number;
  readonly setAt: (edge: Edge, wall: number) => void;
  readonly choose: (selection: Selection) => void;
  readonly undo: (() => void) | undefined;
  readonly redo: (() => void) | undefined;
};

export function useTrim(whole: View, least: number, { keyframes }: RecordingMedia): Trim {
  const { from, to } = whole;
  const limits = useMemo(() => ({ from, to, least }), [from, to, least]);
  const [history, change] = useReducer(changeHistory, whole, beginHistory);
  const [cut, setCut] = useState<Cut>("keyframe");
  const [view, setView] = useState(whole);
  const selection = history.now;
  const choose = (next: Selection, step = true): void => {
    change({ to: "choice", selection: next, step });
  };
  const snapped = (edge: Edge, wall: number): number =>
    edge === "from" && cut === "keyframe" ? (nearest(keyframes, wall) ?? wall) : wall;
  const move = (edge: Edge, wall: number, step: boolean): number => {
    const next = moveEdge(selection, edge, wall, limits);
    choose(next, step);
    return next[edge];
  };
  const nudge = (edge: Edge, ms: number): number => {
    const wall = selection[edge];
    const direction = ms > 0 ? 1 : -1;
    const there = snapped(edge, wall + ms);
    // From one keyframe a small step leads nowhere: it goes to the next.
    const stays = (there - wall) * direction <= 0;
    const target = stays ? (nextOf(keyframes, wall, direction) ?? wall) : there;
    const moved = move(edge, target, true);
    setView(showing(view, whole, moved));
    return moved;
  };
  return {
    whole,
    limits,
    selection,
    cut,
    setCut(next) {
      setCut(next);
      if (next === "keyframe") {
        const start = nearest(keyframes, selection.from) ?? selection.from;
        choose(moveEdge(selection, "from", start, limits));
      }
    },
    view,
    setView,
    move: (edge, wall, step) => move(edge, snapped(edge, wall), step),
    nudge,
    setAt: (edge, wall) => choose(setEdge(selection, edge, snapped(edge, wall), limits)),
    choose,
    undo: history.past.length > 0 ? () => change({ to: "undo" }) : undefined,
    redo: history.future.length > 0 ? () => change({ to: "redo" }) : undefined,
  };
}
