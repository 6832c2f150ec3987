import {
  type AudioRendition,
  mediaPlaylist,
  multivariantPlaylist,
  playlistLanguage,
  shownSize,
} from "@oxbow/hls";
import type { Title, TitleTrack } from "./title.ts";

/**
 * In the path of all that is kept for ever: how segments are cut and samples are served. A change of
 * either changes it, so that no cache mixes the old with the new.
 */
export const PACKAGING = "p1";

const AUDIO_GROUP = "audio";

/** Names of the media playlists of a title's tracks: `video`, `audio`, `audio-3`. */
export function playlistName(title: Title, track: TitleTrack): string {
  const { kind } = track.track.config;
  const first = title.tracks.find((other) => other.track.config.kind === kind);
  return first === track ? kind : `${kind}-${track.track.id}`;
}

/** `index.m3u8` of a title. */
export function titlePlaylist(title: Title): string {
  const picture = title.tracks.find(({ track }) => track.config.kind === "video");
  const audio = title.tracks.filter(({ track }) => track.config.kind === "audio");
  if (picture === undefined) return audioTitle(title, audio);
  const { config } = picture.track;
  const rate = bitrateOf([picture, ...audio.slice(0, 1)]);
  const variant = {
    uri: `${playlistName(title, picture)}.m3u8`,
    bandwidth: rate.peak,
    averageBandwidth: rate.average,
    codecs: [picture, ...audio].map(({ track }) => track.config.codecString),
    ...(config.kind === "video" ? { resolution: shownSize(config) } : {}),
    frameRate: frameRate(picture),
    ...(audio.length > 0 ? { audio: AUDIO_GROUP } : {}),
  };
  return multivariantPlaylist({
    variants: [variant],
    audio: audio.map((track, at) => rendition(title, track, at)),
    independent: title.independent,
  });
}

/** Audio alone: the first track is the variant, further ones are renditions of its group. */
function audioTitle(title: Title, audio: readonly TitleTrack[]): string {
  const [first] = audio;
  if (first === undefined) return multivariantPlaylist({ variants: [], audio: [] });
  const rate = bitrateOf([first]);
  const several = audio.length > 1;
  const variant = {
    uri: `${playlistName(title, first)}.m3u8`,
    bandwidth: rate.peak,
    averageBandwidth: rate.average,
    codecs: audio.map(({ track }) => track.config.codecString),
    ...(several ? { audio: AUDIO_GROUP } : {}),
  };
  return multivariantPlaylist({
    variants: [variant],
    audio: several ? audio.map((track, at) => rendition(title, track, at)) : [],
    independent: title.independent,
  });
}

function rendition(title: Title, track: TitleTrack, at: number): AudioRendition {
  const { config, language } = track.track;
  const shown = playlistLanguage(language);
  return {
    group: AUDIO_GROUP,
    name: shown === undefined ? `Audio ${at + 1}` : `${shown} ${at + 1}`,
    uri: `${playlistName(title, track)}.m3u8`,
    ...(shown === undefined ? {} : { language: shown }),
    channels: config.kind === "audio" ? config.channels : 2,
    default: at === 0,
  };
}

/** The playlist of one track. Every segment stands in it, and it never changes. */
export function trackPlaylist(title: Title, track: TitleTrack): string {
  const folder = `${PACKAGING}/${track.track.id}`;
  return mediaPlaylist({
    kind: "vod",
    targetDuration: title.targetDuration,
    mediaSequence: 0,
    discontinuitySequence: 0,
    segments: [...track.seconds].map((seconds, segment) => ({
      uri: `${folder}/${segment}.m4s`,
      seconds,
      map: `${folder}/init.mp4`,
      // A track may end before another: what it lacks is said, and nothing is loaded for it.
      gap: (track.starts[segment + 1] ?? 0) <= (track.starts[segment] ?? 0),
    })),
    ended: true,
    independent: title.independent,
  });
}

/** Bits a second of tracks that play together, container included: of the largest segment, and of all. */
function bitrateOf(tracks: readonly TitleTrack[]): { peak: number; average: number } {
  const [first] = tracks;
  let [peak, bytes, seconds] = [0, 0, 0];
  first?.seconds.forEach((length, segment) => {
    let size = 0;
    for (const track of tracks) size += segmentBytes(track, segment);
    if (length > 0.5) peak = Math.max(peak, (size * 8) / length);
    bytes += size;
    seconds += length;
  });
  const average = seconds > 0 ? (bytes * 8) / seconds : 0;
  return { peak: Math.max(peak, average), average };
}

/** A `moof` has about this many bytes, and this many more for each sample. */
const FRAGMENT_BYTES = 100;
const SAMPLE_BYTES = 16;

function segmentBytes({ samples, starts }: TitleTrack, segment: number): number {
  const from = starts[segment] ?? 0;
  const to = starts[segment + 1] ?? from;
  let bytes = FRAGMENT_BYTES + (to - from) * SAMPLE_BYTES;
  for (let at = from; at < to; at += 1) bytes += samples.sizes[at] ?? 0;
  return bytes;
}

/** Pictures a second as declared, or as they come. */
function frameRate({ track, samples }: TitleTrack): number {
  if (track.config.kind === "video" && track.config.frameRate !== undefined) {
    return track.config.frameRate;
  }
  return samples.rate;
}
