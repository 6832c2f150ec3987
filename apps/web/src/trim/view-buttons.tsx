import type { ReactNode } from "react";
import { Button } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import type { Selection } from "./selection.ts";
import { useTrimTexts } from "./texts.ts";
import css from "./trim.module.css";
import type { Trim } from "./use-trim.ts";
import { panned, type View, within, zoomed } from "./view.ts";

/** What the timeline shows, and what was chosen before. */
export function ViewButtons({
  trim,
  playhead,
  turned,
  say,
}: {
  readonly trim: Trim;
  readonly playhead: number;
  /** A choice was taken back, or made again. */
  readonly turned: (selection: Selection) => void;
  /** Tells those who do not see the timeline. */
  readonly say: (text: string) => void;
}): ReactNode {
  const texts = useTrimTexts();
  const { view, whole, selection, setView, undo, redo } = trim;
  const length = view.to - view.from;
  const inSight = playhead >= view.from && playhead <= view.to;
  const around = inSight ? playhead : (view.from + view.to) / 2;
  const margin = Math.max(500, (selection.to - selection.from) * 0.1);
  const near = { from: selection.from - margin, to: selection.to + margin };
  const turn = (by: (() => Selection) | undefined): void => {
    if (by !== undefined) turned(by());
  };
  const show = (next: View): void => {
    setView(next);
    say(texts.fromTo(clockText(next.from), clockText(next.to)));
  };
  const buttons: readonly (readonly [string, () => void, boolean?])[] = [
    [texts.earlier, () => show(panned(view, whole, -length / 2))],
    [texts.later, () => show(panned(view, whole, length / 2))],
    [texts.zoomIn, () => show(zoomed(view, whole, 0.5, around))],
    [texts.zoomOut, () => show(zoomed(view, whole, 2, around))],
    [texts.fit, () => show(whole)],
    [texts.toSelection, () => show(within(zoomed(near, whole, 1, selection.from), whole))],
    [texts.undo, () => turn(undo), undo === undefined],
    [texts.redo, () => turn(redo), redo === undefined],
    [texts.whole, () => trim.choose(whole)],
  ];
  return (
    <div className={css["views"]}>
      {buttons.map(([text, act, isIdle = false]) => (
        <Button
          key={text}
          size="s"
          variant="quiet"
          // One that has nothing left to do keeps the focus.
          aria-disabled={isIdle || undefined}
          onClick={act}
        >
          {text}
        </Button>
      ))}
    </div>
  );
}
