import type { Frame } from "@oxbow/media";
import type { CutRule, CutState, SegmentStart } from "./cut-rule.ts";
import type { Boundary, SourceBoundaries } from "./source-boundaries.ts";

// A picture that lasts longer than this says nothing about how exact its time is.
export const LONGEST_PICTURE_MS = 200;

/**
 * A follower's rule: its segments begin where those of the source do. A picture belongs to the segment
 * in which the greater part of it is shown, so that those of another frame rate find their place too.
 */
export class BoundaryCuts implements CutRule {
  readonly #boundaries: SourceBoundaries;
  readonly #first: Boundary;

  /** `first`: where the stretch begins; it ends with the source's. */
  constructor(boundaries: SourceBoundaries, first: Boundary) {
    this.#boundaries = boundaries;
    this.#first = first;
  }

  /** By its own time alone; of a keyframe, which was asked for there, also by half of a picture. */
  beforeNewest(frame: Frame, state: CutState): SegmentStart | undefined {
    const next = this.#after(state);
    if (next === undefined) return undefined;
    const delay = frame.key ? frame.cto : state.delay;
    const slack = frame.key ? slackOf(state) : 0;
    return frame.dts + delay + slack >= next.shown
      ? { shown: next.shown, dts: next.shown - delay }
      : undefined;
  }

  /** By then the source has surely decided where the segment begins. */
  beforeSettled(frame: Frame, duration: number, state: CutState): SegmentStart | undefined {
    const next = this.#after(state);
    if (next === undefined) return undefined;
    const delay = frame.key ? frame.cto : state.delay;
    const half = Math.min(duration, longestTicks(state)) / 2;
    return frame.dts + delay + half > next.shown
      ? { shown: next.shown, dts: next.shown - delay }
      : undefined;
  }

  withoutLead(shown: number, _ended: boolean, state: CutState): SegmentStart | undefined {
    const next = this.#after(state);
    if (next === undefined || shown < next.shown) return undefined;
    return { shown: next.shown, dts: next.shown - state.delay };
  }

  /** Whether the open segment has come to its end: there is nothing of the source that it lacks. */
  isWhole(state: CutState, reach: number): boolean {
    const next = this.#after(state);
    if (next === undefined) return this.#boundaries.isOver(this.#first.source);
    return reach >= next.shown - slackOf(state);
  }

  #after({ open }: CutState): Boundary | undefined {
    const next = this.#boundaries.of(open.number + 1);
    return next?.source === this.#first.source ? next : undefined;
  }
}

/** How far from a boundary a keyframe may be that is meant to be there: half of a picture, in ticks. */
export function slackOf({ lead }: Pick<CutState, "lead">): number {
  return lead.lastDuration(LONGEST_PICTURE_MS) / 2;
}

function longestTicks({ lead }: CutState): number {
  return (LONGEST_PICTURE_MS * lead.track.timescale) / 1000;
}
