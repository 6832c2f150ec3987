import type { ReactNode } from "react";
import css from "./badge.module.css";
import { classNames } from "./class-names.ts";

/** `live` is for what is on air alone. */
export type Tone = "neutral" | "live" | "good" | "warn" | "bad" | "accent";

/** A state in a word. The word says it: the colour only helps. */
export function Badge({
  tone = "neutral",
  dot = false,
  children,
}: {
  readonly tone?: Tone;
  /** Something is going on: a dot before the word. */
  readonly dot?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <span className={classNames(css["badge"], css[tone])}>
      {dot ? <span className={css["dot"]} aria-hidden="true" /> : null}
      {children}
    </span>
  );
}
