import { type Millis, millis, sameConfig } from "@oxbow/media";
import type { ArchiveStore } from "./archive-store.ts";
import type { ArchiveRange, ArchiveView } from "./archive-view.ts";
import { continues, coverSpans, GAP_TOLERANCE_MS, missing, sourceReason } from "./coverage.ts";
import type { LiveStretches } from "./live-stretches.ts";
import { renditionsOf } from "./recorded-renditions.ts";
import type { ArchiveGap } from "./resolved-range.ts";
import { SOURCE, type StretchRow } from "./stored-stretch.ts";
import { stretchesInRange } from "./stretches-in-range.ts";

const ALWAYS = millis(Number.MAX_SAFE_INTEGER);

/** What the stream's archive holds in `[from, to)` (see `Archive.view`). */
export async function viewArchive(
  store: ArchiveStore,
  live: LiveStretches,
  stream: string,
  [from, to]: readonly [from: Millis | undefined, to: Millis | undefined],
): Promise<ArchiveView> {
  const begin = from ?? millis(0);
  const end = to ?? ALWAYS;
  const edges = await store.edges(stream);
  const all = await stretchesInRange(store, live, {
    stream,
    rendition: null,
    from: begin,
    to: end,
  });
  const rows = all.filter(({ rendition }) => rendition === SOURCE);
  const made = Map.groupBy(
    all.filter(({ rendition }) => rendition !== SOURCE),
    (row) => row.broadcast,
  );
  const written = await store.gapsIn(stream, begin, end);
  const ranges: ArchiveRange[] = [];
  const gaps: ArchiveGap[] = [];
  for (const [broadcast, files] of Map.groupBy(rows, (row) => row.broadcast)) {
    const last = files.at(-1);
    const first = files[0];
    if (first === undefined || last === undefined) continue;
    const own = made.get(broadcast) ?? [];
    ranges.push(...rangesOf(files, begin, end).map((range) => withRenditions(range, own)));
    const inner = {
      gaps: written.filter((gap) => (gap.broadcast ?? broadcast) === broadcast),
      reasonBetween: sourceReason(() => false),
    };
    const open = millis(Math.max(first.from, begin));
    const close = millis(Math.min(last.to, end));
    gaps.push(...missing(coverSpans(files, begin, end), open, close, inner));
  }
  return {
    oldest: edges?.oldest.from ?? null,
    newest: edges === undefined ? null : live.overlay(edges.newest).to,
    bytes: ranges.reduce((sum, range) => sum + range.bytes, 0),
    ranges: ranges.toSorted((a, b) => a.from - b.from),
    gaps: gaps.toSorted((a, b) => a.from - b.from),
  };
}

/** Files of one broadcast, joined where nothing stands between them. */
function rangesOf(files: readonly StretchRow[], from: Millis, to: Millis): ArchiveRange[] {
  const ranges: ArchiveRange[] = [];
  let before: StretchRow | undefined;
  for (const span of coverSpans(files, from, to)) {
    const { row } = span;
    const bytes = bytesIn(row, span.from, span.to);
    const last = ranges.at(-1);
    const joins =
      last !== undefined &&
      before !== undefined &&
      (continues(before, row) ||
        (span.from - last.to < GAP_TOLERANCE_MS && sameTracks(before, row)));
    if (joins) {
      ranges[ranges.length - 1] = { ...last, to: span.to, bytes: last.bytes + bytes };
    } else {
      const { broadcast, tracks } = row;
      const { from: begins, to: ends } = span;
      ranges.push({ from: begins, to: ends, bytes, broadcast, tracks, renditions: [SOURCE] });
    }
    before = row;
  }
  return ranges;
}

/** Adds what was made of the range. */
function withRenditions(range: ArchiveRange, made: readonly StretchRow[]): ArchiveRange {
  const { from, to } = range;
  const rows = made.filter((row) => row.from < to && row.to > from);
  if (rows.length === 0) return range;
  const bytes = rows.reduce((sum, row) => sum + bytesIn(row, from, to), range.bytes);
  return { ...range, bytes, renditions: [SOURCE, ...renditionsOf(rows)] };
}

/** Bytes of a file in `[from, to)`, as if they were spread evenly. */
function bytesIn(row: StretchRow, from: Millis, to: Millis): number {
  const inside = Math.min(to, row.to) - Math.max(from, row.from);
  return Math.round(row.bytes * Math.min(1, inside / (row.to - row.from)));
}

function sameTracks(a: StretchRow, b: StretchRow): boolean {
  return (
    a.tracks.length === b.tracks.length &&
    a.tracks.every((track, at) => {
      const other = b.tracks[at];
      return other !== undefined && sameConfig(track.config, other.config);
    })
  );
}
