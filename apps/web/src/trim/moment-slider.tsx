import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { classNames } from "../ui/index.tsx";
import css from "./timeline.module.css";
import type { Nudge } from "./use-trim.ts";
import { shareOf, type View } from "./view.ts";

/** Pixels. */
const LEAST_MOVE = 2;
const SECOND = 1000;
const PAGE = 10_000;
const LONG_PAGE = 60_000;

/** What a key moves by; -Infinity and Infinity milliseconds for as far as possible. */
function stepOf({ key, shiftKey }: KeyboardEvent): Nudge | undefined {
  const small = (direction: 1 | -1): Nudge =>
    shiftKey ? { ms: direction * SECOND } : { pictures: direction };
  const page = shiftKey ? LONG_PAGE : PAGE;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return small(-1);
    case "ArrowRight":
    case "ArrowUp":
      return small(1);
    case "PageDown":
      return { ms: -page };
    case "PageUp":
      return { ms: page };
    case "Home":
      return { ms: -Infinity };
    case "End":
      return { ms: Infinity };
    default:
      return undefined;
  }
}

/** A moment on the timeline that is moved by pointer and by keyboard. */
export function MomentSlider(props: {
  readonly kind: "from" | "to" | "playhead";
  readonly label: string;
  readonly describedBy: string;
  readonly valueText: string;
  readonly wall: number;
  readonly view: View;
  /** What `wall` may be. */
  readonly range: View;
  readonly momentOf: (event: PointerEvent) => number;
  /** By the pointer; `begins`: the movement does; `free`: exactly there. */
  readonly onMove: (
    wall: number,
    how: { readonly begins: boolean; readonly free: boolean },
  ) => void;
  /** By the keyboard. */
  readonly onStep: (by: Nudge) => void;
  readonly onFocus: () => void;
}): ReactNode {
  const { kind, label, wall, view, range, momentOf, onMove } = props;
  const drag = useRef<"no" | "pressed" | "moving">("no");
  const pressedAt = useRef(0);
  /** Milliseconds from the pointer to the moment: it stays as far from it. */
  const offset = useRef(0);
  const moved = (event: PointerEvent): void => {
    if (drag.current === "no") return;
    const begins = drag.current === "pressed";
    // A hand that trembles in pressing moves nothing.
    if (begins && Math.abs(event.clientX - pressedAt.current) < LEAST_MOVE) return;
    onMove(momentOf(event) + offset.current, { begins, free: event.altKey });
    drag.current = "moving";
  };
  const ended = (): void => {
    drag.current = "no";
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-describedby={props.describedBy}
      aria-valuemin={0}
      aria-valuemax={Math.round(range.to - range.from) / SECOND}
      aria-valuenow={Math.round(wall - range.from) / SECOND}
      aria-valuetext={props.valueText}
      className={classNames(css["handle"], css[kind])}
      style={{ insetInlineStart: `${shareOf(view, wall) * 100}%` }}
      onFocus={props.onFocus}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = "pressed";
        pressedAt.current = event.clientX;
        offset.current = wall - momentOf(event);
      }}
      onPointerMove={moved}
      onPointerUp={ended}
      onPointerCancel={ended}
      onKeyDown={(event) => {
        const step = stepOf(event);
        if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        props.onStep(step);
      }}
    />
  );
}
