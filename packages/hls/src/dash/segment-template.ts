import { element } from "./xml.ts";

/** One segment on the timeline of its track, in ticks. */
export type TimelineSegment = {
  /** Earliest presentation time. */
  readonly t: number;
  readonly d: number;
};

/** How the segments of a track are addressed and when they are shown (ISO/IEC 23009-1 §5.3.9). */
export type SegmentTemplate = {
  /** Ticks a second. */
  readonly timescale: number;
  /** Tick that is shown where the period begins. */
  readonly presentationTimeOffset: number;
  /** Relative to the MPD; `$RepresentationID$` and, in `media`, `$Number$` are filled in by the player. */
  readonly initialization?: string;
  readonly media: string;
  readonly startNumber: number;
  /** Seconds that a segment can be asked for before its end, where it is sent while it grows. */
  readonly availabilityTimeOffset?: number;
  /** Numbered without a hole; or all of one length, in ticks, from the period's beginning on. */
  readonly timeline: readonly TimelineSegment[] | { readonly duration: number };
};

/** A literal part of a template: `$` begins an identifier (§5.3.9.4.4), and what no URL can hold is encoded. */
export function templatePath(path: string): string {
  return encodeURI(path.toWellFormed()).replaceAll("$", "$$$$");
}

export function segmentTemplate(template: SegmentTemplate): string {
  const { timeline, availabilityTimeOffset } = template;
  const evenly = "duration" in timeline;
  return element(
    "SegmentTemplate",
    {
      timescale: template.timescale,
      presentationTimeOffset: template.presentationTimeOffset,
      duration: evenly ? timeline.duration : undefined,
      startNumber: template.startNumber,
      initialization: template.initialization,
      media: template.media,
      availabilityTimeOffset,
      availabilityTimeComplete: availabilityTimeOffset === undefined ? undefined : false,
    },
    evenly ? "" : element("SegmentTimeline", {}, timelineEntries(timeline)),
  );
}

/**
 * The S elements (§5.3.9.6): `@t` where a run begins that does not follow from the one before, `@r` for
 * how many more of the same length follow.
 */
function timelineEntries(timeline: readonly TimelineSegment[]): string {
  let text = "";
  let next: number | undefined;
  for (let at = 0; at < timeline.length; ) {
    const first = timeline[at];
    if (first === undefined) break;
    let repeats = 0;
    let end = first.t + first.d;
    for (at += 1; at < timeline.length; at += 1) {
      const follower = timeline[at];
      if (follower?.t !== end || follower.d !== first.d) break;
      end += first.d;
      repeats += 1;
    }
    // Written by hand: the lists of long recordings have ten thousands of them.
    const begins = first.t === next ? "" : ` t="${first.t}"`;
    text += `<S${begins} d="${first.d}"${repeats > 0 ? ` r="${repeats}"` : ""}/>`;
    next = end;
  }
  return text;
}
