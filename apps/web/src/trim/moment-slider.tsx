import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import { classNames } from "../ui/index.tsx";
import css from "./timeline.module.css";
import { shareOf, type View } from "./view.ts";

const SECOND = 1000;
const PAGE = 10_000;

/** Milliseconds that a key moves by; -Infinity and Infinity for as far as possible. */
function stepOf({ key, shiftKey }: KeyboardEvent, pictureMs: number): number | undefined {
  const small = shiftKey ? SECOND : pictureMs;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return -small;
    case "ArrowRight":
    case "ArrowUp":
      return small;
    case "PageDown":
      return -PAGE;
    case "PageUp":
      return PAGE;
    case "Home":
      return -Infinity;
    case "End":
      return Infinity;
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
  readonly pictureMs: number;
  readonly momentOf: (event: PointerEvent) => number;
  /** By the pointer; `begins`: the movement does. */
  readonly onMove: (wall: number, begins: boolean) => void;
  /** By the keyboard, milliseconds. */
  readonly onStep: (ms: number) => void;
  readonly onFocus: () => void;
}): ReactNode {
  const { kind, label, wall, view, range, pictureMs, momentOf, onMove } = props;
  const drag = useRef<"no" | "pressed" | "moving">("no");
  const moved = (event: PointerEvent): void => {
    if (drag.current === "no") return;
    onMove(momentOf(event), drag.current === "pressed");
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
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = "pressed";
      }}
      onPointerMove={moved}
      onPointerUp={ended}
      onPointerCancel={ended}
      onKeyDown={(event) => {
        const step = stepOf(event, pictureMs);
        if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        props.onStep(step);
      }}
    />
  );
}
