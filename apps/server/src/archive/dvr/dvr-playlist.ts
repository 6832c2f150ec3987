import {
  type DateRange,
  type MediaPlaylist,
  mapLine,
  type PlaylistSegment,
  playlistEntries,
  playlistHead,
  playlistTail,
} from "@oxbow/hls";
import { type Millis, plus } from "@oxbow/media";
import type { GapEntry } from "../playlist-place.ts";
import { countOf, type Listed } from "./listed.ts";
import {
  mapOf,
  type PlaylistBlock,
  type PlaylistBlocks,
  type PlaylistKind,
  TRACK_OF,
} from "./playlist-block.ts";
import { entriesOf, type ListedRun } from "./playlist-runs.ts";

export const PLAYLISTS: Readonly<Record<PlaylistKind, string>> = {
  video: "video.m3u8",
  audio: "audio.m3u8",
  pictures: "iframes.m3u8",
};
/** The sound that was made of the source's. */
export const NORMALISED = "audio-aac.m3u8";

/** Name of a rendition's playlist, as `renditionPlaylist` writes it. */
export const RENDITION_PLAYLIST = /^video-([a-z0-9][a-z0-9-]{0,31})\.m3u8$/;

/** The playlist of a rendition besides the source. */
export function renditionPlaylist(rendition: string): string {
  return `video-${rendition}.m3u8`;
}
/** Of the target: at least six (rfc8216bis §4.4.3.8). */
export const SKIP_TARGETS = 6;
const HOLD_BACK_TARGETS = 3;

/** How a range is played: whether more comes, and whether more ever came. */
export type DvrRun = Pick<Listed, "from" | "kind" | "ended" | "targetDuration">;

/** What a reader is told of date ranges: all of them, or what changed lately. */
export type TrackPlaylist = {
  readonly kind: PlaylistKind;
  /** Entries that are left out at the head; 0 for the whole playlist. */
  readonly skipped: number;
  readonly dateRanges: readonly DateRange[];
  /** Ids that went lately, for a reader who keeps the others (`v2`). */
  readonly removedDateRanges?: readonly string[];
};

/**
 * How many entries at the head a delta update may leave out: those older than the skip boundary
 * (rfc8216bis §6.2.5.1). Only the newest entries are looked at.
 */
export function skippable(listed: Listed): number {
  let left = SKIP_TARGETS * listed.targetDuration;
  let entries = listed.tail.length;
  for (const { seconds } of listed.tail) left -= seconds;
  for (const run of listed.runs.toReversed()) {
    for (let row = run.end - 1; row >= run.first && left > 0; row -= 1) {
      left -= run.table.seconds(row);
      entries += 1;
    }
    for (let at = run.gaps.length - 1; at >= 0 && left > 0; at -= 1) {
      left -= run.gaps[at]?.seconds ?? 0;
      entries += 1;
    }
    if (left <= 0) break;
  }
  return Math.max(0, countOf(listed) - entries);
}

/**
 * Text of one playlist of a range, in pieces of which most are shared with other playlists; undefined
 * where no file of the range has the track.
 */
export function trackPlaylist(
  listed: Listed,
  { kind, skipped, dateRanges, removedDateRanges }: TrackPlaylist,
  blocks: PlaylistBlocks,
): Uint8Array[] | undefined {
  const [first] = listed.runs;
  const tracks = listed.rendition?.tracks ?? listed.tracks;
  if (first === undefined || !tracks.some(({ id }) => id === TRACK_OF[kind])) return undefined;
  const entries = new Entries(kind, listed, blocks);
  for (const run of listed.runs) entries.run(run, skipped);
  entries.gaps(listed.tail, Math.max(0, skipped - entries.passed));
  const offset = (listed.from - wallOf(first)) / 1000;
  const sample: PlaylistSegment = { uri: "", seconds: 1, map: mapOf(first.row, kind) };
  const playlist: MediaPlaylist = {
    kind: listed.kind,
    targetDuration: listed.targetDuration,
    mediaSequence: first.sequence,
    discontinuitySequence: listed.kind === "event" ? first.row.discontinuity : 0,
    ended: listed.ended,
    segments: entries.hasGaps ? [sample, { ...sample, gap: true }] : [sample],
    dateRanges,
    // Of a playlist that grows nobody knows, and what it says of all its segments must not change.
    ...(listed.kind === "vod" && entries.areIndependent ? { independent: true } : {}),
    ...(offset > 0 && { start: { offset, precise: true } }),
    ...(kind === "pictures" && { pictures: true }),
    ...(listed.kind === "event" && { control: controlOf(listed) }),
    ...(skipped > 0 && {
      skipped: { segments: skipped, ...(removedDateRanges && { removedDateRanges }) },
    }),
  };
  const encoder = new TextEncoder();
  return [
    encoder.encode(playlistHead(playlist)),
    ...entries.pieces,
    encoder.encode(playlistTail(playlist)),
  ];
}

function controlOf({ targetDuration }: Listed) {
  return {
    canBlockReload: true,
    canSkipUntil: SKIP_TARGETS * targetDuration,
    canSkipDateRanges: true,
    holdBack: HOLD_BACK_TARGETS * targetDuration,
  };
}

function wallOf({ row, table, first }: ListedRun): Millis {
  return plus(row.origin, table.at(first));
}

/** Collects the entries of runs, some at the head left out. */
class Entries {
  readonly pieces: Uint8Array[] = [];
  /** Entries that were gone through. */
  passed = 0;
  hasGaps = false;
  areIndependent = true;
  readonly #kind: PlaylistKind;
  readonly #listed: Listed;
  readonly #blocks: PlaylistBlocks;
  #map: string | undefined;

  constructor(kind: PlaylistKind, listed: Listed, blocks: PlaylistBlocks) {
    this.#kind = kind;
    this.#listed = listed;
    this.#blocks = blocks;
  }

  run(run: ListedRun, skipped: number): void {
    const entries = entriesOf(run);
    const skip = Math.min(entries, Math.max(0, skipped - this.passed));
    this.passed += entries;
    if (skip === entries) return;
    this.gaps(run.gaps, skip);
    const first = run.first + Math.max(0, skip - run.gaps.length);
    if (run.discontinuity && first === run.first) this.#text("#EXT-X-DISCONTINUITY\n");
    const block = this.#block(run);
    const map = block.mapBefore(first);
    if (map !== undefined && (map !== this.#map || run.discontinuity)) this.#text(mapLine(map));
    this.#map = block.mapBefore(run.end) ?? this.#map;
    this.hasGaps ||= block.gaps;
    this.areIndependent &&= block.independent;
    this.pieces.push(block.slice(first, run.end));
  }

  #block({ row, table, end }: ListedRun): PlaylistBlock {
    const { rendition, isEarly = false, targetDuration: target } = this.#listed;
    const of = { row, table, kind: this.#kind, target };
    return rendition === undefined
      ? this.#blocks.source(of, end)
      : this.#blocks.rendition(of, rendition, end, isEarly);
  }

  gaps(gaps: readonly GapEntry[], skip: number): void {
    if (gaps.length <= skip) return;
    this.hasGaps = true;
    const entries = gaps.slice(skip).map(({ wall, seconds }) => ({
      uri: `gap/${Math.round(wall)}.m4s`,
      seconds,
      wall,
      gap: true,
    }));
    this.#text(playlistEntries(entries, this.#map));
  }

  #text(text: string): void {
    this.pieces.push(Buffer.from(text));
  }
}
