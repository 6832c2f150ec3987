import type { PlaylistPart, PlaylistSegment } from "@oxbow/hls";
import type { Entry } from "./entry.ts";
import { gapPath, initPath, partPath, segmentPath } from "./paths.ts";
import type { TrackKind } from "./served-stretch.ts";
import type { Timeline } from "./timeline.ts";
import type { ListedPart } from "./track-media.ts";

/** One entry of the playlist of a track. */
export function segmentOf(timeline: Timeline, entry: Entry, kind: TrackKind): PlaylistSegment {
  const { sequence, seconds, wall, discontinuity, stretch, number } = entry;
  const uri = stretch ? segmentPath(stretch.id, kind, number) : gapPath(kind, sequence);
  const parts = timeline.listsParts(entry) ? entry.parts(kind) : [];
  return {
    uri,
    seconds,
    wall,
    discontinuity,
    gap: !entry.has(kind),
    ...(stretch?.track(kind) && { map: initPath(stretch.id, kind) }),
    ...(parts.length > 0 && { parts: listedParts(parts, uri) }),
  };
}

/** Parts as the playlist names them. */
export function listedParts(parts: readonly ListedPart[], segment: string): PlaylistPart[] {
  return parts.map((part, at) => ({ ...part, uri: partPath(segment, at) }));
}
