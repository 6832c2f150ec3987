import type { Frame } from "@oxbow/media";
import type { CutRule, CutState, SegmentStart } from "./cut-rule.ts";
import type { Lane } from "./lane.ts";

// A keyframe may begin a segment this share before the wanted length is reached.
const EARLY = 0.9;

/** What bounds segments that are cut at keyframes. */
export type SegmentLimits = {
  /** Wanted length. */
  readonly segmentMs: number;
  /** Bytes that a segment may have while it is open. */
  readonly openBytes: number;
  /** Longest duration of the segment that is open now. */
  readonly longestMs: () => number;
};

/** The source's rule: at the first keyframe from the wanted length on, or before what is too much. */
export class KeyframeCuts implements CutRule {
  readonly #limits: SegmentLimits;

  constructor(limits: SegmentLimits) {
    this.#limits = limits;
  }

  beforeNewest(frame: Frame, { lead, open }: CutState): SegmentStart | undefined {
    if (!frame.key || open.bytes === 0 || open.start === undefined) return undefined;
    const elapsed = frame.dts - open.start.dts;
    const { segmentMs } = this.#limits;
    const wanted = ticks(lead, segmentMs);
    let due: boolean;
    // A segment that a decoder can't start with ends at the first chance.
    if (open.independent === false) due = elapsed > 0;
    else if (lead.track.config.kind === "video") due = elapsed >= wanted * EARLY;
    else due = elapsed + lead.lastDuration(segmentMs) / 2 >= wanted;
    return due ? { shown: frame.dts + frame.cto, dts: frame.dts } : undefined;
  }

  beforeSettled(
    frame: Frame,
    duration: number,
    { lead, open, delay }: CutState,
  ): SegmentStart | undefined {
    const begun = open.start?.dts ?? frame.dts;
    if (open.bytes === 0 || frame.dts <= begun) return undefined;
    const { longestMs, openBytes } = this.#limits;
    const late = frame.dts + duration - begun > ticks(lead, longestMs());
    if (!late && open.bytes + frame.data.length <= openBytes) return undefined;
    return { dts: frame.dts, shown: frame.dts + (frame.key ? frame.cto : delay) };
  }

  withoutLead(
    at: number,
    ended: boolean,
    { lead, open, delay }: CutState,
  ): SegmentStart | undefined {
    if (ended || open.bytes === 0 || open.start === undefined) return undefined;
    const shown = Math.floor(at);
    const elapsed = shown - open.start.shown;
    const { segmentMs, openBytes } = this.#limits;
    const due = elapsed >= ticks(lead, segmentMs);
    if (!due && (open.bytes <= openBytes || elapsed <= 0)) return undefined;
    return { shown, dts: shown - delay };
  }
}

function ticks({ track }: Lane, ms: number): number {
  return (ms * track.timescale) / 1000;
}
