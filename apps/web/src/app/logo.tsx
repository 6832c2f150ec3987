import type { ReactNode } from "react";
import css from "./logo.module.css";

/** The bend that a river leaves behind, and what is played in it. */
export function Logo(): ReactNode {
  return (
    <span className={css["logo"]}>
      <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path
          className={css["river"]}
          d="M2.5 20.5h4.7c1.3 0 2-1.5 1.1-2.5a7.6 7.6 0 1 1 7.4 0c-.9 1-.2 2.5 1.1 2.5h4.7"
        />
        <path className={css["play"]} d="M10.3 8.2v6.2l5-3.1-5-3.1Z" />
      </svg>
      <span className={css["word"]}>Oxbow</span>
    </span>
  );
}
