import { compactRun, runBytes, sliceRun } from "@oxbow/containers";
import type { Track } from "@oxbow/media";
import { walkSamples } from "../plan/index.ts";
import type { ArchivedChunk } from "../ports.ts";
import type { EncodedEdge } from "./encode-edge.ts";

/** How a span's pictures are put together: an encoded head, copied pictures, an encoded tail. */
export type EdgedPictures = {
  /** The span's file. */
  readonly file: string;
  readonly video: Track;
  /** All of the span. */
  readonly tracks: readonly Track[];
  readonly head: readonly ArchivedChunk[];
  /** Copied is what is decoded in `[from, until)`, in ticks. */
  readonly copied: { readonly from: number; readonly until: number };
  readonly tail: readonly ArchivedChunk[];
};

/** An encoded edge as chunks of the archive. */
export function chunksOf({ edge, file, chunks }: EncodedEdge, track: Track): ArchivedChunk[] {
  const { pts, delay, end } = edge;
  let first = 0;
  return chunks.map(({ samples, offset, bytes, headerBytes }) => {
    const { count, sizes, syncs } = samples;
    const shown = (at: number): number => pts[first + at] ?? end;
    const [begin, duration] = [shown(0), shown(count) - shown(0)];
    const durations = Uint32Array.from(sizes, (_, at) => shown(at + 1) - shown(at));
    const ctos = new Int32Array(count).fill(delay);
    first += count;
    const run = compactRun({ count, sizes, durations, ctos, syncs });
    return {
      ...{ track: track.id, file, offset, bytes, headerBytes },
      ...{ dts: begin - delay, duration, samples: run },
    };
  });
}

/**
 * A span's chunks with its pictures put together anew, in the order in which the archive has them: encoded
 * ones come where their time does.
 */
export function* edgedChunks(
  source: Iterable<ArchivedChunk>,
  pictures: EdgedPictures,
): Generator<ArchivedChunk> {
  const { file, video, tracks, copied } = pictures;
  const timescales = new Map(tracks.map(({ id, timescale }) => [id, timescale]));
  const [head, tail] = [[...pictures.head], [...pictures.tail]];
  let [begun, over] = [false, false];
  for (const chunk of source) {
    if (chunk.track === video.id) {
      const kept = keptOf(chunk, copied);
      if (kept !== undefined) {
        yield* head.splice(0);
        yield kept;
        begun = true;
      }
      over ||= chunk.dts + chunk.duration > copied.until;
      continue;
    }
    const waiting = over ? [head, tail] : [head];
    const seconds = chunk.dts / (timescales.get(chunk.track) ?? 1);
    for (const edges of waiting) {
      while (edges[0] !== undefined && edges[0].dts / video.timescale <= seconds) {
        yield edges[0];
        edges.shift();
      }
    }
    // Beside the edges, what stands between the sound is pictures that nobody wants.
    yield begun && !over ? chunk : { ...chunk, file };
  }
  yield* head;
  yield* tail;
}

/** The part of a chunk that is decoded in `[from, until)`. */
function keptOf(
  chunk: ArchivedChunk,
  { from, until }: EdgedPictures["copied"],
): ArchivedChunk | undefined {
  const { dts, duration, samples } = chunk;
  if (dts >= from && dts + duration <= until) return chunk;
  if (dts + duration <= from || dts >= until) return undefined;
  let [first, end, begin, ticks] = [0, 0, dts, 0];
  walkSamples(chunk, (at, decoded, _pts, own) => {
    if (decoded < from) {
      first = at + 1;
      begin = decoded + own;
    } else if (decoded < until) {
      end = at + 1;
      ticks += own;
    }
    return decoded < until;
  });
  if (end <= first) return undefined;
  const { run, skippedBytes } = sliceRun(samples, first, end);
  const offset = chunk.offset + chunk.headerBytes + skippedBytes;
  const bytes = runBytes(run);
  return { ...chunk, offset, bytes, headerBytes: 0, dts: begin, duration: ticks, samples: run };
}
