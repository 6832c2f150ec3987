import type { View } from "./view.ts";

/** A piece of a recording that is asked for at once, with a name that changes when there is more of it. */
export type Page = View & {
  /** Of the piece, however much of it is there. */
  readonly id: string;
  readonly key: string;
};

/**
 * The pieces of a recording that a stretch touches, each `length` milliseconds of the clock, cut to what
 * is there: what was asked for once is used again wherever the view goes. The end of what grows counts
 * in steps of `grain`.
 */
export function pagesOf(view: View, whole: View, length: number, grain: number): readonly Page[] {
  const first = Math.floor(Math.max(view.from, whole.from) / length);
  const last = Math.floor(Math.min(view.to, whole.to - 1) / length);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => {
    const begins = (first + at) * length;
    const end = begins + length;
    const from = Math.max(begins, whole.from);
    const isCut = whole.to < end;
    const to = isCut ? Math.max(from + 1, Math.floor(whole.to / grain) * grain) : end;
    const id = `${length} ${begins}`;
    return { from, to, id, key: `${id} ${from} ${to}` };
  });
}
