import { compactRun, runDuration, type ScannedChunk } from "@oxbow/containers";
import type { Track } from "@oxbow/media";
import { earliestLead } from "./index-record.ts";
import { leadingTrack } from "./media-clock.ts";
import type { StoredChunk } from "./resolved-range.ts";
import type { StretchIndex } from "./stretch-index.ts";

/** The packager begins a segment at the first keyframe after so much of it. */
const SEGMENT_SECONDS = 2 * 0.9;
/** Half an audio unit at a low rate: times of tracks are compared with this slack. */
const SLACK_SECONDS = 0.012;

/** Where a segment begins, in seconds of the broadcast's timeline. */
type Boundary = { readonly segment: number; readonly at: number };

/**
 * A media file does not say where segments begin. Chunks that were found in one are numbered by the
 * packager's own rule, going on from the chunks that are known: a segment at each leading keyframe
 * that is far enough from the one before, and the other tracks cut at the same time.
 */
export function numberSegments(
  scanned: readonly ScannedChunk[],
  known: StretchIndex,
  { tracks, firstSegment }: { readonly tracks: readonly Track[]; readonly firstSegment: number },
): StoredChunk[] {
  const leading = leadingTrack(tracks)?.id;
  const boundaries = boundariesOf(scanned, known, leading, firstSegment);
  const places = new Map<number, { segment: number; part: number }>();
  for (const { id } of tracks) places.set(id, lastPlace(known, id, firstSegment));
  const timescales = new Map(tracks.map(({ id, timescale }) => [id, timescale]));
  return scanned.flatMap((chunk) => {
    const place = places.get(chunk.track);
    if (place === undefined) return [];
    const time = chunk.dts + earliestLead(chunk.samples);
    const seconds = time / (timescales.get(chunk.track) ?? 1) + SLACK_SECONDS;
    const segment = boundaries.findLast(({ at }) => at <= seconds)?.segment ?? place.segment;
    if (segment > place.segment) {
      place.segment = segment;
      place.part = 0;
    }
    const stored = storedChunk(chunk, place);
    place.part += 1;
    return [stored];
  });
}

function storedChunk(
  chunk: ScannedChunk,
  { segment, part }: { segment: number; part: number },
): StoredChunk {
  const { track, offset, bytes, headerBytes, dts } = chunk;
  const samples = compactRun(chunk.samples);
  const duration = runDuration(samples);
  const independent = startsIndependent(chunk);
  return {
    track,
    offset,
    bytes,
    headerBytes,
    dts,
    duration,
    segment,
    part,
    independent,
    samples,
  };
}

function startsIndependent({ samples }: ScannedChunk): boolean {
  return samples.syncs === "all" || samples.syncs[0] === 0;
}

/** Segment and part of the next chunk of a track, if it begins no segment. */
function lastPlace(
  known: StretchIndex,
  id: number,
  firstSegment: number,
): { segment: number; part: number } {
  const track = known.track(id);
  if (track === undefined || track.length === 0) return { segment: firstSegment, part: 0 };
  const { segment, part } = track.chunk(track.length - 1);
  return { segment, part: part + 1 };
}

function boundariesOf(
  scanned: readonly ScannedChunk[],
  known: StretchIndex,
  leading: number | undefined,
  firstSegment: number,
): Boundary[] {
  const boundaries: Boundary[] = [];
  const track = leading === undefined ? undefined : known.track(leading);
  if (track === undefined) return boundaries;
  let segment = firstSegment - 1;
  let start = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < track.length; ) {
    const head = track.head(at);
    segment = head.segment;
    start = (head.dts + head.lead) / track.timescale;
    boundaries.push({ segment, at: start });
    at = track.search((other) => other.segment > head.segment);
  }
  for (const chunk of scanned) {
    if (chunk.track !== leading || !startsIndependent(chunk)) continue;
    const at = (chunk.dts + earliestLead(chunk.samples)) / track.timescale;
    if (at - start < SEGMENT_SECONDS) continue;
    segment += 1;
    start = at;
    boundaries.push({ segment, at });
  }
  return boundaries;
}
