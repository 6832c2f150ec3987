import {
  type AudioRendition,
  type ClosedCaptions,
  multivariantPlaylist,
  type PictureVariant,
  playlistLanguage,
  type SubtitleRendition,
  shownSize,
  type Variant,
} from "@oxbow/hls";
import type { CaptionService } from "@oxbow/media";
import { type AssetSubtitle, servedName } from "../asset.ts";
import { isPacked } from "./packed-audio.ts";
import type { Title, TitleTrack } from "./title.ts";

const SUBTITLES = "subtitles";

/** `index.m3u8` of a title: a variant for each rendition and each codec of sound. */
export function titlePlaylist(title: Title, subtitles: readonly AssetSubtitle[]): string {
  const pictures = title.tracks.filter(({ track }) => track.config.kind === "video");
  const sounds = title.tracks.filter(({ track }) => track.config.kind === "audio");
  const groups = [...Map.groupBy(sounds, ({ track }) => track.config.codec).values()];
  const texts = subtitles.length === 0 ? {} : { subtitles: SUBTITLES };
  const named = nameSounds(sounds);
  const grouped = pictures.length > 0 || sounds.length > 1;
  const variants: Variant[] =
    pictures.length === 0
      ? groups.flatMap((group) => soundVariant(group, grouped, texts))
      : (groups.length === 0 ? [[]] : groups).flatMap((group) =>
          pictures.map((picture) => pictureVariant(picture, group, texts)),
        );
  return multivariantPlaylist({
    variants,
    audio: grouped
      ? groups.flatMap((group) => group.map((track, at) => rendition(track, at, named)))
      : [],
    ...(subtitles.length === 0 ? {} : { subtitles: subtitles.map(subtitleRendition) }),
    pictures: pictures.map(trickVariant),
    ...(title.captions && { closedCaptions: title.captions.map(captionsIn) }),
    independent: title.independent,
  });
}

type Texts = { readonly subtitles?: string };

function pictureVariant(picture: TitleTrack, sounds: readonly TitleTrack[], texts: Texts): Variant {
  const { config } = picture.track;
  const rate = bitrateOf([picture, ...sounds.slice(0, 1)]);
  const [sound] = sounds;
  return {
    uri: `${picture.name}.m3u8`,
    bandwidth: rate.peak,
    averageBandwidth: rate.average,
    codecs: codecsOf([picture, ...sounds]),
    ...(config.kind === "video" ? { resolution: shownSize(config) } : {}),
    frameRate: frameRate(picture),
    ...rangeOf(picture),
    ...(sound === undefined ? {} : { audio: groupOf(sound) }),
    ...texts,
  };
}

/** Sound alone: the first track of a codec is the variant, further ones are renditions of its group. */
function soundVariant(sounds: readonly TitleTrack[], grouped: boolean, texts: Texts): Variant[] {
  const [first] = sounds;
  if (first === undefined) return [];
  const rate = bitrateOf([first]);
  return [
    {
      uri: `${first.name}.m3u8`,
      bandwidth: rate.peak,
      averageBandwidth: rate.average,
      codecs: codecsOf(sounds),
      ...(grouped ? { audio: groupOf(first) } : {}),
      ...texts,
    },
  ];
}

/** Keyframes alone, for trick play (rfc8216bis §4.4.6.3). */
function trickVariant(picture: TitleTrack): PictureVariant {
  const { config } = picture.track;
  const { peak, average } = bitrateOf([picture]);
  return {
    uri: `${picture.name}-iframes.m3u8`,
    bandwidth: peak,
    averageBandwidth: average,
    codecs: [config.codecString],
    ...(config.kind === "video" ? { resolution: shownSize(config) } : {}),
    ...rangeOf(picture),
  };
}

/** By the transfer function of the pictures (ISO/IEC 23091-2 §8.2), where it is one of HDR. */
function rangeOf({ track: { config } }: TitleTrack): Pick<Variant, "videoRange"> {
  const transfer = config.kind === "video" ? config.colour?.transfer : undefined;
  if (transfer === 16) return { videoRange: "PQ" };
  return transfer === 18 ? { videoRange: "HLG" } : {};
}

/**
 * None where one of them is packed MP3: hls.js leaves a sound out that it is told to be MP3, as browsers
 * take that in `audio/mpeg` alone, and finds by itself what it is.
 */
function codecsOf(tracks: readonly TitleTrack[]): string[] {
  return tracks.some(isPacked) ? [] : tracks.map(({ track }) => track.config.codecString);
}

const groupOf = ({ track }: TitleTrack): string => `audio-${track.config.codec}`;

function rendition(
  sound: TitleTrack,
  at: number,
  names: ReadonlyMap<TitleTrack, string>,
): AudioRendition {
  const { config, language } = sound.track;
  const shown = playlistLanguage(language);
  return {
    group: groupOf(sound),
    name: names.get(sound) ?? sound.name,
    uri: `${sound.name}.m3u8`,
    ...(shown === undefined ? {} : { language: shown }),
    channels: config.kind === "audio" ? config.channels : 2,
    default: at === 0,
  };
}

/** For people, each language by its own name; unique in each group, the same over the groups. */
function nameSounds(sounds: readonly TitleTrack[]): ReadonlyMap<TitleTrack, string> {
  const taken = new Set<string>();
  const names = new Map<TitleTrack, string>();
  for (const sound of sounds) {
    const { language } = sound.track;
    const name = languageName(playlistLanguage(language)) ?? "Audio";
    let unique = name;
    for (let next = 2; taken.has(`${groupOf(sound)} ${unique}`); next += 1) {
      unique = `${name} ${next}`;
    }
    taken.add(`${groupOf(sound)} ${unique}`);
    names.set(sound, unique);
  }
  return names;
}

/** `português` for `pt`; undefined for what has no name. */
export function languageName(tag: string | undefined): string | undefined {
  if (tag === undefined) return undefined;
  const name = new Intl.DisplayNames([tag], { type: "language", fallback: "none" }).of(tag);
  return name && `${name.charAt(0).toLocaleUpperCase(tag)}${name.slice(1)}`;
}

/** Captions in the pictures have no name and no language of their own. */
export function captionsIn(service: CaptionService): ClosedCaptions {
  return { service, name: service };
}

function subtitleRendition(subtitle: AssetSubtitle): SubtitleRendition {
  const { label, language, forced } = subtitle;
  return {
    group: SUBTITLES,
    name: label,
    uri: `subtitles/${servedName(subtitle)}.m3u8`,
    ...(language === "und" ? {} : { language }),
    default: subtitle.default,
    forced,
    transcribes: subtitle.kind === "captions",
  };
}

/** Bits a second of tracks that play together, container included: of the largest segment, and of all. */
function bitrateOf(tracks: readonly TitleTrack[]): { peak: number; average: number } {
  const [first] = tracks;
  let [peak, bytes, seconds] = [0, 0, 0];
  first?.seconds.forEach((length, segment) => {
    let size = 0;
    for (const track of tracks) size += track.bytes[segment] ?? 0;
    if (length > 0.5) peak = Math.max(peak, (size * 8) / length);
    bytes += size;
    seconds += length;
  });
  const average = seconds > 0 ? (bytes * 8) / seconds : 0;
  return { peak: Math.max(peak, average), average };
}

/** Pictures a second as declared, or as they come. */
function frameRate({ track, samples }: TitleTrack): number {
  if (track.config.kind === "video" && track.config.frameRate !== undefined) {
    return track.config.frameRate;
  }
  return samples.rate;
}
