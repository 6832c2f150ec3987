import { MalformedInput } from "@oxbow/media";
import { BoxFields, type FoundBox, findBox, needBox } from "../isobmff/index.ts";
import type { NumberColumn } from "./sample-table.ts";

/** First and last byte (exclusive) of each chunk. */
export type ChunkExtents = { readonly starts: Float64Array; readonly ends: Float64Array };

/** Where the samples of a track stand, and which description each has. */
export type ChunkPlaces = ChunkExtents & {
  readonly offsets: NumberColumn;
  readonly descriptions: Uint16Array | undefined;
};

const SPEC = "ISO/IEC 14496-12 §8.7.4";

/**
 * Places every sample by `stsc` and `stco` or `co64`.
 * @throws MalformedInput where the chunks hold more or fewer samples than there are, or leave the file
 */
export function readChunkPlaces(
  bytes: Uint8Array,
  stbl: FoundBox,
  boxes: readonly FoundBox[],
  of: { sizes: Uint32Array; fileSize: number; descriptions: number },
): ChunkPlaces {
  const { sizes } = of;
  const total = sizes.length;
  const wide = of.fileSize >= 2 ** 32;
  const offsets = wide ? new Float64Array(total) : new Uint32Array(total);
  const descriptions = of.descriptions > 1 ? new Uint16Array(total) : undefined;
  const place = (first: number, last: number, description: number, start: number): number => {
    descriptions?.fill(description, first, last);
    let at = start;
    for (let sample = first; sample < last; sample++) {
      offsets[sample] = at;
      at += sizes[sample] ?? 0;
    }
    return at;
  };
  const extents = walkChunks(bytes, stbl, boxes, { ...of, total, place });
  return { ...extents, offsets, descriptions };
}

/**
 * Walks the chunks in their order. `place` is told the samples `[first, last)` of one, their description,
 * and where it starts; it answers where it ends.
 * @throws MalformedInput as `readChunkPlaces`
 */
export function walkChunks(
  bytes: Uint8Array,
  stbl: FoundBox,
  boxes: readonly FoundBox[],
  of: {
    total: number;
    fileSize: number;
    descriptions: number;
    place: (first: number, last: number, description: number, start: number) => number;
  },
): ChunkExtents {
  const { total, place } = of;
  const starts = readChunkOffsets(bytes, stbl, boxes);
  const ends = new Float64Array(starts.length);
  const { count, entries } = readChunkRuns(bytes, needBox(boxes, "stsc", stbl), of.descriptions);
  let sample = 0;
  for (let run = 0; run < count; run++) {
    const from = (entries[run * 3] ?? 1) - 1;
    const samples = entries[run * 3 + 1] ?? 0;
    const description = entries[run * 3 + 2] ?? 1;
    const to = run + 1 < count ? (entries[run * 3 + 3] ?? 1) - 1 : starts.length;
    if (to > starts.length || sample + (to - from) * samples > total) {
      throw new MalformedInput(`The chunks hold more than the ${total} samples there are`, {
        spec: SPEC,
        offset: stbl.start,
      });
    }
    for (let chunk = from; chunk < to; chunk++) {
      const end = place(sample, sample + samples, description, starts[chunk] ?? 0);
      sample += samples;
      if (end > of.fileSize) {
        throw new MalformedInput(`Chunk ${chunk + 1} ends at ${end}, beyond the file`, {
          spec: "ISO/IEC 14496-12 §8.7.5",
          offset: stbl.start,
        });
      }
      ends[chunk] = end;
    }
  }
  if (sample !== total) {
    throw new MalformedInput(`The chunks hold ${sample} of ${total} samples`, {
      spec: SPEC,
      offset: stbl.start,
    });
  }
  return { starts, ends };
}

function readChunkOffsets(
  bytes: Uint8Array,
  stbl: FoundBox,
  boxes: readonly FoundBox[],
): Float64Array {
  const co64 = findBox(boxes, "co64");
  const fields = new BoxFields(bytes, co64 ?? needBox(boxes, "stco", stbl));
  fields.full();
  const count = fields.entries(fields.u32(), co64 === undefined ? 4 : 8);
  const starts = new Float64Array(count);
  for (let chunk = 0; chunk < count; chunk++) {
    starts[chunk] = co64 === undefined ? fields.u32() : fields.u64();
  }
  return starts;
}

/** `stsc`: first chunk, samples in each, description; the first chunks are checked to ascend from 1. */
function readChunkRuns(
  bytes: Uint8Array,
  stsc: FoundBox,
  descriptions: number,
): { count: number; entries: Uint32Array } {
  const fields = new BoxFields(bytes, stsc);
  fields.full();
  const count = fields.entries(fields.u32(), 12);
  const entries = new Uint32Array(count * 3);
  let before = 0;
  for (let run = 0; run < count; run++) {
    const [first, samples, description] = [fields.u32(), fields.u32(), fields.u32()];
    const follows = run === 0 ? first === 1 : first > before;
    if (!follows || samples === 0 || description < 1 || description > descriptions) {
      throw new MalformedInput(`Run ${run + 1} of chunks can't be`, {
        spec: SPEC,
        offset: fields.at - 12,
      });
    }
    entries.set([first, samples, description], run * 3);
    before = first;
  }
  return { count, entries };
}

/**
 * Refuses stretches of a file that overlap.
 * @throws MalformedInput
 */
export function checkApart(places: readonly ChunkExtents[]): void {
  if (areApart(places)) return;
  const total = places.reduce((sum, { starts }) => sum + starts.length, 0);
  const starts = new Float64Array(total);
  const ends = new Float64Array(total);
  let count = 0;
  for (const place of places) {
    for (const [chunk, start] of place.starts.entries()) {
      const end = place.ends[chunk] ?? 0;
      if (end <= start) continue;
      starts[count] = start;
      ends[count++] = end;
    }
  }
  // Sorted apart: stretches lie apart exactly if each end comes before the start that follows it.
  const first = starts.subarray(0, count).toSorted();
  const last = ends.subarray(0, count).toSorted();
  for (let at = 1; at < count; at++) {
    if ((last[at - 1] ?? 0) > (first[at] ?? 0)) {
      throw new MalformedInput("Two chunks overlap", {
        spec: "ISO/IEC 14496-12 §8.7.5",
        offset: first[at] ?? 0,
      });
    }
  }
}

/**
 * Whether all stretches lie apart, seen by going through the tracks side by side: as nearly every writer
 * puts the chunks of a track in order, and sorting those of a day takes a tenth of a second. False also
 * where a track is not in order.
 */
function areApart(places: readonly ChunkExtents[]): boolean {
  const next = places.map(() => 0);
  let end = 0;
  for (;;) {
    let [nearest, start] = [-1, Number.POSITIVE_INFINITY];
    for (let place = 0; place < places.length; place += 1) {
      const begin = places[place]?.starts[next[place] ?? 0] ?? Number.POSITIVE_INFINITY;
      if (begin < start) [nearest, start] = [place, begin];
    }
    const chunks = places[nearest];
    if (chunks === undefined) return true;
    const at = next[nearest] ?? 0;
    next[nearest] = at + 1;
    const until = chunks.ends[at] ?? 0;
    if (until <= start) continue;
    if (start < end) return false;
    end = until;
  }
}
