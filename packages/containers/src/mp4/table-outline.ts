import { BoxFields, childrenOf, type FoundBox, findBox, needBox } from "../isobmff/index.ts";
import { type ChunkExtents, walkChunks } from "./chunk-places.ts";
import type { Span } from "./sample-table.ts";
import { openSizes, readSizes, readSyncs, totalTicks } from "./sample-table-reader.ts";

/** What a sample table comes to, without a column for each of its samples. */
export type TableOutline = {
  readonly count: number;
  /** Ticks of all samples. */
  readonly duration: number;
  /** Where the first and the last sample stand; absent where there is none. */
  readonly first: Span | undefined;
  readonly last: Span | undefined;
};

/**
 * Goes through `stbl` and checks in it what `readSampleTable` does, in a tenth of its time and memory.
 * @throws MalformedInput
 */
export function outlineTable(
  bytes: Uint8Array,
  stbl: FoundBox,
  of: { fileSize: number; descriptions: number },
): { table: TableOutline; places: ChunkExtents } {
  const boxes = childrenOf(bytes, stbl);
  const { count, sum } = sizesOf(bytes, stbl, boxes, of.fileSize);
  const duration = totalTicks(bytes, needBox(boxes, "stts", stbl), count);
  const ctts = findBox(boxes, "ctts");
  if (ctts !== undefined) checkOffsets(bytes, ctts);
  const stss = findBox(boxes, "stss");
  let first: Span | undefined;
  let last: Span | undefined;
  const place = (from: number, to: number, _description: number, start: number): number => {
    const end = start + sum(from, to);
    if (from === 0) first = { offset: start, bytes: sum(0, 1) };
    if (to === count) {
      const own = sum(to - 1, to);
      last = { offset: end - own, bytes: own };
    }
    return end;
  };
  const places = walkChunks(bytes, stbl, boxes, { ...of, total: count, place });
  if (stss !== undefined) readSyncs(bytes, stss, count);
  return { places, table: { count, duration, first, last } };
}

type Sizes = {
  readonly count: number;
  /** Bytes of the samples `[from, to)`. */
  readonly sum: (from: number, to: number) => number;
};

/** Sizes that stay in the box that tells them. */
function sizesOf(
  bytes: Uint8Array,
  stbl: FoundBox,
  boxes: readonly FoundBox[],
  fileSize: number,
): Sizes {
  if (findBox(boxes, "stz2") !== undefined) {
    const sizes = readSizes(bytes, stbl, boxes, fileSize);
    const sum = (from: number, to: number): number =>
      sizes.subarray(from, to).reduce((total, size) => total + size, 0);
    return { count: sizes.length, sum };
  }
  const { uniform, count, fields } = openSizes(bytes, needBox(boxes, "stsz", stbl), fileSize);
  if (uniform > 0) return { count, sum: (from, to) => (to - from) * uniform };
  const view = new DataView(bytes.buffer, bytes.byteOffset + fields.at, count * 4);
  return {
    count,
    sum: (from, to) => {
      let total = 0;
      for (let at = from * 4; at < to * 4; at += 4) total += view.getUint32(at);
      return total;
    },
  };
}

/** `ctts`, §8.6.1.3: its entries are in the box. */
function checkOffsets(bytes: Uint8Array, ctts: FoundBox): void {
  const fields = new BoxFields(bytes, ctts);
  fields.full();
  fields.entries(fields.u32(), 8);
}
