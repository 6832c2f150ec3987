import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { clockText } from "./clock-text.ts";
import type { Recording } from "./recording-media.ts";
import css from "./scroll-bar.module.css";
import { useTrimTexts } from "./texts.ts";
import type { Trim } from "./use-trim.ts";
import { panned, shareOf, type View, zoomed } from "./view.ts";

/** How far a key moves the view, in lengths of it. */
const STEP = 0.1;
const PAGE = 0.9;
/** What an arrow up or down zooms by. */
const ZOOM = 0.5;

/** The view that a key leads to; undefined for keys that mean nothing here. */
function viewAfter({ key, shiftKey }: KeyboardEvent, view: View, whole: View): View | undefined {
  const length = view.to - view.from;
  const middle = (view.from + view.to) / 2;
  switch (key) {
    case "ArrowLeft":
      return panned(view, whole, -length * (shiftKey ? PAGE : STEP));
    case "ArrowRight":
      return panned(view, whole, length * (shiftKey ? PAGE : STEP));
    case "PageUp":
      return panned(view, whole, -length * PAGE);
    case "PageDown":
      return panned(view, whole, length * PAGE);
    case "Home":
      return panned(view, whole, whole.from - view.from);
    case "End":
      return panned(view, whole, whole.to - view.to);
    case "ArrowUp":
      return zoomed(view, whole, ZOOM, middle);
    case "ArrowDown":
      return zoomed(view, whole, 1 / ZOOM, middle);
    default:
      return undefined;
  }
}

/** All of the recording, and which part of it the timeline shows: that is dragged along. */
export function ScrollBar({
  recording,
  trim,
}: {
  readonly recording: Recording;
  readonly trim: Trim;
}): ReactNode {
  const texts = useTrimTexts();
  const track = useRef<HTMLDivElement>(null);
  /** Milliseconds from the view's beginning to the pointer. */
  const grip = useRef<number>(undefined);
  const { view, whole, selection, setView } = trim;
  const length = view.to - view.from;
  const momentOf = ({ clientX }: PointerEvent): number => {
    const { left = 0, width = 1 } = track.current?.getBoundingClientRect() ?? {};
    return whole.from + ((clientX - left) / Math.max(1, width)) * (whole.to - whole.from);
  };
  const place = ({ from, to }: View) => ({
    insetInlineStart: `${shareOf(whole, from) * 100}%`,
    inlineSize: `${(shareOf(whole, to) - shareOf(whole, from)) * 100}%`,
  });
  return (
    <div
      ref={track}
      className={css["track"]}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const wall = momentOf(event);
        const isInside = wall >= view.from && wall <= view.to;
        grip.current = isInside ? wall - view.from : length / 2;
        if (!isInside) setView(panned(view, whole, wall - length / 2 - view.from));
      }}
      onPointerMove={(event) => {
        if (grip.current === undefined) return;
        setView(panned(view, whole, momentOf(event) - grip.current - view.from));
      }}
      onPointerUp={() => {
        grip.current = undefined;
      }}
      onPointerCancel={() => {
        grip.current = undefined;
      }}
    >
      <span className={css["chosen"]} style={place(selection)} />
      {recording.markers.slice(0, MOST_TICKS).map(({ id, at }) => (
        <span
          key={id}
          className={css["tick"]}
          style={{ insetInlineStart: `${shareOf(whole, Date.parse(at)) * 100}%` }}
        />
      ))}
      <div
        role="slider"
        tabIndex={0}
        aria-label={texts.inSight}
        aria-valuemin={0}
        aria-valuemax={Math.round(whole.to - whole.from) / 1000}
        aria-valuenow={Math.round(view.from - whole.from) / 1000}
        aria-valuetext={texts.fromTo(clockText(view.from), clockText(view.to))}
        className={css["thumb"]}
        style={place(view)}
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const next = viewAfter(event, view, whole);
          if (next === undefined) return;
          event.preventDefault();
          setView(next);
        }}
      />
    </div>
  );
}

const MOST_TICKS = 200;
