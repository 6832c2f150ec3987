import { type Cue, type Millis, millis } from "@oxbow/media";
import { readTime, writeTime } from "./cue-time.ts";

/** A piece of a new timeline: what is shown in it, in its own time, and by how much that was moved. */
export type CueSpan = {
  /** Added to the cues' times; negative where the beginning was left out. */
  readonly offset: number;
  readonly from: Millis;
  readonly to: Millis;
};

/** Times inside a cue: words that appear one after another (WebVTT §4.2.2). */
const INSIDE = /<((?:\d+:)?\d\d:\d\d\.\d{3})>/g;

/**
 * The cues on a timeline that is made of pieces of the old one: moved, cut at the edges of each piece, left
 * out where no piece shows them. What one cue shows in pieces that follow one another stays one cue.
 * @param spans ascending, without overlap
 */
export function retime(cues: readonly Cue[], ...spans: readonly CueSpan[]): Cue[] {
  const shown = cues.flatMap((cue) => joined(spans.flatMap((span) => within(cue, span))));
  return shown.toSorted((a, b) => a.from - b.from);
}

function within(cue: Cue, { offset, from, to }: CueSpan): Cue[] {
  const begin = Math.max(from, cue.from + offset);
  const end = Math.min(to, cue.to + offset);
  if (end <= begin) return [];
  const text = cue.text.replace(INSIDE, (whole: string, time: string) => {
    const at = readTime(time);
    return at === undefined ? whole : `<${writeTime(Math.max(begin, at + offset))}>`;
  });
  return [{ ...cue, from: millis(begin), to: millis(end), text }];
}

function joined(pieces: readonly Cue[]): Cue[] {
  const joint: Cue[] = [];
  for (const piece of pieces) {
    const before = joint.at(-1);
    if (before?.to === piece.from) joint.splice(-1, 1, { ...before, to: piece.to });
    else joint.push(piece);
  }
  return joint;
}
