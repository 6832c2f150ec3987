import type Hls from "hls.js";
import type { Level, LevelDetails, MediaFragment } from "hls.js";
import type { Figures, Marker } from "./source.ts";

/** `720p`, `1080p60`; the bitrate where the size is not known. */
export function labelOf(level: Level): string {
  const { width, height, frameRate, bitrate } = level;
  // A phone held upright: the shorter side names the quality.
  const lines = Math.min(width, height);
  if (!(lines > 0)) return `${Math.round(bitrate / 1000)} kbit/s`;
  return `${lines}p${frameRate > 31 ? Math.round(frameRate) : ""}`;
}

/** Names of all levels; where several would have one, their bitrates tell them apart. */
export function labelsOf(levels: readonly Level[]): string[] {
  const labels = levels.map(labelOf);
  return labels.map((label, at) => {
    const isShared = labels.some((other, place) => place !== at && other === label);
    return isShared ? `${label} (${Math.round((levels[at]?.bitrate ?? 0) / 1000)} kbit/s)` : label;
  });
}

/** The wall clock in Unix milliseconds at a time, by the fragment that it stands in. */
export function wallClockAt(details: LevelDetails | undefined, time: number): number | undefined {
  const found =
    details?.fragments.find((fragment) => time < fragment.end) ?? details?.fragments.at(-1);
  const date = found?.programDateTime;
  return found === undefined || date === undefined || date === null
    ? undefined
    : date + (time - beginOf(found)) * 1000;
}

/**
 * Where the first picture of a fragment stands. hls.js leaves the first fragment at 0, also where its
 * pictures come later because they are decoded in another order than they are shown.
 */
function beginOf({ start, startPTS }: MediaFragment): number {
  return start === 0 ? (startPTS ?? 0) : start;
}

/** The time at which the wall clock was so; undefined where the playlist does not have it. */
export function timeOfClock(
  details: LevelDetails | undefined,
  wallClock: number,
): number | undefined {
  const found = details?.fragments.findLast(
    ({ programDateTime: date }) => date !== null && date <= wallClock,
  );
  if (found?.programDateTime === undefined || found.programDateTime === null) return undefined;
  const time = beginOf(found) + (wallClock - found.programDateTime) / 1000;
  // Between two fragments nothing was recorded: what comes next is what is meant.
  return Math.min(time, found.end);
}

/**
 * Where the media ends, in seconds: a playlist that is closed may go on with gaps, where none came. Of
 * a segment that was played by its parts, hls.js may know less than what it has loaded.
 */
export function endOfMedia(details: LevelDetails, { buffered }: HTMLMediaElement): number {
  const last = details.fragments.findLast((fragment) => fragment.gap !== true);
  const loaded = buffered.length === 0 ? 0 : buffered.end(buffered.length - 1);
  return Math.max(last?.end ?? details.edge, loaded);
}

/** What EXT-X-DATERANGE names on the timeline. */
export function markersIn(details: LevelDetails | undefined): Marker[] {
  return Object.values(details?.dateRanges ?? {}).flatMap((range) => {
    if (range === undefined || !range.isValid || range.class !== "oxbow.marker") return [];
    const label: unknown = range.attr["X-LABEL"];
    const time = timeOfClock(details, range.startDate.getTime());
    return time === undefined ? [] : [{ time, label: typeof label === "string" ? label : "" }];
  });
}

/** What can be told of a playback by numbers. */
export function figuresOf(hls: Hls, details: LevelDetails | undefined): Figures {
  const level = hls.levels[hls.currentLevel];
  const codecs = [level?.videoCodec, level?.audioCodec].filter((codec) => codec !== undefined);
  const live = details?.live === true;
  return {
    ...(live ? { latency: hls.latency } : {}),
    ...(live && hls.targetLatency !== null ? { wanted: hls.targetLatency } : {}),
    ...(codecs.length > 0 ? { codecs: codecs.join(", ") } : {}),
    ...(level === undefined ? {} : { bitrate: level.bitrate }),
    ...(Number.isFinite(hls.bandwidthEstimate) ? { bandwidth: hls.bandwidthEstimate } : {}),
    ...(details !== undefined && details.partTarget > 0 ? { partTarget: details.partTarget } : {}),
  };
}
