import type { AdaptationSet } from "./adaptation-set.ts";
import type { Period } from "./mpd.ts";
import type { SegmentTemplate, TimelineSegment } from "./segment-template.ts";

/**
 * A period to which nothing will be added, with the last segment of each track said to last until the
 * period ends. The tracks of an encoder that stops end at different times, and a player that was shown a
 * track's last segment before it knew the end waits for the rest of it: shaka-player forever.
 */
export function evenEnd(period: Period): Period {
  const lead = period.sets[0]?.template;
  const last = lead && lastOf(lead);
  const ends = period.duration ?? (lead && last && endOf(lead, last));
  if (ends === undefined) return period;
  return { ...period, sets: period.sets.map((set) => evenSet(set, ends)) };
}

function evenSet(set: AdaptationSet, ends: number): AdaptationSet {
  const representations = set.representations.map((one) =>
    one.template === undefined ? one : { ...one, template: lasting(one.template, ends) },
  );
  return { ...set, template: lasting(set.template, ends), representations };
}

/** Seconds after the period's beginning at which a track's last segment ends. */
const endOf = (
  { timescale, presentationTimeOffset }: SegmentTemplate,
  last: TimelineSegment,
): number => (last.t + last.d - presentationTimeOffset) / timescale;

function lasting(template: SegmentTemplate, ends: number): SegmentTemplate {
  const { timeline, timescale, presentationTimeOffset } = template;
  const last = lastOf(template);
  if ("duration" in timeline || last === undefined || endOf(template, last) >= ends)
    return template;
  const d = Math.ceil(ends * timescale) + presentationTimeOffset - last.t;
  return { ...template, timeline: [...timeline.slice(0, -1), { ...last, d }] };
}

/** Undefined where lengths are not told one by one. */
const lastOf = ({ timeline }: SegmentTemplate): TimelineSegment | undefined =>
  "duration" in timeline ? undefined : timeline.at(-1);
