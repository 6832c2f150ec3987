import {
  type AudioRendition,
  type ClosedCaptions,
  multivariantPlaylist,
  playlistLanguage,
  shownSize,
  type Variant,
} from "@oxbow/hls";
import type { Track } from "@oxbow/media";
import type { BandwidthMeter } from "./bandwidth-meter.ts";
import type { OfferedRendition } from "./ladder.ts";
import { PLAYLISTS, SOUND_PLAYLIST } from "./paths.ts";
import { KINDS, type ServedStretch, type TrackKind } from "./served-stretch.ts";

const AUDIO_GROUP = "audio";
/** Of the sound that was made for the renditions. */
const MADE_GROUP = "aac";
/** What sound takes, in bits a second, as long as nothing of a rendition is measured. */
export const SOUND_ALLOWANCE = 160_000;

/** What an index lists. */
export type IndexContent = {
  /** The source's listed stretches, and the newest. */
  readonly stretches: Iterable<ServedStretch>;
  readonly stretch: ServedStretch;
  readonly bandwidth: BandwidthMeter;
  /** The best first. */
  readonly renditions: readonly OfferedRendition[];
  /** Captions in the pictures; undefined while nobody knows. */
  readonly captions: readonly ClosedCaptions[] | undefined;
  /** Carried on to the media playlists. */
  readonly query: string;
};

/** Codecs of every stretch that is listed, so that a player knows before it loads (rfc8216bis §4.4.6.2). */
function codecsOf(
  stretches: Iterable<ServedStretch>,
  kinds: readonly TrackKind[] = KINDS,
): string[] {
  const codecs = new Set<string>();
  for (const kind of kinds) {
    for (const stretch of stretches) {
      const track = stretch.track(kind);
      if (track !== undefined) codecs.add(track.config.codecString);
    }
  }
  return [...codecs];
}

/** The multivariant playlist, by the tracks of the newest stretch: the source first. */
export function indexPlaylist(content: IndexContent): string {
  const { stretches, stretch, bandwidth, query, renditions, captions } = content;
  const rates = {
    bandwidth: bandwidth.peak,
    averageBandwidth: bandwidth.average,
    codecs: codecsOf(stretches),
  };
  const source = pictures(stretch, PLAYLISTS.video + query);
  if (source === undefined) {
    return multivariantPlaylist({
      audio: [],
      variants: [{ uri: PLAYLISTS.audio + query, ...rates }],
    });
  }
  const sound = soundOf(stretch.track("audio"), AUDIO_GROUP, PLAYLISTS.audio + query);
  const made = renditions.find(({ ownSound }) => ownSound)?.stretch.track("audio");
  const madeSound = soundOf(made, MADE_GROUP, SOUND_PLAYLIST + query);
  const group = sound && { audio: AUDIO_GROUP };
  const variants: Variant[] = [{ ...source, ...rates, ...group }];
  for (const offered of renditions) {
    const variant = renditionVariant(offered, stretches, query);
    const own = offered.ownSound && madeSound ? { audio: MADE_GROUP } : group;
    if (variant !== undefined) variants.push({ ...variant, ...own });
  }
  return multivariantPlaylist({
    audio: [...(sound ? [sound] : []), ...(madeSound ? [madeSound] : [])],
    variants,
    ...(captions && { closedCaptions: captions }),
  });
}

function renditionVariant(
  { rendition, stretch, ownSound }: OfferedRendition,
  source: Iterable<ServedStretch>,
  query: string,
): Variant | undefined {
  const shown = pictures(stretch, rendition.video.playlist + query);
  if (shown === undefined) return undefined;
  const measured = rendition.bandwidth;
  const expected = rendition.bitrate + SOUND_ALLOWANCE;
  const own = rendition.listedStretches();
  return {
    ...shown,
    bandwidth: measured?.peak ?? expected,
    averageBandwidth: measured?.average ?? expected,
    codecs: [...codecsOf(own, ["video"]), ...codecsOf(ownSound ? own : source, ["audio"])],
  };
}

function pictures(
  stretch: ServedStretch,
  uri: string,
): Pick<Variant, "uri" | "resolution" | "frameRate"> | undefined {
  const config = stretch.track("video")?.config;
  const { frameRate } = stretch;
  if (config?.kind !== "video") return undefined;
  return { uri, resolution: shownSize(config), ...(frameRate !== undefined && { frameRate }) };
}

function soundOf(track: Track | undefined, group: string, uri: string): AudioRendition | undefined {
  if (track?.config.kind !== "audio") return undefined;
  const language = playlistLanguage(track.language);
  return {
    group,
    name: language ?? "audio",
    uri,
    channels: track.config.channels,
    default: true,
    ...(language !== undefined && { language }),
  };
}
