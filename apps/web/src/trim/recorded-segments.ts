/** One segment of a recording, as its playlist tells it. */
export type RecordedSegment = {
  /** Unix milliseconds at which it begins. */
  readonly wall: number;
  /** Seconds. */
  readonly duration: number;
  /** Seconds on the timeline that players show, which leaves out what is missing. */
  readonly position: number;
  readonly url: string;
  /** The initialization section that it needs. */
  readonly init: string;
  /** Nothing is there: media is missing, or no picture decodes alone. */
  readonly gap: boolean;
};

const EXTINF = /^#EXTINF:([\d.]+)/;
const MAP = /^#EXT-X-MAP:.*?URI="([^"]+)"/;
const CLOCK = /^#EXT-X-PROGRAM-DATE-TIME:(.+)$/;

/**
 * Reads a media playlist (RFC 8216 §4.3) of the archive. Where a segment has no date of its own, it
 * begins when the one before ends.
 */
export function readSegments(text: string, base: string): readonly RecordedSegment[] {
  const found: RecordedSegment[] = [];
  let [duration, position, wall] = [0, 0, 0];
  let [init, gap] = ["", false];
  for (const line of text.split(/\r?\n/)) {
    const clock = CLOCK.exec(line)?.[1];
    if (clock !== undefined) wall = Date.parse(clock);
    duration = Number(EXTINF.exec(line)?.[1] ?? duration);
    const map = MAP.exec(line)?.[1];
    if (map !== undefined) init = new URL(map, base).href;
    if (line === "#EXT-X-GAP") gap = true;
    if (line === "" || line.startsWith("#")) continue;
    const url = new URL(line, base).href;
    found.push({ wall, duration, position, url, init, gap });
    position += duration;
    wall += duration * 1000;
    gap = false;
  }
  return found;
}

/** The last segment that begins at or before a value of one of its members; the first, where none does. */
function lastBefore(
  segments: readonly RecordedSegment[],
  by: "wall" | "position",
  value: number,
): RecordedSegment | undefined {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments[middle]?.[by] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return segments[Math.max(0, low - 1)];
}

/** Where a moment is on the player's timeline, in seconds; one in a hole is where media goes on. */
export function positionOf(segments: readonly RecordedSegment[], wall: number): number {
  const segment = lastBefore(segments, "wall", wall);
  if (segment === undefined) return 0;
  const within = Math.max(0, (wall - segment.wall) / 1000);
  return segment.position + Math.min(within, segment.duration);
}

/** The moment at a position of the player, Unix milliseconds. */
export function wallOf(segments: readonly RecordedSegment[], position: number): number {
  const segment = lastBefore(segments, "position", position);
  if (segment === undefined) return 0;
  return segment.wall + Math.max(0, position - segment.position) * 1000;
}

/** Seconds of media in `[from, to)`: what a file of it lasts. */
export function lengthOf(segments: readonly RecordedSegment[], from: number, to: number): number {
  return Math.max(0, positionOf(segments, to) - positionOf(segments, from));
}

/** Moments at which a copy can be cut without anything encoded: where pictures decode alone. */
export const keyframesOf = (pictures: readonly RecordedSegment[]): readonly number[] =>
  pictures.filter(({ gap }) => !gap).map(({ wall }) => wall);

/** Of moments in ascending order the one that is nearest. */
export function nearest(moments: readonly number[], wall: number): number | undefined {
  let best: number | undefined;
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((moments[middle] ?? Infinity) <= wall) low = middle + 1;
    else high = middle;
  }
  for (const moment of [moments[low - 1], moments[low]]) {
    if (moment === undefined) continue;
    if (best === undefined || Math.abs(moment - wall) < Math.abs(best - wall)) best = moment;
  }
  return best;
}
