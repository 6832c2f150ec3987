import { compactRun, runBytes, sliceRun } from "@oxbow/containers";
import type { Track } from "@oxbow/media";
import { walkSamples } from "../plan/index.ts";
import type { ArchivedChunk } from "../ports.ts";
import type { EncodedEdge } from "./encode-edge.ts";

/** How a span's pictures are put together: an encoded head, copied pictures, an encoded tail. */
export type EdgedPictures = {
  readonly video: Track;
  /** All of the span. */
  readonly tracks: readonly Track[];
  readonly head: readonly ArchivedChunk[];
  /** Copied is what is decoded in `[from, until)`, in ticks. */
  readonly copied: { readonly from: number; readonly until: number };
  readonly tail: readonly ArchivedChunk[];
  /** Decode times of the movie's first pictures, instead of their own. */
  readonly retimed: readonly number[];
};

/** An encoded edge as chunks of the archive. */
export function chunksOf({ edge, file, chunks }: EncodedEdge, track: Track): ArchivedChunk[] {
  const { pts, dts, end } = edge;
  // What follows is decoded as long before it is shown as the last picture is.
  const last = end - ((pts.at(-1) ?? 0) - (dts.at(-1) ?? 0));
  let first = 0;
  return chunks.map(({ samples, offset, bytes, headerBytes }) => {
    const { count, sizes, syncs } = samples;
    const decoded = (at: number): number => dts[first + at] ?? last;
    const begin = decoded(0);
    const duration = decoded(count) - begin;
    const durations = Uint32Array.from(sizes, (_, at) => decoded(at + 1) - decoded(at));
    const ctos = Int32Array.from(sizes, (_, at) => (pts[first + at] ?? 0) - decoded(at));
    first += count;
    const run = compactRun({ count, sizes, durations, ctos, syncs });
    return {
      ...{ track: track.id, file, offset, bytes, headerBytes },
      ...{ dts: begin, duration, samples: run },
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
  const { video, tracks, copied } = pictures;
  const timescales = new Map(tracks.map(({ id, timescale }) => [id, timescale]));
  const [head, tail] = [[...pictures.head], [...pictures.tail]];
  const clock = new Retimer(pictures.retimed);
  let over = false;
  for (const chunk of source) {
    if (chunk.track === video.id) {
      const kept = keptOf(chunk, copied);
      if (kept !== undefined) {
        for (const edge of head.splice(0)) yield clock.retime(edge);
        yield clock.retime(kept);
      }
      over ||= chunk.dts + chunk.duration > copied.until;
      continue;
    }
    const waiting = over ? [head, tail] : [head];
    const seconds = chunk.dts / (timescales.get(chunk.track) ?? 1);
    for (const edges of waiting) {
      while (edges[0] !== undefined && edges[0].dts / video.timescale <= seconds) {
        yield clock.retime(edges[0]);
        edges.shift();
      }
    }
    yield chunk;
  }
  for (const edge of [...head, ...tail]) yield clock.retime(edge);
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

/** Gives the first pictures other decode times; they are presented when they were. */
class Retimer {
  readonly #times: readonly number[];
  #passed = 0;

  constructor(times: readonly number[]) {
    this.#times = times;
  }

  retime(chunk: ArchivedChunk): ArchivedChunk {
    const first = this.#passed;
    const { samples } = chunk;
    this.#passed += samples.count;
    const dts = this.#times[first];
    if (dts === undefined) return chunk;
    const durations = new Uint32Array(samples.count);
    const ctos = new Int32Array(samples.count);
    const end = chunk.dts + chunk.duration;
    let decoded = dts;
    walkSamples(chunk, (at, own, pts, duration) => {
      const next = this.#times[first + at + 1] ?? Math.min(end, own + duration);
      durations[at] = next - decoded;
      ctos[at] = pts - decoded;
      decoded = next;
      return true;
    });
    return { ...chunk, dts, duration: decoded - dts, samples: { ...samples, durations, ctos } };
  }
}
