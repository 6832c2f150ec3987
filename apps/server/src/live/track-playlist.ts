import {
  type MediaPlaylist,
  type PreloadHint,
  playlistEntries,
  playlistHead,
  playlistTail,
  type RenditionReport,
  type ServerControl,
} from "@oxbow/hls";
import { type Millis, millis } from "@oxbow/media";
import type { Entry } from "./entry.ts";
import { listedParts, listedSegment, missingParts } from "./listed-entry.ts";
import { listedMarks, type Marks } from "./markers.ts";
import { gapPartPath, initOf, PLAYLISTS, partOf } from "./paths.ts";
import type { Edge } from "./reload.ts";
import type { RewindText } from "./rewind-text.ts";
import type { ServedStretch, TrackKind } from "./served-stretch.ts";
import { discontinuitiesBefore, type Timeline } from "./timeline.ts";
import { type ListedPart, missingPart } from "./track-media.ts";

/** Targets from the end that a delta update keeps, and players keep away (rfc8216bis §4.4.3.8). */
const SKIP_TARGETS = 6;
const HOLD_BACK_TARGETS = 3;
const HOLD_BACK_PARTS = 3;

/** Which playlist of a track, and how much of it. */
export type View = {
  readonly kind: TrackKind;
  /** All of the broadcast. */
  readonly rewind: boolean;
  /** A delta update: without what is older, and (`v2`) without date ranges that are. */
  readonly skip: "no" | "YES" | "v2";
};

/** What playlists are made of. */
export type Program = {
  readonly timeline: Timeline;
  /** The stretch whose media comes next; absent while the encoder is gone. */
  readonly next: ServedStretch | undefined;
  readonly ended: boolean;
  /** Absent where nobody knows of marks. */
  readonly marks: Marks | undefined;
  readonly now: Millis;
};

/** The media playlist of one track; nothing where no entry has such a track. */
export function trackPlaylist(
  program: Program,
  view: View,
  texts: RewindText,
): readonly Buffer[] | undefined {
  const { timeline, ended } = program;
  const entries = view.rewind ? timeline.all : timeline.listed;
  const [first] = entries;
  if (first === undefined || !timeline.hasTrack(view.kind)) return undefined;
  const skipped = ended || view.skip === "no" ? 0 : skippable(timeline, entries);
  const marks =
    program.marks && listedMarks(program.marks, first.wall, sinceOf(program, view, skipped));
  const playlist: MediaPlaylist = {
    kind: "live",
    targetDuration: timeline.targetDuration,
    mediaSequence: first.sequence,
    discontinuitySequence: discontinuitiesBefore(first),
    // Each audio unit decodes alone; of pictures nobody knows how far apart keyframes will be.
    independent: view.kind === "audio",
    segments: [],
    ended,
    control: controlOf(program),
    ...(timeline.partTarget === undefined ? {} : { partTarget: timeline.partTarget }),
    ...(skipped > 0 && {
      skipped: {
        segments: skipped,
        ...(view.skip === "v2" && { removedDateRanges: marks?.removedDateRanges ?? [] }),
      },
    }),
    ...ahead(program, view),
    dateRanges: marks?.dateRanges ?? [],
  };
  const told =
    view.rewind && skipped === 0
      ? texts.upTo(entries, timeline)
      : { text: [], count: skipped, map: undefined };
  const rest = entries.slice(told.count).map((entry) => listedSegment(timeline, entry, view.kind));
  const map = rest.findLast((segment) => segment.map !== undefined)?.map ?? told.map;
  const head = Buffer.from(playlistHead(playlist));
  const tail = Buffer.from(playlistEntries(rest, told.map) + playlistTail(playlist, map));
  return told.text.length === 0 ? [Buffer.concat([head, tail])] : [head, ...told.text, tail];
}

/** How far the playlist of a track is. */
export function edgeOf(timeline: Timeline, kind: TrackKind): Edge | undefined {
  const { last, partTarget } = timeline;
  if (last === undefined) return undefined;
  const lastParts = partTarget === undefined ? 0 : last.parts(kind).length;
  const openParts = openPartsOf(timeline, kind).length;
  return { lastSequence: last.sequence, lastParts, openParts, partTarget };
}

/** Place of the part of a track that comes next. Undefined: nobody knows. */
export function nextPart(
  { timeline, next }: Program,
  kind: TrackKind,
): { readonly stretch: ServedStretch; readonly number: number; readonly part: number } | undefined {
  if (next?.track(kind) === undefined) return undefined;
  const media = timeline.open?.media;
  if (media !== undefined) {
    if (media.stretch !== next) return undefined;
    // Of this track the segment is whole already: a hint at one part more would be answered with 404.
    if (media.hasLeft(kind)) return { stretch: next, number: media.number + 1, part: 0 };
    return { stretch: next, number: media.number, part: media.parts(kind, false).length };
  }
  const { last } = timeline;
  const number = last?.stretch === next ? last.number + 1 : next.firstSegment;
  return { stretch: next, number, part: 0 };
}

/** What comes after the last entry: open parts, hints, and how far the other playlist is. */
function ahead(
  program: Program,
  { kind, rewind }: View,
): Pick<MediaPlaylist, "open" | "hints" | "reports"> {
  const { timeline } = program;
  if (program.ended) return {};
  const reports = reportsOf(timeline, kind, rewind);
  if (timeline.partTarget === undefined) return { reports };
  const open = openOf(timeline, kind);
  const hints = hintsOf(program, kind);
  return { reports, hints, ...(open && { open }) };
}

function openOf(timeline: Timeline, kind: TrackKind): MediaPlaylist["open"] {
  const { open, openGap } = timeline;
  const parts = openPartsOf(timeline, kind);
  if (openGap !== undefined) {
    return { wall: openGap.wall, parts: missingParts(parts, kind, openGap.sequence) };
  }
  if (open === undefined || parts.length === 0) return undefined;
  const { stretch, number } = open.media;
  return {
    wall: open.wall,
    discontinuity: open.discontinuity,
    parts: listedParts(parts, stretch.id, kind, number),
    ...(stretch.track(kind) && { map: initOf(stretch.id, kind) }),
  };
}

function openPartsOf(timeline: Timeline, kind: TrackKind): readonly ListedPart[] {
  if (timeline.partTarget === undefined) return [];
  const { open, openGap } = timeline;
  if (openGap === undefined) return open?.media.parts(kind, false) ?? [];
  return openGap.parts.map(missingPart);
}

/** One hint of a type (rfc8216bis §4.4.5.3): the next part, and its section where that changes. */
function hintsOf(program: Program, kind: TrackKind): PreloadHint[] {
  const { timeline } = program;
  const next = nextPart(program, kind);
  if (next === undefined) {
    // The next part is missing as well, and so is what stands here: its name alone is certain.
    const sequence = timeline.nextMediaSequence;
    const part = openPartsOf(timeline, kind).length;
    return [{ type: "PART", uri: gapPartPath(kind, sequence, part) }];
  }
  const { stretch, number, part } = next;
  const hint: PreloadHint = { type: "PART", uri: partOf(stretch.id, kind, number, part) };
  const known = part > 0 || timeline.last?.stretch === stretch;
  return known ? [hint] : [{ type: "MAP", uri: initOf(stretch.id, kind) }, hint];
}

/** Of every other playlist (rfc8216bis §4.4.5.4). */
function reportsOf(timeline: Timeline, kind: TrackKind, rewind: boolean): RenditionReport[] {
  const other = kind === "video" ? "audio" : "video";
  const edge = edgeOf(timeline, other);
  if (edge === undefined || !timeline.hasTrack(other)) return [];
  const uri = PLAYLISTS[other] + (rewind ? "?dvr=1" : "");
  const { lastSequence, lastParts, openParts, partTarget } = edge;
  if (partTarget === undefined) return [{ uri, lastMsn: lastSequence }];
  if (openParts > 0) return [{ uri, lastMsn: lastSequence + 1, lastPart: openParts - 1 }];
  return [{ uri, lastMsn: lastSequence, ...(lastParts > 0 && { lastPart: lastParts - 1 }) }];
}

function controlOf({ timeline, marks }: Program): ServerControl {
  const { targetDuration, partTarget } = timeline;
  return {
    canBlockReload: true,
    canSkipUntil: SKIP_TARGETS * targetDuration,
    ...(marks && { canSkipDateRanges: true }),
    holdBack: HOLD_BACK_TARGETS * targetDuration,
    ...(partTarget !== undefined && { partHoldBack: HOLD_BACK_PARTS * partTarget }),
  };
}

/** How many entries end before the boundary of a delta update. */
function skippable(timeline: Timeline, entries: readonly Entry[]): number {
  const boundary = (timeline.end ?? 0) - SKIP_TARGETS * timeline.targetDuration * 1000;
  let count = entries.length;
  while (count > 0 && (entries[count - 1]?.end ?? 0) > boundary) count -= 1;
  return count;
}

function sinceOf({ timeline, now }: Program, { skip }: View, skipped: number): Millis | undefined {
  if (skip !== "v2" || skipped === 0) return undefined;
  return millis(now - SKIP_TARGETS * timeline.targetDuration * 1000);
}
