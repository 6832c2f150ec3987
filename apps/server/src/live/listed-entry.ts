import type { PlaylistPart, PlaylistSegment } from "@oxbow/hls";
import type { Entry } from "./entry.ts";
import { gapPartPath, gapPath, initOf, partOf, segmentOf } from "./paths.ts";
import type { TrackKind } from "./served-stretch.ts";
import type { Timeline } from "./timeline.ts";
import type { LineParts, TrackLine } from "./track-line.ts";

/** One entry of a playlist; with its parts where it lists them. */
export function listedSegment(
  timeline: Timeline,
  entry: Entry,
  line: TrackLine,
  withParts: boolean,
): PlaylistSegment {
  const { sequence, seconds, wall, discontinuity, number } = entry;
  const { kind } = line;
  const stretch = line.stretchOf(entry);
  const parts = withParts ? listedParts(line.parts(entry, timeline), entry, kind) : [];
  return {
    uri: stretch ? segmentOf(stretch.id, kind, number) : gapPath(kind, sequence),
    seconds,
    wall,
    discontinuity,
    gap: !line.has(entry),
    ...(stretch?.track(kind) && { map: initOf(stretch.id, kind) }),
    ...(parts.length > 0 && { parts }),
  };
}

/** Parts as a playlist names them: one that is missing has a name of its own, where nothing stands. */
export function listedParts(
  { parts, stretch }: LineParts,
  { number, sequence }: { readonly number: number; readonly sequence: number },
  kind: TrackKind,
): PlaylistPart[] {
  return parts.map((part, at) => ({
    ...part,
    uri:
      part.gap || stretch === undefined
        ? gapPartPath(kind, sequence, at)
        : partOf(stretch.id, kind, number, at),
  }));
}
