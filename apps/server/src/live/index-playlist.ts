import { multivariantPlaylist, playlistLanguage, shownSize, type Variant } from "@oxbow/hls";
import type { BandwidthMeter } from "./bandwidth-meter.ts";
import { PLAYLISTS } from "./paths.ts";
import { KINDS, type ServedStretch } from "./served-stretch.ts";

const AUDIO_GROUP = "audio";

/** Codecs of every stretch that is listed, so that a player knows before it loads (rfc8216bis §4.4.6.2). */
function codecsOf(stretches: Iterable<ServedStretch>): string[] {
  const codecs = new Set<string>();
  for (const kind of KINDS) {
    for (const stretch of stretches) {
      const track = stretch.track(kind);
      if (track !== undefined) codecs.add(track.config.codecString);
    }
  }
  return [...codecs];
}

/**
 * The multivariant playlist, by the tracks of the newest stretch; `query` is carried on to the media
 * playlists.
 */
export function indexPlaylist(
  stretches: Iterable<ServedStretch>,
  stretch: ServedStretch,
  bandwidth: BandwidthMeter,
  query: string,
): string {
  const rates = {
    bandwidth: bandwidth.peak,
    averageBandwidth: bandwidth.average,
    codecs: codecsOf(stretches),
  };
  const video = stretch.track("video")?.config;
  const audio = stretch.track("audio");
  const sound = audio?.config;
  if (video?.kind !== "video") {
    return multivariantPlaylist({
      audio: [],
      variants: [{ uri: PLAYLISTS.audio + query, ...rates }],
    });
  }
  const { frameRate } = stretch;
  const variant: Variant = {
    uri: PLAYLISTS.video + query,
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
    uri: PLAYLISTS.audio + query,
    channels: sound.channels,
    default: true,
    ...(language !== undefined && { language }),
  };
  return multivariantPlaylist({
    audio: [rendition],
    variants: [{ ...variant, audio: AUDIO_GROUP }],
  });
}
