import {
  mediaPlaylist,
  multivariantPlaylist,
  type PlaylistSegment,
  playlistLanguage,
  shownSize,
  type Variant,
} from "@oxbow/hls";
import type { BandwidthMeter } from "./bandwidth-meter.ts";
import type { ServedStretch, TrackKind } from "./entry.ts";
import type { Timeline } from "./timeline.ts";

/** Names of the playlists, beside `/live/{stream}/index.m3u8`. */
export const PLAYLISTS = { video: "video.m3u8", audio: "audio.m3u8" } as const;
export const INDEX = "index.m3u8";
const AUDIO_GROUP = "audio";

/** Where a segment of one track is, relative to the playlists. Unique for ever. */
function segmentPath(broadcast: string, kind: TrackKind, sequence: number): string {
  return `${broadcast}/${kind}/${sequence}.m4s`;
}

/** Where the initialization section of a stretch is. */
function initPath(broadcast: string, kind: TrackKind, stretch: string): string {
  return `${broadcast}/${kind}/${stretch}.mp4`;
}

/** The media playlist of one track; nothing while no entry has such a track. */
export function trackPlaylist(
  timeline: Timeline,
  broadcast: string,
  kind: TrackKind,
  ended: boolean,
): string | undefined {
  if (!timeline.entries.some((entry) => entry.stretch?.track(kind))) return undefined;
  return mediaPlaylist({
    kind: "live",
    targetDuration: timeline.targetDuration,
    mediaSequence: timeline.mediaSequence,
    discontinuitySequence: timeline.discontinuitySequence,
    ended,
    segments: timeline.entries.map((entry): PlaylistSegment => {
      const { sequence, seconds, wall, discontinuity, stretch } = entry;
      const uri = segmentPath(broadcast, kind, sequence);
      const segment = { uri, seconds, wall, discontinuity, gap: !entry.has(kind) };
      if (!stretch?.track(kind)) return segment;
      return { ...segment, map: initPath(broadcast, kind, stretch.id) };
    }),
  });
}

/** Codecs of every stretch that is listed, so that a player knows before it loads (rfc8216bis §4.4.6.2). */
function codecsOf(timeline: Timeline): string[] {
  const codecs = new Set<string>();
  for (const kind of ["video", "audio"] as const) {
    for (const { stretch } of timeline.entries) {
      const track = stretch?.track(kind);
      if (track !== undefined) codecs.add(track.config.codecString);
    }
  }
  return [...codecs];
}

/** The multivariant playlist, by the tracks of the newest stretch. */
export function indexPlaylist(
  timeline: Timeline,
  stretch: ServedStretch,
  bandwidth: BandwidthMeter,
  base: string,
): string {
  const rates = {
    bandwidth: bandwidth.peak,
    averageBandwidth: bandwidth.average,
    codecs: codecsOf(timeline),
  };
  const video = stretch.track("video")?.config;
  const audio = stretch.track("audio");
  const sound = audio?.config;
  if (video?.kind !== "video") {
    return multivariantPlaylist({
      audio: [],
      variants: [{ uri: base + PLAYLISTS.audio, ...rates }],
    });
  }
  const { frameRate } = stretch;
  const variant: Variant = {
    uri: base + PLAYLISTS.video,
    ...rates,
    resolution: shownSize(video),
    ...(frameRate !== undefined && { frameRate }),
  };
  if (audio === undefined || sound?.kind !== "audio") {
    return multivariantPlaylist({ audio: [], variants: [variant] });
  }
  const language = playlistLanguage(audio.language);
  const rendition = {
    group: AUDIO_GROUP,
    name: language ?? "audio",
    uri: base + PLAYLISTS.audio,
    channels: sound.channels,
    default: true,
    ...(language !== undefined && { language }),
  };
  return multivariantPlaylist({
    audio: [rendition],
    variants: [{ ...variant, audio: AUDIO_GROUP }],
  });
}
