import {
  mediaPlaylist,
  multivariantPlaylist,
  type PlaylistSegment,
  playlistLanguage,
  shownSize,
} from "@oxbow/hls";
import { AUDIO_TRACK, type Millis, type Track, VIDEO_TRACK } from "@oxbow/media";
import type { DvrSegment, DvrTimeline } from "./dvr-timeline.ts";

export const PLAYLISTS = { video: "video.m3u8", audio: "audio.m3u8" } as const;
export type PlaylistKind = keyof typeof PLAYLISTS;
const TRACK: Readonly<Record<PlaylistKind, number>> = { video: VIDEO_TRACK, audio: AUDIO_TRACK };
const AUDIO_GROUP = "audio";

/** How a range is played: whether more comes, and whether more ever came. */
export type DvrRun = {
  readonly from: Millis;
  readonly kind: "event" | "vod";
  readonly ended: boolean;
  /** Whole seconds. */
  readonly targetDuration: number;
};

/** Media playlist of one track; undefined where no file of the range has it. */
export function trackPlaylist(
  { segments, tracks }: DvrTimeline,
  kind: PlaylistKind,
  run: DvrRun,
): string | undefined {
  const track = TRACK[kind];
  const [first] = segments;
  if (first === undefined || !tracks.some(({ id }) => id === track)) return undefined;
  const offset = (run.from - first.wall) / 1000;
  return mediaPlaylist({
    kind: run.kind,
    targetDuration: run.targetDuration,
    mediaSequence: 0,
    discontinuitySequence: 0,
    ended: run.ended,
    // Of a playlist that grows nobody knows, and what it says of all its segments must not change.
    ...(run.kind === "vod" && segments.every(({ independent }) => independent)
      ? { independent: true }
      : {}),
    ...(offset > 0 && { start: { offset, precise: true } }),
    segments: segments.map((segment) => entry(segment, track)),
  });
}

function entry(segment: DvrSegment, track: number): PlaylistSegment {
  const { stretch, number, seconds, wall, discontinuity, tracks } = segment;
  const path = `${stretch}/${track}`;
  const listed = { uri: `${path}/${number}.m4s`, seconds, wall, discontinuity };
  return tracks.includes(track) ? { ...listed, map: `${path}/init.mp4` } : { ...listed, gap: true };
}

/** Multivariant playlist; `query` is carried on to the media playlists. */
export function rangePlaylist({ segments, tracks }: DvrTimeline, query: string): string {
  const video = tracks.find(({ id }) => id === VIDEO_TRACK);
  const audio = tracks.find(({ id }) => id === AUDIO_TRACK);
  const rates = {
    ...bandwidths(segments),
    codecs: [...new Set(tracks.map(({ config }) => config.codecString))],
  };
  if (video?.config.kind !== "video") {
    return multivariantPlaylist({
      audio: [],
      variants: [{ uri: PLAYLISTS.audio + query, ...rates }],
    });
  }
  const frameRate = video.config.frameRate ?? measuredRate(segments, video);
  const variant = {
    uri: PLAYLISTS.video + query,
    ...rates,
    resolution: shownSize(video.config),
    ...(frameRate !== undefined && { frameRate }),
  };
  if (audio?.config.kind !== "audio") {
    return multivariantPlaylist({ audio: [], variants: [variant] });
  }
  const language = playlistLanguage(audio.language);
  const rendition = {
    group: AUDIO_GROUP,
    name: language ?? "audio",
    uri: PLAYLISTS.audio + query,
    channels: audio.config.channels,
    default: true,
    ...(language !== undefined && { language }),
  };
  return multivariantPlaylist({
    audio: [rendition],
    variants: [{ ...variant, audio: AUDIO_GROUP }],
  });
}

function bandwidths(segments: readonly DvrSegment[]): {
  bandwidth: number;
  averageBandwidth: number;
} {
  let [bytes, seconds, peak] = [0, 0, 0];
  for (const segment of segments) {
    bytes += segment.bytes;
    seconds += segment.seconds;
    // A rest of a segment after a cut says nothing about the rate.
    if (segment.seconds >= 0.5) peak = Math.max(peak, (segment.bytes * 8) / segment.seconds);
  }
  const average = seconds > 0 ? (bytes * 8) / seconds : 0;
  return { bandwidth: Math.max(peak, average), averageBandwidth: average };
}

/** Pictures a second of the first whole segments. */
function measuredRate(segments: readonly DvrSegment[], video: Track): number | undefined {
  const shown = segments.filter(({ tracks }) => tracks.includes(video.id)).slice(0, 10);
  const seconds = shown.reduce((sum, segment) => sum + segment.seconds, 0);
  const samples = shown.reduce((sum, segment) => sum + segment.samples, 0);
  return seconds > 0 ? samples / seconds : undefined;
}
