import {
  type DateRange,
  type MediaPlaylist,
  mapLine,
  multivariantPlaylist,
  type PlaylistSegment,
  playlistEntries,
  playlistHead,
  playlistLanguage,
  playlistTail,
  shownSize,
  type Variant,
} from "@oxbow/hls";
import { AUDIO_TRACK, type Millis, plus, type Track, VIDEO_TRACK } from "@oxbow/media";
import { countOf, type Listed } from "./dvr-listing.ts";
import { mapOf, type PlaylistBlocks, type PlaylistKind, TRACK_OF } from "./playlist-block.ts";
import type { GapEntry } from "./playlist-place.ts";
import { entriesOf, type ListedRun } from "./playlist-runs.ts";

export const PLAYLISTS: Readonly<Record<PlaylistKind, string>> = {
  video: "video.m3u8",
  audio: "audio.m3u8",
  pictures: "iframes.m3u8",
};
const AUDIO_GROUP = "audio";
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
  if (first === undefined || !listed.tracks.some(({ id }) => id === TRACK_OF[kind])) {
    return undefined;
  }
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
  readonly #target: number;
  readonly #blocks: PlaylistBlocks;
  #map: string | undefined;

  constructor(kind: PlaylistKind, { targetDuration }: Listed, blocks: PlaylistBlocks) {
    this.#kind = kind;
    this.#target = targetDuration;
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
    const map = mapOf(run.row, this.#kind);
    const hasTrack = run.row.tracks.some(({ id }) => id === TRACK_OF[this.#kind]);
    if (hasTrack && (map !== this.#map || run.discontinuity)) {
      this.#map = map;
      this.#text(mapLine(map));
    }
    const block = this.#blocks.block(run, [this.#kind, this.#target], run.end);
    this.hasGaps ||= block.gaps;
    this.areIndependent &&= block.independent;
    this.pieces.push(block.slice(first, run.end));
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

/** Multivariant playlist; `query` is carried on to the media playlists. */
export function rangePlaylist({ runs, tracks }: Listed, query: string): Uint8Array[] {
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
    ...pictureRates(runs),
    codecs: codecsOf(tracks, VIDEO_TRACK),
    resolution,
  };
  const renditions = audio === undefined ? [] : [rendition(audio, query)].flat();
  const playlist = { audio: renditions, variants: [variant], pictures: [pictures] };
  return [Buffer.from(multivariantPlaylist(playlist))];
}

function rendition(audio: Track, query: string) {
  const language = playlistLanguage(audio.language);
  return {
    group: AUDIO_GROUP,
    name: language ?? "audio",
    uri: PLAYLISTS.audio + query,
    channels: audio.config.kind === "audio" ? audio.config.channels : 0,
    default: true,
    ...(language !== undefined && { language }),
  };
}

function codecsOf(tracks: readonly Track[], track: number): string[] {
  const own = tracks.filter(({ id }) => id === track);
  return [...new Set(own.map(({ config }) => config.codecString))];
}

function bandwidths(runs: readonly ListedRun[]) {
  let [bytes, seconds, peak] = [0, 0, 0];
  for (const { table } of runs) {
    bytes += table.rates.bytes;
    seconds += table.rates.seconds;
    peak = Math.max(peak, table.rates.peak);
  }
  const average = seconds > 0 ? (bytes * 8) / seconds : 0;
  return { bandwidth: Math.max(peak, average), averageBandwidth: average };
}

function pictureRates(runs: readonly ListedRun[]) {
  let [bytes, seconds, peak] = [0, 0, 0];
  for (const { table } of runs) {
    bytes += table.rates.pictures;
    seconds += table.rates.seconds;
    peak = Math.max(peak, table.rates.picturePeak);
  }
  const average = seconds > 0 ? (bytes * 8) / seconds : 0;
  return { bandwidth: Math.max(peak, average), averageBandwidth: average };
}

/** Pictures a second of the first whole segments. */
function measuredRate(runs: readonly ListedRun[]): number | undefined {
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
