/** One segment of a recording, as its playlist tells it. */
export type RecordedSegment = {
  /** Unix milliseconds at which it begins. */
  readonly wall: number;
  /** Seconds. */
  readonly duration: number;
  readonly url: string;
  /** The initialization section that it needs. */
  readonly init: string;
  /** Nothing is there: media is missing, or no picture decodes alone. */
  readonly gap: boolean;
};

const EXTINF = /^#EXTINF:([\d.]+)/;
const MAP = /^#EXT-X-MAP:.*?URI="([^"]+)"/;
const CLOCK = /^#EXT-X-PROGRAM-DATE-TIME:(.+)$/;
const RATE = /^#EXT-X-STREAM-INF:.*?FRAME-RATE=([\d.]+)/m;

/**
 * Reads a media playlist (RFC 8216 §4.3) of the archive. Where a segment has no date of its own, it
 * begins when the one before ends.
 */
export function readSegments(text: string, base: string): readonly RecordedSegment[] {
  const found: RecordedSegment[] = [];
  let [duration, wall] = [0, 0];
  let [init, gap] = ["", false];
  for (const line of text.split(/\r?\n/)) {
    const clock = CLOCK.exec(line)?.[1];
    if (clock !== undefined) wall = Date.parse(clock);
    duration = Number(EXTINF.exec(line)?.[1] ?? duration);
    const map = MAP.exec(line)?.[1];
    if (map !== undefined) init = new URL(map, base).href;
    if (line === "#EXT-X-GAP") gap = true;
    if (line === "" || line.startsWith("#")) continue;
    found.push({ wall, duration, url: new URL(line, base).href, init, gap });
    wall += duration * 1000;
    gap = false;
  }
  return found;
}

/** Pictures a second, as the list of a recording's playlists says. */
export function readFrameRate(text: string): number | undefined {
  const rate = Number(RATE.exec(text)?.[1]);
  return rate > 0 ? rate : undefined;
}

/** What is known of a recording that grew at its end, and of which retention may have taken the beginning. */
export function grown(
  before: readonly RecordedSegment[],
  more: readonly RecordedSegment[],
  from: number,
): readonly RecordedSegment[] {
  const last = before.at(-1)?.wall ?? -Infinity;
  const news = more.filter(({ wall }) => wall > last + 1);
  return [...before, ...news].filter(({ wall, duration }) => wall + duration * 1000 > from);
}
