import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import css from "./progress.module.css";
import { useUiTexts } from "./ui-texts.tsx";

/** How far something is. `value` from 0 to 100; undefined: nobody knows. */
export function Progress({
  label,
  value,
  tone = "accent",
}: {
  readonly label: string;
  readonly value?: number | undefined;
  readonly tone?: "accent" | "warn" | "bad";
}): ReactNode {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value === undefined ? undefined : Math.round(value)}
      className={classNames(css["track"], css[tone], value === undefined && css["unknown"])}
    >
      <div
        className={css["bar"]}
        style={value === undefined ? undefined : { inlineSize: `${Math.min(100, value)}%` }}
      />
    </div>
  );
}

/** The place of something that is still on its way, of about its size, so that nothing jumps. */
export function Skeleton({
  width = "100%",
  height = "1em",
  round = false,
}: {
  readonly width?: string;
  readonly height?: string;
  readonly round?: boolean;
}): ReactNode {
  return (
    <span
      aria-hidden="true"
      data-skeleton
      className={classNames(css["skeleton"], round && css["round"])}
      style={{ inlineSize: width, blockSize: height }}
    />
  );
}

/** Holds skeletons, and says that something is loading. */
export function Loading({
  label,
  children,
}: {
  readonly label?: string;
  readonly children?: ReactNode;
}): ReactNode {
  const texts = useUiTexts();
  return (
    <div role="status" className={css["loading"]}>
      <span className="visually-hidden">{label ?? texts.loading}</span>
      {children ?? (
        <>
          <Skeleton width="40%" height="2rem" />
          <Skeleton height="8rem" />
          <Skeleton width="70%" />
        </>
      )}
    </div>
  );
}
