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
import { listedParts, listedSegment } from "./listed-entry.ts";
import { listedMarks, type Marks } from "./markers.ts";
import { gapPartPath, initOf, partOf } from "./paths.ts";
import type { Edge } from "./reload.ts";
import type { RewindText } from "./rewind-text.ts";
import { discontinuitiesBefore, type Timeline } from "./timeline.ts";
import { isComplete, type TrackLine } from "./track-line.ts";

/** Targets from the end that a delta update keeps, and players keep away (rfc8216bis §4.4.3.8). */
const SKIP_TARGETS = 6;
const HOLD_BACK_TARGETS = 3;
const HOLD_BACK_PARTS = 3;

/** Which playlist, and how much of it. */
export type View = {
  readonly line: TrackLine;
  /** All of the broadcast. */
  readonly rewind: boolean;
  /** A delta update: without what is older, and (`v2`) without date ranges that are. */
  readonly skip: "no" | "YES" | "v2";
};

/** What playlists are made of. */
export type Program = {
  readonly timeline: Timeline;
  /** All playlists that there may be. */
  readonly lines: readonly TrackLine[];
  /** Nothing more comes of the source. */
  readonly ended: boolean;
  /** Absent where nobody knows of marks. */
  readonly marks: Marks | undefined;
  readonly now: Millis;
};

/** The media playlist of one line; nothing where no entry has such a track. */
export function trackPlaylist(
  program: Program,
  view: View,
  texts: RewindText,
): readonly Buffer[] | undefined {
  const { timeline } = program;
  const { line } = view;
  const ended = program.ended && isComplete(line, timeline);
  const entries = listedBy(program, view);
  const [first] = entries;
  if (first === undefined || !line.exists(timeline)) return undefined;
  const skipped = ended || view.skip === "no" ? 0 : skippable(timeline, entries);
  const marks =
    program.marks && listedMarks(program.marks, first.wall, sinceOf(program, view, skipped));
  const playlist: MediaPlaylist = {
    kind: "live",
    targetDuration: timeline.targetDuration,
    mediaSequence: first.sequence,
    discontinuitySequence: discontinuitiesBefore(first),
    // Each audio unit decodes alone; of pictures nobody knows how far apart keyframes will be.
    independent: line.kind === "audio",
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
    ...(!ended && ahead(program, view)),
    dateRanges: marks?.dateRanges ?? [],
  };
  // Parts are of use only to those who wait for the next one: at the end they are listed no more, so that
  // players take the end of the last segment for the end.
  const listEnd = ended ? undefined : line.end(timeline);
  const told =
    view.rewind && skipped === 0
      ? texts.upTo(entries, timeline, listEnd)
      : { text: [], count: skipped, map: undefined };
  const rest = entries
    .slice(told.count)
    .map((entry) => listedSegment(timeline, entry, line, timeline.listsParts(entry, listEnd)));
  const map = rest.findLast((segment) => segment.map !== undefined)?.map ?? told.map;
  const head = Buffer.from(playlistHead(playlist));
  const tail = Buffer.from(playlistEntries(rest, told.map) + playlistTail(playlist, map));
  return told.text.length === 0 ? [Buffer.concat([head, tail])] : [head, ...told.text, tail];
}

/** Entries of the timeline as far as a line has them. */
function listedBy({ timeline }: Program, { line, rewind }: View): readonly Entry[] {
  const entries = rewind ? timeline.all : timeline.listed;
  const last = line.last(timeline);
  const behind =
    last === undefined ? entries.length : (entries.at(-1)?.sequence ?? 0) - last.sequence;
  return behind > 0 ? entries.slice(0, -behind) : entries;
}

/** How far a playlist is. */
export function edgeOf(timeline: Timeline, line: TrackLine): Edge | undefined {
  const { partTarget } = timeline;
  const last = line.last(timeline);
  if (last === undefined) return undefined;
  const lastParts = partTarget === undefined ? 0 : line.parts(last, timeline).parts.length;
  const openParts = line.open(timeline)?.parts.length ?? 0;
  return { lastSequence: last.sequence, lastParts, openParts, partTarget };
}

/** What comes after the last entry: open parts, hints, and how far the other playlists are. */
function ahead(program: Program, view: View): Pick<MediaPlaylist, "open" | "hints" | "reports"> {
  const { timeline } = program;
  const reports = reportsOf(program, view);
  if (timeline.partTarget === undefined) return { reports };
  const open = openOf(timeline, view.line);
  const hints = hintsOf(program, view.line);
  return { reports, hints, ...(open && { open }) };
}

function openOf(timeline: Timeline, line: TrackLine): MediaPlaylist["open"] {
  const open = line.open(timeline);
  if (open === undefined || open.parts.length === 0) return undefined;
  const { wall, discontinuity, stretch } = open;
  return {
    wall,
    discontinuity,
    parts: listedParts(open, open, line.kind),
    ...(stretch?.track(line.kind) && { map: initOf(stretch.id, line.kind) }),
  };
}

/** One hint of a type (rfc8216bis §4.4.5.3): the next part, and its section where that changes. */
function hintsOf({ timeline }: Program, line: TrackLine): PreloadHint[] {
  const next = line.coming(timeline);
  const last = line.last(timeline);
  const { kind } = line;
  if (next === undefined) {
    // The next part is missing as well, and so is what stands here: its name alone is certain.
    const sequence = last === undefined ? timeline.nextMediaSequence : last.sequence + 1;
    const part = line.open(timeline)?.parts.length ?? 0;
    return [{ type: "PART", uri: gapPartPath(kind, sequence, part) }];
  }
  const { stretch, number, part } = next;
  const hint: PreloadHint = { type: "PART", uri: partOf(stretch.id, kind, number, part) };
  const known = part > 0 || (last && line.stretchOf(last)) === stretch;
  return known ? [hint] : [{ type: "MAP", uri: initOf(stretch.id, kind) }, hint];
}

/** Of every other playlist (rfc8216bis §4.4.5.4). */
function reportsOf({ timeline, lines, ended }: Program, { line, rewind }: View): RenditionReport[] {
  const reports: RenditionReport[] = [];
  for (const other of lines) {
    const edge = other !== line && other.exists(timeline) ? edgeOf(timeline, other) : undefined;
    if (edge === undefined) continue;
    const uri = other.playlist + (rewind ? "?dvr=1" : "");
    const isOver = ended && isComplete(other, timeline);
    reports.push(isOver ? { uri, lastMsn: edge.lastSequence } : reportOf(uri, edge));
  }
  return reports;
}

function reportOf(uri: string, edge: Edge): RenditionReport {
  const { lastSequence, lastParts, openParts, partTarget } = edge;
  if (partTarget === undefined) return { uri, lastMsn: lastSequence };
  if (openParts > 0) return { uri, lastMsn: lastSequence + 1, lastPart: openParts - 1 };
  return { uri, lastMsn: lastSequence, ...(lastParts > 0 && { lastPart: lastParts - 1 }) };
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
  const end = entries.at(-1)?.end ?? 0;
  const boundary = end - SKIP_TARGETS * timeline.targetDuration * 1000;
  let count = entries.length;
  while (count > 0 && (entries[count - 1]?.end ?? 0) > boundary) count -= 1;
  return count;
}

function sinceOf({ timeline, now }: Program, { skip }: View, skipped: number): Millis | undefined {
  if (skip !== "v2" || skipped === 0) return undefined;
  return millis(now - SKIP_TARGETS * timeline.targetDuration * 1000);
}
