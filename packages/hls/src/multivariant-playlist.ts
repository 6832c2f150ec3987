import { type AttributeValue, attributes, NO, uri, YES } from "./attribute-list.ts";

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

/** One variant stream (EXT-X-STREAM-INF, rfc8216bis §4.4.6.2). */
export type Variant = {
  readonly uri: string;
  /** Bits a second: the largest of any segment, its audio and container included. */
  readonly bandwidth: number;
  readonly averageBandwidth?: number;
  /** RFC 6381, of every track in every rendition that plays with it. */
  readonly codecs: readonly string[];
  /** Pixels as shown. */
  readonly resolution?: { readonly width: number; readonly height: number };
  readonly frameRate?: number;
  /** Group of audio renditions that plays with it. */
  readonly audio?: string;
};

/** What a multivariant playlist says. */
export type MultivariantPlaylist = {
  readonly variants: readonly Variant[];
  readonly audio: readonly AudioRendition[];
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

function variantLines(variant: Variant): string[] {
  const { resolution, frameRate, averageBandwidth } = variant;
  const list: Record<string, AttributeValue> = {
    BANDWIDTH: Math.max(1, Math.ceil(variant.bandwidth)),
    "AVERAGE-BANDWIDTH":
      averageBandwidth === undefined ? undefined : Math.max(1, Math.ceil(averageBandwidth)),
    CODECS: [...new Set(variant.codecs)].join(","),
    RESOLUTION: resolution && { bare: `${resolution.width}x${resolution.height}` },
    // Rounded to three places, as the clause asks.
    "FRAME-RATE": frameRate === undefined ? undefined : { bare: frameRate.toFixed(3) },
    AUDIO: variant.audio,
  };
  return [`#EXT-X-STREAM-INF:${attributes(list)}`, uri(variant.uri)];
}

/** The text of a multivariant playlist (rfc8216bis §4.4.6), UTF-8, lines ended by LF. */
export function multivariantPlaylist(playlist: MultivariantPlaylist): string {
  const lines = ["#EXTM3U", "#EXT-X-VERSION:6"];
  if (playlist.independent) lines.push("#EXT-X-INDEPENDENT-SEGMENTS");
  for (const audio of playlist.audio) lines.push(rendition(audio));
  for (const variant of playlist.variants) lines.push(...variantLines(variant));
  lines.push("");
  return lines.join("\n");
}
