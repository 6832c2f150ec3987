import type { PresentedSegment, TrackSpan } from "@oxbow/hls";
import { VIDEO_TRACK } from "@oxbow/media";
import type { Segment } from "../packager/index.ts";

type SegmentTrack = Segment["tracks"][number];

/** The pictures where there are some, as everywhere. */
function leadOf({ tracks }: Segment): SegmentTrack | undefined {
  return tracks.find(({ track }) => track === VIDEO_TRACK) ?? tracks[0];
}

/**
 * Presentation less decode time, in ticks, of the picture that is shown first: the delay of reordering,
 * by the first segment of a stretch.
 */
export function delayOf(segment: Segment): number {
  const samples = leadOf(segment)?.chunks[0]?.samples;
  if (samples?.ctos === undefined) return 0;
  const { ctos, durations } = samples;
  let least = Number.POSITIVE_INFINITY;
  let decoded = 0;
  ctos.forEach((cto, at) => {
    least = Math.min(least, decoded + cto);
    decoded += typeof durations === "number" ? durations : (durations[at] ?? 0);
  });
  return Number.isFinite(least) ? least : 0;
}

/**
 * Where the segment's media lies on the timeline. Decode times have no holes, so the pictures' beginnings
 * are counted by them and the delay of the first: the sums are exact, whatever is reordered inside.
 */
export function spansOf(segment: Segment, delay: number): PresentedSegment["spans"] | undefined {
  const lead = leadOf(segment);
  const span = (of: SegmentTrack): TrackSpan => ({
    track: of.track,
    t: Math.max(0, of.dts + (of.track === VIDEO_TRACK ? delay : 0)),
    d: Math.max(1, of.duration),
    bytes: of.bytes,
  });
  if (lead === undefined) return undefined;
  return [span(lead), ...segment.tracks.filter((one) => one !== lead).map(span)];
}
