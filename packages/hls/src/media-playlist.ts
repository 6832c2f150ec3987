import { type Millis, rfc3339 } from "@oxbow/media";
import { attributes, NO, seconds, uri, YES } from "./attribute-list.ts";

/** One entry of a media playlist. */
export type PlaylistSegment = {
  /** Relative to the playlist; written even for a gap, where no client loads it. */
  readonly uri: string;
  readonly seconds: number;
  /** Wall clock of its first presentation time (EXT-X-PROGRAM-DATE-TIME). */
  readonly wall?: Millis;
  /** Its media is missing (rfc8216bis §4.4.4.7). */
  readonly gap?: boolean;
  /** Format, tracks or timestamps change before it (rfc8216bis §4.4.4.3). */
  readonly discontinuity?: boolean;
  /** URI of its initialization section; written where it differs from that of the entry before. */
  readonly map?: string;
};

/** What a media playlist says. */
export type MediaPlaylist = {
  /**
   * `live` slides: entries leave at its head, and it carries no PLAYLIST-TYPE. `event` only grows.
   * `vod` never changes. An `event` never turns into a `vod` under the same URL (rfc8216bis §6.2.1).
   */
  readonly kind: "live" | "event" | "vod";
  /** Whole seconds. Constant over the life of the playlist; each segment, rounded, is at most as long. */
  readonly targetDuration: number;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number;
  readonly segments: readonly PlaylistSegment[];
  /** No more media will come. Always so for `vod`. */
  readonly ended: boolean;
  /** Every segment can be decoded without another (rfc8216bis §4.4.2.1). */
  readonly independent?: boolean;
  /** Where to begin: seconds from the beginning, or from the end if negative (rfc8216bis §4.4.2.2). */
  readonly start?: { readonly offset: number; readonly precise: boolean };
};

/**
 * Version that the tags demand (rfc8216bis §8): 6 for EXT-X-MAP, 8 where EXT-X-GAP stands or may
 * come to stand, so that the version of a running playlist does not change under its readers.
 */
function version(playlist: MediaPlaylist): number {
  if (playlist.kind !== "vod" || playlist.segments.some((segment) => segment.gap)) return 8;
  return playlist.segments.some((segment) => segment.map !== undefined) ? 6 : 3;
}

function head(playlist: MediaPlaylist): string[] {
  const lines = ["#EXTM3U", `#EXT-X-VERSION:${version(playlist)}`];
  if (playlist.independent) lines.push("#EXT-X-INDEPENDENT-SEGMENTS");
  if (playlist.start !== undefined) {
    const { offset, precise } = playlist.start;
    const place = { "TIME-OFFSET": { bare: seconds(offset) }, PRECISE: precise ? YES : NO };
    lines.push(`#EXT-X-START:${attributes(place)}`);
  }
  lines.push(`#EXT-X-TARGETDURATION:${playlist.targetDuration}`);
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${playlist.mediaSequence}`);
  lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${playlist.discontinuitySequence}`);
  if (playlist.kind !== "live") lines.push(`#EXT-X-PLAYLIST-TYPE:${playlist.kind.toUpperCase()}`);
  return lines;
}

/** The text of a media playlist (rfc8216bis §4.4), UTF-8, lines ended by LF. */
export function mediaPlaylist(playlist: MediaPlaylist): string {
  const lines = head(playlist);
  let map: string | undefined;
  for (const segment of playlist.segments) {
    if (segment.discontinuity) lines.push("#EXT-X-DISCONTINUITY");
    if (segment.map !== undefined && (segment.map !== map || segment.discontinuity)) {
      map = segment.map;
      lines.push(`#EXT-X-MAP:${attributes({ URI: uri(map) })}`);
    }
    if (segment.wall !== undefined) {
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${rfc3339(segment.wall)}`);
    }
    if (segment.gap) lines.push("#EXT-X-GAP");
    lines.push(`#EXTINF:${seconds(segment.seconds)},`, uri(segment.uri));
  }
  if (playlist.ended || playlist.kind === "vod") lines.push("#EXT-X-ENDLIST");
  lines.push("");
  return lines.join("\n");
}
