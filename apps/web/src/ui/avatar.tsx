import type { ReactNode } from "react";
import css from "./avatar.module.css";
import { classNames } from "./class-names.ts";

const first = (word: string | undefined): string =>
  word === undefined ? "" : String.fromCodePoint(word.codePointAt(0) ?? 32).trim();

/** The first letters of the first and last word of a name. */
function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  return `${first(words[0])}${words.length > 1 ? first(words.at(-1)) : ""}`.toLocaleUpperCase();
}

/** One of the hues, always the same for the same name. */
function hueOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360;
  return sum;
}

/** A person or channel by its initials. It says nothing: the name stands beside it. */
export function Avatar({
  name,
  size = "m",
}: {
  readonly name: string;
  readonly size?: "s" | "m" | "l";
}): ReactNode {
  return (
    <span
      aria-hidden="true"
      className={classNames(css["avatar"], css[size])}
      style={{ "--hue": String(hueOf(name)) }}
    >
      {initialsOf(name)}
    </span>
  );
}
