import { type AttributeValue, attributes, NO, seconds, uri, YES } from "./attribute-list.ts";

/** One audio rendition of a group (EXT-X-MEDIA, rfc8216bis §4.4.6.1). */
export type AudioRendition = {
  readonly group: string;
  /** For people; unique in its group. */
  readonly name: string;
  /** Playlist of the rendition; absent where the variant's own segments carry it. */
  readonly uri?: string;
  /** BCP 47; see {@link playlistLanguage}. */
  readonly language?: string;
  readonly channels: number;
  /** Played where the viewer has not chosen. At most one in a group. */
  readonly default: boolean;
};

/** One subtitle rendition of a group: a playlist of WebVTT segments. */
export type SubtitleRendition = {
  readonly group: string;
  readonly name: string;
  readonly uri: string;
  readonly language?: string;
  readonly default: boolean;
  /** Shown also where nobody chose subtitles: what is foreign in the picture's own language. */
  readonly forced?: boolean;
  /** For those who can't hear: it tells sounds and music too. */
  readonly transcribes?: boolean;
};

/** Captions in the pictures themselves (CEA-608, CEA-708). */
export type ClosedCaptions = {
  /** `CC1` to `CC4`, `SERVICE1` and up. */
  readonly service: string;
  /** For people; unique. */
  readonly name: string;
  /** BCP 47. */
  readonly language?: string;
};

/** Pictures that decode alone, for seeking and trick play (EXT-X-I-FRAME-STREAM-INF, rfc8216bis §4.4.6.3). */
export type PictureVariant = Pick<
  Variant,
  | "uri"
  | "bandwidth"
  | "averageBandwidth"
  | "codecs"
  | "resolution"
  | "stableId"
  | "score"
  | "videoRange"
>;

/** One variant stream (EXT-X-STREAM-INF, rfc8216bis §4.4.6.2). */
export type Variant = {
  readonly uri: string;
  /** Bits a second: the largest of any segment, its audio and container included. */
  readonly bandwidth: number;
  readonly averageBandwidth?: number;
  /** RFC 6381, of every track in every rendition that plays with it. */
  readonly codecs: readonly string[];
  /** The same in every playlist of the same content, whatever its URI (rfc8216bis §4.4.6.2). */
  readonly stableId?: string;
  /** How much it is to be preferred among those that can be played. */
  readonly score?: number;
  /** Of the pictures' transfer function; SDR where it is absent. */
  readonly videoRange?: "SDR" | "HLG" | "PQ";
  /** Pixels as shown. */
  readonly resolution?: { readonly width: number; readonly height: number };
  readonly frameRate?: number;
  /** Group of audio renditions that plays with it. */
  readonly audio?: string;
  /** Group of subtitle renditions that go with it. */
  readonly subtitles?: string;
};

/** What a multivariant playlist says. */
export type MultivariantPlaylist = {
  readonly variants: readonly Variant[];
  readonly audio: readonly AudioRendition[];
  readonly subtitles?: readonly SubtitleRendition[];
  readonly pictures?: readonly PictureVariant[];
  /** In the pictures of every variant; empty where it is known that there are none. */
  readonly closedCaptions?: readonly ClosedCaptions[];
  /** Every segment of every variant can be decoded without another. */
  readonly independent?: boolean;
};

function rendition(audio: AudioRendition): string {
  const list: Record<string, AttributeValue> = {
    TYPE: { bare: "AUDIO" },
    "GROUP-ID": audio.group,
    NAME: audio.name,
    LANGUAGE: audio.language,
    DEFAULT: audio.default ? YES : NO,
    AUTOSELECT: YES,
    CHANNELS: String(audio.channels),
    URI: audio.uri === undefined ? undefined : uri(audio.uri),
  };
  return `#EXT-X-MEDIA:${attributes(list)}`;
}

function subtitleLine(subtitle: SubtitleRendition): string {
  return `#EXT-X-MEDIA:${attributes({
    TYPE: { bare: "SUBTITLES" },
    "GROUP-ID": subtitle.group,
    NAME: subtitle.name,
    LANGUAGE: subtitle.language,
    DEFAULT: subtitle.default ? YES : NO,
    AUTOSELECT: YES,
    FORCED: subtitle.forced ? YES : NO,
    CHARACTERISTICS: subtitle.transcribes ? TRANSCRIBES : undefined,
    URI: uri(subtitle.uri),
  })}`;
}

/** What makes subtitles those for the deaf (HLS authoring specification 4.5). */
const TRANSCRIBES =
  "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";
const CAPTIONS = "closed-captions";

function captionLine({ service, name, language }: ClosedCaptions): string {
  return `#EXT-X-MEDIA:${attributes({
    TYPE: { bare: "CLOSED-CAPTIONS" },
    "GROUP-ID": CAPTIONS,
    NAME: name,
    LANGUAGE: language,
    DEFAULT: NO,
    AUTOSELECT: YES,
    "INSTREAM-ID": service,
  })}`;
}

function qualities(variant: PictureVariant): Record<string, AttributeValue> {
  const { resolution, averageBandwidth, score, videoRange, stableId } = variant;
  return {
    BANDWIDTH: Math.max(1, Math.ceil(variant.bandwidth)),
    "AVERAGE-BANDWIDTH":
      averageBandwidth === undefined ? undefined : Math.max(1, Math.ceil(averageBandwidth)),
    // Left out where there are none: it is a SHOULD (rfc8216bis §4.4.6.2).
    CODECS: variant.codecs.length === 0 ? undefined : [...new Set(variant.codecs)].join(","),
    RESOLUTION: resolution && { bare: `${resolution.width}x${resolution.height}` },
    SCORE: score === undefined ? undefined : { bare: seconds(score) },
    "VIDEO-RANGE": videoRange && { bare: videoRange },
    "STABLE-VARIANT-ID": stableId,
  };
}

function variantLines(
  variant: Variant,
  closedCaptions: MultivariantPlaylist["closedCaptions"],
): string[] {
  const { frameRate } = variant;
  const list: Record<string, AttributeValue> = {
    ...qualities(variant),
    // Rounded to three places, as the clause asks.
    "FRAME-RATE": frameRate === undefined ? undefined : { bare: frameRate.toFixed(3) },
    AUDIO: variant.audio,
    SUBTITLES: variant.subtitles,
    // All variants say the same (rfc8216bis §4.4.6.2).
    "CLOSED-CAPTIONS":
      closedCaptions && (closedCaptions.length === 0 ? { bare: "NONE" } : CAPTIONS),
  };
  return [`#EXT-X-STREAM-INF:${attributes(list)}`, uri(variant.uri)];
}

function pictureLine(variant: PictureVariant): string {
  const list = { ...qualities(variant), URI: uri(variant.uri) };
  return `#EXT-X-I-FRAME-STREAM-INF:${attributes(list)}`;
}

/** The text of a multivariant playlist (rfc8216bis §4.4.6), UTF-8, lines ended by LF. */
export function multivariantPlaylist(playlist: MultivariantPlaylist): string {
  const lines = ["#EXTM3U", "#EXT-X-VERSION:6"];
  if (playlist.independent) lines.push("#EXT-X-INDEPENDENT-SEGMENTS");
  for (const audio of playlist.audio) lines.push(rendition(audio));
  for (const subtitle of playlist.subtitles ?? []) lines.push(subtitleLine(subtitle));
  for (const captions of playlist.closedCaptions ?? []) lines.push(captionLine(captions));
  for (const variant of playlist.variants) {
    lines.push(...variantLines(variant, playlist.closedCaptions));
  }
  for (const variant of playlist.pictures ?? []) lines.push(pictureLine(variant));
  lines.push("");
  return lines.join("\n");
}
