import { rescale, type Track } from "@oxbow/media";
import type { PresentedSegment, TrackSpan } from "./presented-segment.ts";

/** So many segments in a row of one length make a cadence … */
const CADENCE_SEGMENTS = 3;
/** … where the longest and the shortest differ by no more than this share of their mean. */
const CADENCE_SPREAD = 0.05;
/** The open segment, and the one after it: a player may ask for the text again a segment later only. */
const EXPECTED_SEGMENTS = 2;

/**
 * The segments that will follow in a run, by the newest ones: none where these are not of one length.
 * Spans end where the next keyframe is expected; sound ends with the unit that begins before that. No
 * bytes are said of them.
 */
export function expectedSegments(
  segments: readonly PresentedSegment[],
  tracks: readonly Track[],
): readonly PresentedSegment[] {
  const length = cadenceOf(segments);
  let last = segments.at(-1);
  if (length === undefined || last === undefined) return [];
  const expected: PresentedSegment[] = [];
  for (let count = 0; count < EXPECTED_SEGMENTS; count += 1) {
    last = after(last, length, tracks);
    expected.push(last);
  }
  return expected;
}

/** Ticks of the lead that each of the newest segments lasts, about. */
function cadenceOf(segments: readonly PresentedSegment[]): number | undefined {
  const newest = segments.slice(-CADENCE_SEGMENTS).map(({ spans }) => spans[0].d);
  if (newest.length < CADENCE_SEGMENTS) return undefined;
  const mean = newest.reduce((sum, d) => sum + d, 0) / newest.length;
  const spread = Math.max(...newest) - Math.min(...newest);
  return spread <= mean * CADENCE_SPREAD ? Math.round(mean) : undefined;
}

function after(
  { number, independent, spans }: PresentedSegment,
  length: number,
  tracks: readonly Track[],
): PresentedSegment {
  const [lead, ...others] = spans;
  const begins = lead.t + lead.d;
  const leadTimescale = tracks.find(({ id }) => id === lead.track)?.timescale ?? 1;
  const follower = ({ track: id, t, d }: TrackSpan): TrackSpan => {
    const track = tracks.find((one) => one.id === id);
    const ends = rescale(begins + length, leadTimescale, track?.timescale ?? 1);
    const unit = track?.config.kind === "audio" ? (track.config.samplesPerFrame ?? 1) : 1;
    const units = Math.ceil((ends - t - d) / unit);
    return { track: id, t: t + d, d: Math.max(1, units) * unit, bytes: 0 };
  };
  return {
    number: number + 1,
    independent,
    spans: [{ track: lead.track, t: begins, d: length, bytes: 0 }, ...others.map(follower)],
  };
}
