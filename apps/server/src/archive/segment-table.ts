import type { Track } from "@oxbow/media";
import { leadingTrack } from "./media-clock.ts";
import type { StretchIndex, TrackChunks } from "./stretch-index.ts";

/** A segment of one file, over all its tracks. */
export type TableSegment = {
  readonly number: number;
  /** Its beginning in milliseconds of the broadcast's timeline, and its length. */
  readonly at: number;
  readonly seconds: number;
  /** Of its chunks, all tracks. */
  readonly bytes: number;
  /** Samples of the leading track. */
  readonly samples: number;
  /** A decoder can start here. */
  readonly independent: boolean;
  /** Ids of the tracks that have media in it. */
  readonly tracks: readonly number[];
};

/** The chunks of one segment of a track: `[first, end)` in the track's list. */
export function chunksOfSegment(
  track: TrackChunks,
  number: number,
): { readonly first: number; readonly end: number } {
  return {
    first: track.search(({ segment }) => segment >= number),
    end: track.search(({ segment }) => segment > number),
  };
}

/**
 * The segments of a file up to number `last`. Each is as long as its leading track says, or the longest
 * other one where that has nothing.
 */
export function segmentTable(
  index: StretchIndex,
  tracks: readonly Track[],
  [first, last]: readonly [first: number, last: number],
): TableSegment[] {
  const leading = leadingTrack(tracks)?.id;
  const segments: TableSegment[] = [];
  for (let number = first; number <= last; number += 1) {
    const parts = index.trackIds.flatMap((id) => {
      const track = index.track(id);
      const part = track && segmentPart(track, number);
      return part === undefined ? [] : [{ ...part, id }];
    });
    const told = parts.find(({ id }) => id === leading) ?? longest(parts);
    if (told === undefined) continue;
    segments.push({
      number,
      at: told.at,
      seconds: told.seconds,
      bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      samples: told.samples,
      independent: told.independent,
      tracks: parts.map(({ id }) => id),
    });
  }
  return segments;
}

type Part = Pick<TableSegment, "at" | "seconds" | "bytes" | "samples" | "independent">;

function segmentPart(track: TrackChunks, number: number): Part | undefined {
  const { first, end } = chunksOfSegment(track, number);
  if (first === end) return undefined;
  const head = track.head(first);
  let [ticks, bytes, samples] = [0, 0, 0];
  for (let at = first; at < end; at += 1) {
    const chunk = track.head(at);
    ticks += chunk.duration;
    bytes += chunk.bytes;
    samples += chunk.samples;
  }
  return {
    at: ((head.dts + head.lead) * 1000) / track.timescale,
    seconds: ticks / track.timescale,
    bytes,
    samples,
    independent: head.independent,
  };
}

function longest<P extends Part>(parts: readonly P[]): P | undefined {
  return parts.toSorted((a, b) => b.seconds - a.seconds)[0];
}
