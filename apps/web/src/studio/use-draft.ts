import { useState } from "react";

/** What is typed over something that is kept, until it is kept too. */
export type Draft<T> = {
  /** As it would be kept. */
  readonly value: T;
  /** What differs from what is kept. */
  readonly changed: Partial<T>;
  readonly isChanged: boolean;
  readonly set: (change: Partial<T>) => void;
  /** Forgets what was kept meanwhile, but for what was typed since. */
  readonly keep: (sent: Partial<T>) => void;
};

/**
 * Fields over `kept`, which may change at any time, by another tab for example: those that nobody has
 * touched follow it, and only the others are to be sent, so that two tabs do not undo each other.
 */
export function useDraft<T extends Readonly<Record<string, unknown>>>(
  kept: T,
  /** What was typed elsewhere before. */
  typed: Partial<T> = {},
): Draft<T> {
  const [touched, setTouched] = useState(typed);
  const changed = without(touched, kept);
  return {
    value: { ...kept, ...touched },
    changed,
    isChanged: Object.keys(changed).length > 0,
    set: (change) => setTouched((before) => without({ ...before, ...change }, kept)),
    keep: (sent) => setTouched((before) => without(before, sent)),
  };
}

/** The fields that are not the same in `other`. */
function without<T extends Readonly<Record<string, unknown>>>(
  fields: Partial<T>,
  other: Partial<T>,
): Partial<T> {
  const kept = Object.entries(fields).filter(([name, value]) => other[name] !== value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some of the fields that it was given
  return Object.fromEntries(kept) as Partial<T>;
}
