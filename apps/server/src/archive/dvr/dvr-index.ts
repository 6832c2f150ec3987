import { multivariantPlaylist, playlistLanguage, shownSize, type Variant } from "@oxbow/hls";
import { AUDIO_TRACK, type Track, VIDEO_TRACK } from "@oxbow/media";
import { normalised, type RenditionFiles } from "../rendition-files.ts";
import type { Rates } from "../segment-table.ts";
import { NORMALISED, PLAYLISTS, renditionPlaylist } from "./dvr-playlist.ts";
import type { Listed } from "./listed.ts";
import type { ListedRun } from "./playlist-runs.ts";

/** The source's own sound, and the one that was made of it for players that can't take that. */
const AUDIO_GROUP = "audio";
const NORMALISED_GROUP = "aac";

/**
 * Multivariant playlist of a range and of what was made of it; `query` is carried on to the media
 * playlists.
 */
export function rangePlaylist(
  { runs, tracks }: Listed,
  renditions: readonly RenditionFiles[],
  query: string,
): Uint8Array[] {
  const video = tracks.find(({ id }) => id === VIDEO_TRACK);
  const audio = tracks.find(({ id }) => id === AUDIO_TRACK);
  const rates = {
    ...bandwidths(runs),
    codecs: [...new Set(tracks.map(({ config }) => config.codecString))],
  };
  if (video?.config.kind !== "video") {
    const variants = [{ uri: PLAYLISTS.audio + query, ...rates }];
    return [Buffer.from(multivariantPlaylist({ audio: [], variants }))];
  }
  const frameRate = video.config.frameRate ?? measuredRate(runs);
  const resolution = shownSize(video.config);
  const variant: Variant = {
    uri: PLAYLISTS.video + query,
    ...rates,
    resolution,
    ...(frameRate !== undefined && { frameRate }),
    ...(audio && { audio: AUDIO_GROUP }),
  };
  const pictures = {
    uri: PLAYLISTS.pictures + query,
    ...bandwidths(runs, picturesOf),
    codecs: codecsOf(tracks, VIDEO_TRACK),
    resolution,
  };
  const sound = soundOf(normalised(tracks, renditions), audio);
  const variants = renditions.flatMap((each) => renditionVariant(each, sound, query));
  const playlist = {
    audio: [
      ...(audio === undefined ? [] : [rendition(audio, AUDIO_GROUP, PLAYLISTS.audio + query)]),
      ...(sound?.group === NORMALISED_GROUP
        ? [rendition(sound.track, NORMALISED_GROUP, NORMALISED + query)]
        : []),
    ],
    variants: [variant, ...variants],
    pictures: [pictures],
  };
  return [Buffer.from(multivariantPlaylist(playlist))];
}

type Sound = { readonly group: string; readonly track: Track };

/** What is heard with the renditions. */
function soundOf(own: RenditionFiles | undefined, audio: Track | undefined): Sound | undefined {
  const track = own?.tracks.find(({ id }) => id === AUDIO_TRACK);
  if (track !== undefined) return { group: NORMALISED_GROUP, track };
  return audio && { group: AUDIO_GROUP, track: audio };
}

/** Its files hold the sound as well, so that their bytes are those of the variant. */
function renditionVariant(
  files: RenditionFiles,
  sound: Sound | undefined,
  query: string,
): Variant[] {
  const runs = files.files.map(({ row, table }) => ({ table, first: 0, end: row.segments }));
  const { tracks } = files;
  const config = tracks.find(({ id }) => id === VIDEO_TRACK)?.config;
  if (config?.kind !== "video") return [];
  const frameRate = config.frameRate ?? measuredRate(runs);
  const heard = sound === undefined ? [] : [sound.track.config.codecString];
  return [
    {
      uri: renditionPlaylist(files.name) + query,
      ...bandwidths(runs),
      codecs: [...new Set([...codecsOf(tracks, VIDEO_TRACK), ...heard])],
      resolution: shownSize(config),
      ...(frameRate !== undefined && { frameRate }),
      ...(sound && { audio: sound.group }),
    },
  ];
}

function rendition(audio: Track, group: string, uri: string) {
  const language = playlistLanguage(audio.language);
  return {
    group,
    name: language ?? "audio",
    uri,
    channels: audio.config.kind === "audio" ? audio.config.channels : 0,
    default: true,
    ...(language !== undefined && { language }),
  };
}

function codecsOf(tracks: readonly Track[], track: number): string[] {
  const own = tracks.filter(({ id }) => id === track);
  return [...new Set(own.map(({ config }) => config.codecString))];
}

/** Segments of one file. */
type TableRun = Pick<ListedRun, "table" | "first" | "end">;

/** Bits a second of all segments, or of what `of` takes of their rates: bytes, and the most of any segment. */
function bandwidths(runs: readonly TableRun[], of = wholeOf) {
  let [bytes, seconds, peak] = [0, 0, 0];
  for (const { table } of runs) {
    const [some, most] = of(table.rates);
    bytes += some;
    seconds += table.rates.seconds;
    peak = Math.max(peak, most);
  }
  const average = seconds > 0 ? (bytes * 8) / seconds : 0;
  return { bandwidth: Math.max(peak, average), averageBandwidth: average };
}

type Share = readonly [bytes: number, peak: number];
const wholeOf = ({ bytes, peak }: Rates): Share => [bytes, peak];
const picturesOf = ({ pictures, picturePeak }: Rates): Share => [pictures, picturePeak];

/** Pictures a second of the first whole segments. */
function measuredRate(runs: readonly TableRun[]): number | undefined {
  let [seconds, samples, count] = [0, 0, 0];
  for (const { table, first, end } of runs) {
    for (let row = first; row < end && count < 10; row += 1) {
      if (!table.hasTrack(row, VIDEO_TRACK)) continue;
      const segment = table.segment(row);
      seconds += segment.seconds;
      samples += segment.samples;
      count += 1;
    }
  }
  return seconds > 0 ? samples / seconds : undefined;
}
