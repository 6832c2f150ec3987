import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import css from "./icon.module.css";
import { type IconName, iconPaths } from "./icon-paths.ts";

/** A picture of 24 × 24 in the colour of the text. It says nothing: the words stand beside it, or in a label. */
export function Icon({
  name,
  size = "m",
  className,
}: {
  readonly name: IconName;
  readonly size?: "s" | "m" | "l";
  readonly className?: string | undefined;
}): ReactNode {
  return (
    <svg
      className={classNames(css["icon"], css[size], className)}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
    >
      <path d={iconPaths[name]} />
    </svg>
  );
}
