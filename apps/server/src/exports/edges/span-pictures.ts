import type { Track } from "@oxbow/media";
import { walkSamples } from "../plan/index.ts";
import type { ArchivedChunk } from "../ports.ts";

/** A picture at which a decoder may start, if it is what it is said to be. */
export type SyncPicture = {
  /** Its place among the span's pictures, in decode order. */
  readonly place: number;
  readonly dts: number;
  readonly pts: number;
  readonly chunk: ArchivedChunk;
  /** Its place among the chunk's samples. */
  readonly at: number;
};

/** All pictures of one span in decode order, column by column: those of an hour at the most. */
export type SpanPictures = {
  readonly track: Track;
  readonly count: number;
  /** Ticks of the broadcast's timeline. */
  readonly dts: Float64Array;
  readonly pts: Float64Array;
  /** Tick at which the last of them stops being shown. */
  readonly end: number;
  readonly syncs: readonly SyncPicture[];
  /** The chunks that hold them, and the place of each one's first picture. */
  readonly chunks: readonly { readonly chunk: ArchivedChunk; readonly place: number }[];
};

/** Gathers the pictures of a span from its index. */
export function gatherPictures(track: Track, source: Iterable<ArchivedChunk>): SpanPictures {
  const chunks: { chunk: ArchivedChunk; place: number }[] = [];
  let count = 0;
  for (const chunk of source) {
    if (chunk.track !== track.id) continue;
    chunks.push({ chunk, place: count });
    count += chunk.samples.count;
  }
  const [dts, pts] = [new Float64Array(count), new Float64Array(count)];
  const syncs: SyncPicture[] = [];
  let end = 0;
  for (const { chunk, place } of chunks) {
    walkSamples(chunk, (at, decoded, presented, duration, sync) => {
      dts[place + at] = decoded;
      pts[place + at] = presented;
      end = Math.max(end, presented + duration);
      if (sync) syncs.push({ place: place + at, dts: decoded, pts: presented, chunk, at });
      return true;
    });
  }
  return { track, count, dts, pts, end, syncs, chunks };
}
