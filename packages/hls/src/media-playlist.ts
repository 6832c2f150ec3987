import { attributes, NO, seconds, tabbed, uri, YES } from "./attribute-list.ts";
import { type DateRange, dateRangeLine } from "./date-range.ts";
import { EntryLines, type PlaylistPart, type PlaylistSegment } from "./entry-lines.ts";
import {
  hintLine,
  type PreloadHint,
  type RenditionReport,
  reportLine,
  type ServerControl,
  serverControlLine,
} from "./low-latency.ts";

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
  /** All of them, or what follows the skipped ones. */
  readonly segments: readonly PlaylistSegment[];
  /** No more media will come. Always so for `vod`. */
  readonly ended: boolean;
  /** Every segment can be decoded without another (rfc8216bis §4.4.2.1). */
  readonly independent?: boolean;
  /** Where to begin: seconds from the beginning, or from the end if negative (rfc8216bis §4.4.2.2). */
  readonly start?: { readonly offset: number; readonly precise: boolean };
  /** Each segment is one picture that decodes alone (rfc8216bis §4.4.3.6). */
  readonly pictures?: boolean;
  readonly control?: ServerControl;
  /** Longest part, in seconds (rfc8216bis §4.4.3.7). Present where parts are listed. */
  readonly partTarget?: number;
  /** Parts of the segment that is still open, after the last segment. Written as long as none ended. */
  readonly open?: Omit<PlaylistSegment, "uri" | "seconds" | "gap">;
  /** What comes next: one of a type at the most (rfc8216bis §4.4.5.3). None once it is ended. */
  readonly hints?: readonly PreloadHint[];
  /** Of every other playlist of the same presentation (rfc8216bis §4.4.5.4). */
  readonly reports?: readonly RenditionReport[];
  readonly dateRanges?: readonly DateRange[];
  /**
   * A delta update (rfc8216bis §6.2.5.1): how many segments at the head are left out. Date ranges that
   * the reader has are left out too where `removedDateRanges` is given: those gone since (`v2`).
   */
  readonly skipped?: { readonly segments: number; readonly removedDateRanges?: readonly string[] };
};

/**
 * Version that the tags demand (rfc8216bis §8): 6 for EXT-X-MAP, 8 where EXT-X-GAP stands or may
 * come to stand, 9 and 10 where delta updates are offered, so that the version of a running playlist
 * does not change under its readers.
 */
function version(playlist: MediaPlaylist): number {
  if (playlist.control?.canSkipDateRanges) return 10;
  if (playlist.control?.canSkipUntil !== undefined || playlist.skipped) return 9;
  if (playlist.kind !== "vod" || playlist.segments.some((segment) => segment.gap)) return 8;
  return playlist.segments.some((segment) => segment.map !== undefined) ? 6 : 3;
}

function head(playlist: MediaPlaylist): string[] {
  const { control, partTarget } = playlist;
  const lines = ["#EXTM3U", `#EXT-X-VERSION:${version(playlist)}`];
  if (playlist.independent) lines.push("#EXT-X-INDEPENDENT-SEGMENTS");
  if (playlist.start !== undefined) {
    const { offset, precise } = playlist.start;
    const place = { "TIME-OFFSET": { bare: seconds(offset) }, PRECISE: precise ? YES : NO };
    lines.push(`#EXT-X-START:${attributes(place)}`);
  }
  lines.push(`#EXT-X-TARGETDURATION:${playlist.targetDuration}`);
  if (control !== undefined) lines.push(serverControlLine(control));
  if (partTarget !== undefined) {
    lines.push(`#EXT-X-PART-INF:${attributes({ "PART-TARGET": { bare: seconds(partTarget) } })}`);
  }
  lines.push(`#EXT-X-MEDIA-SEQUENCE:${playlist.mediaSequence}`);
  lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${playlist.discontinuitySequence}`);
  if (playlist.kind !== "live") lines.push(`#EXT-X-PLAYLIST-TYPE:${playlist.kind.toUpperCase()}`);
  if (playlist.pictures) lines.push("#EXT-X-I-FRAMES-ONLY");
  if (playlist.skipped !== undefined) lines.push(skipLine(playlist.skipped));
  return lines;
}

function skipLine({ segments, removedDateRanges }: NonNullable<MediaPlaylist["skipped"]>): string {
  const removed = tabbed(removedDateRanges ?? []);
  const list = { "SKIPPED-SEGMENTS": segments, "RECENTLY-REMOVED-DATERANGES": removed };
  return `#EXT-X-SKIP:${attributes(list)}`;
}

/**
 * What stands before the entries. For lists whose entries are kept as text: of `segments` only those
 * that tell which tags there will be are needed.
 */
export function playlistHead(playlist: MediaPlaylist): string {
  return `${head(playlist).join("\n")}\n`;
}

/** The lines of entries alone, the first with its EXT-X-MAP unless `map` is what the entry before it had. */
export function playlistEntries(segments: readonly PlaylistSegment[], map?: string): string {
  const lines: string[] = [];
  const entries = new EntryLines(map);
  for (const segment of segments) entries.segment(lines, segment);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** What stands behind the entries, of which the last has the section `map`. */
export function playlistTail(playlist: MediaPlaylist, map?: string): string {
  const lines: string[] = [];
  tail(lines, playlist, new EntryLines(map));
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** The line of an initialization section, where entries whose text takes it for said come first. */
export function mapLine(map: string): string {
  return `#EXT-X-MAP:${attributes({ URI: uri(map) })}\n`;
}

function tail(lines: string[], playlist: MediaPlaylist, entries: EntryLines): void {
  const ended = playlist.ended || playlist.kind === "vod";
  if (playlist.open && !ended) entries.open(lines, playlist.open);
  for (const range of playlist.dateRanges ?? []) lines.push(dateRangeLine(range));
  if (ended) lines.push("#EXT-X-ENDLIST");
  else {
    for (const hint of playlist.hints ?? []) lines.push(hintLine(hint));
    for (const report of playlist.reports ?? []) lines.push(reportLine(report));
  }
}

/** The text of a media playlist (rfc8216bis §4.4), UTF-8, lines ended by LF. */
export function mediaPlaylist(playlist: MediaPlaylist): string {
  const lines = head(playlist);
  const entries = new EntryLines();
  for (const segment of playlist.segments) entries.segment(lines, segment);
  tail(lines, playlist, entries);
  lines.push("");
  return lines.join("\n");
}

export type { PlaylistPart, PlaylistSegment };
