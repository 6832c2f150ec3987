import type { PlaylistPart, PlaylistSegment } from "@oxbow/hls";
import type { Entry } from "./entry.ts";
import { gapPartPath, gapPath, initOf, partOf, segmentOf } from "./paths.ts";
import type { TrackKind } from "./served-stretch.ts";
import type { Timeline } from "./timeline.ts";
import type { ListedPart } from "./track-media.ts";

/** One entry of the playlist of a track. */
export function listedSegment(timeline: Timeline, entry: Entry, kind: TrackKind): PlaylistSegment {
  const { sequence, seconds, wall, discontinuity, stretch, number } = entry;
  const uri = stretch ? segmentOf(stretch.id, kind, number) : gapPath(kind, sequence);
  const parts = timeline.listsParts(entry) ? entry.parts(kind) : [];
  return {
    uri,
    seconds,
    wall,
    discontinuity,
    gap: !entry.has(kind),
    ...(stretch?.track(kind) && { map: initOf(stretch.id, kind) }),
    ...(parts.length > 0 && {
      parts: stretch
        ? listedParts(parts, stretch.id, kind, number)
        : missingParts(parts, kind, sequence),
    }),
  };
}

/** Parts of a segment as the playlist names them. */
export function listedParts(
  parts: readonly ListedPart[],
  stretch: string,
  kind: TrackKind,
  number: number,
): PlaylistPart[] {
  return parts.map((part, at) => ({ ...part, uri: partOf(stretch, kind, number, at) }));
}

/** Parts of a gap as the playlist names them. */
export function missingParts(
  parts: readonly ListedPart[],
  kind: TrackKind,
  sequence: number,
): PlaylistPart[] {
  return parts.map((part, at) => ({ ...part, uri: gapPartPath(kind, sequence, at) }));
}
