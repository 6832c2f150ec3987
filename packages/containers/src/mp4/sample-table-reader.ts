import { MalformedInput } from "@oxbow/media";
import { BoxFields, childrenOf, type FoundBox, findBox, needBox } from "../isobmff/index.ts";
import { type ChunkPlaces, readChunkPlaces } from "./chunk-places.ts";
import type { NumberColumn, SampleTable } from "./sample-table.ts";

/** More samples than a month has; bounds what a table of one size for all can ask for. */
const MAX_SAMPLES = 2 ** 26;

/**
 * Reads `stbl`. Counts are checked against the boxes' sizes before anything is allocated.
 * @param of the file's size, and how many descriptions `stsd` has
 * @throws MalformedInput
 */
export function readSampleTable(
  bytes: Uint8Array,
  stbl: FoundBox,
  of: { fileSize: number; descriptions: number },
): { table: SampleTable; places: ChunkPlaces } {
  const boxes = childrenOf(bytes, stbl);
  const sizes = readSizes(bytes, stbl, boxes, of.fileSize);
  const count = sizes.length;
  const { dts, duration } = readTimes(bytes, needBox(boxes, "stts", stbl), count);
  const ctts = findBox(boxes, "ctts");
  const ctos = ctts === undefined ? undefined : readOffsets(bytes, ctts, count);
  const stss = findBox(boxes, "stss");
  const places = readChunkPlaces(bytes, stbl, boxes, { ...of, sizes });
  const { offsets, descriptions } = places;
  return {
    places,
    table: {
      count,
      sizes,
      offsets,
      dts,
      duration,
      ...(ctos === undefined ? {} : { ctos }),
      syncs: stss === undefined ? "all" : readSyncs(bytes, stss, count),
      ...(descriptions === undefined ? {} : { descriptions }),
    },
  };
}

/** `stsz` or `stz2`, ISO/IEC 14496-12 §8.7.3. */
export function readSizes(
  bytes: Uint8Array,
  stbl: FoundBox,
  boxes: readonly FoundBox[],
  fileSize: number,
): Uint32Array {
  const stz2 = findBox(boxes, "stz2");
  if (stz2 !== undefined) return readCompactSizes(bytes, stz2);
  const { uniform, count, fields } = openSizes(bytes, needBox(boxes, "stsz", stbl), fileSize);
  if (uniform > 0) return new Uint32Array(count).fill(uniform);
  const sizes = new Uint32Array(count);
  for (let sample = 0; sample < count; sample++) sizes[sample] = fields.u32();
  return sizes;
}

/** The beginning of `stsz`; where the sizes differ, `fields` stand at the first. */
export function openSizes(
  bytes: Uint8Array,
  stsz: FoundBox,
  fileSize: number,
): { uniform: number; count: number; fields: BoxFields } {
  const fields = new BoxFields(bytes, stsz);
  fields.full();
  const uniform = fields.u32();
  const count = fields.u32();
  if (uniform > 0 && (count > MAX_SAMPLES || count * uniform > fileSize)) {
    throw new MalformedInput(`${count} samples of ${uniform} bytes are not in the file`, {
      spec: "ISO/IEC 14496-12 §8.7.3.2",
      offset: stsz.start,
    });
  }
  return { uniform, count: uniform > 0 ? count : fields.entries(count, 4), fields };
}

function readCompactSizes(bytes: Uint8Array, stz2: FoundBox): Uint32Array {
  const fields = new BoxFields(bytes, stz2);
  fields.full();
  const bits = fields.u32() & 0xff;
  const count = fields.u32();
  if (bits !== 4 && bits !== 8 && bits !== 16) {
    throw new MalformedInput(`Sizes of ${bits} bits are not 4, 8 or 16`, {
      spec: "ISO/IEC 14496-12 §8.7.3.3",
      offset: stz2.start,
    });
  }
  const sizes = new Uint32Array(fields.entries(count, bits / 8));
  for (let sample = 0; sample < count; sample++) {
    if (bits === 16) sizes[sample] = fields.u16();
    else if (bits === 8) sizes[sample] = fields.u8();
    else {
      const pair = fields.u8();
      sizes[sample++] = pair >> 4;
      if (sample < count) sizes[sample] = pair & 15;
    }
  }
  return sizes;
}

/** `stts`, §8.6.1.2. What it tells beyond the last sample is passed over. */
function readTimes(
  bytes: Uint8Array,
  stts: FoundBox,
  count: number,
): { dts: NumberColumn; duration: number } {
  const duration = totalTicks(bytes, stts, count);
  const dts = duration < 2 ** 32 ? new Uint32Array(count) : new Float64Array(count);
  const fields = new BoxFields(bytes, stts);
  fields.skip(8);
  let at = 0;
  for (let sample = 0; sample < count; ) {
    const last = Math.min(count, sample + fields.u32());
    const ticks = fields.u32();
    for (; sample < last; sample++) {
      dts[sample] = at;
      at += ticks;
    }
  }
  return { dts, duration };
}

/** Ticks of all samples; checks that `stts` tells them. */
export function totalTicks(bytes: Uint8Array, stts: FoundBox, count: number): number {
  const fields = new BoxFields(bytes, stts);
  fields.full();
  const runs = fields.entries(fields.u32(), 8);
  let samples = 0;
  let ticks = 0;
  for (let run = 0; run < runs && samples < count; run++) {
    const times = Math.min(fields.u32(), count - samples);
    samples += times;
    ticks += times * fields.u32();
  }
  if (samples < count || !Number.isSafeInteger(ticks)) {
    throw new MalformedInput(`"stts" tells the times of ${samples} of ${count} samples`, {
      spec: "ISO/IEC 14496-12 §8.6.1.2",
      offset: stts.start,
    });
  }
  return ticks;
}

/** `ctts`, §8.6.1.3; what it leaves out is 0. Undefined where all are. */
function readOffsets(bytes: Uint8Array, ctts: FoundBox, count: number): Int32Array | undefined {
  const fields = new BoxFields(bytes, ctts);
  fields.full();
  const runs = fields.entries(fields.u32(), 8);
  const ctos = new Int32Array(count);
  let sample = 0;
  let some = false;
  for (let run = 0; run < runs && sample < count; run++) {
    const last = Math.min(count, sample + fields.u32());
    // QuickTime writes negative numbers in version 0 too; none is above 2^31 otherwise.
    const ticks = fields.i32();
    some ||= ticks !== 0 && last > sample;
    ctos.fill(ticks, sample, last);
    sample = last;
  }
  return some ? ctos : undefined;
}

/** `stss`, §8.6.2, as positions from 0. */
export function readSyncs(bytes: Uint8Array, stss: FoundBox, count: number): Uint32Array | "all" {
  const fields = new BoxFields(bytes, stss);
  fields.full();
  const syncs = new Uint32Array(fields.entries(fields.u32(), 4));
  let before = 0;
  for (let place = 0; place < syncs.length; place++) {
    const number = fields.u32();
    if (number <= before || number > count) {
      throw new MalformedInput(`Sync sample ${number} follows ${before} of ${count}`, {
        spec: "ISO/IEC 14496-12 §8.6.2.3",
        offset: fields.at - 4,
      });
    }
    syncs[place] = number - 1;
    before = number;
  }
  return syncs.length === count ? "all" : syncs;
}
