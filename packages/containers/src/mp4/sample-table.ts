import { compactRun, type SampleRun } from "../sample-run.ts";

/** Where numbers below 2^32 need four bytes each, others eight. */
export type NumberColumn = Uint32Array | Float64Array;

/** All samples of a track in decode order, column by column. */
export type SampleTable = {
  readonly count: number;
  /** Bytes of each sample. */
  readonly sizes: Uint32Array;
  /** Where each sample begins in the file. */
  readonly offsets: NumberColumn;
  /** Decode time of each sample in ticks; the first is 0. */
  readonly dts: NumberColumn;
  /** Ticks of all samples: the decode time of what would come next. */
  readonly duration: number;
  /** Presentation less decode time; absent where all are 0. */
  readonly ctos?: Int32Array;
  /** Ascending positions, from 0, of the samples at which a decoder can start, or "all". */
  readonly syncs: Uint32Array | "all";
  /** Number of each sample's description, from 1; absent where all have the first. */
  readonly descriptions?: Uint16Array;
};

/** A stretch of a file. */
export type Span = { readonly offset: number; readonly bytes: number };

/** The last sample whose decode time is at most `dts`; 0 where none is. */
export function sampleAt(table: SampleTable, dts: number): number {
  return Math.max(0, countUpTo(table.dts, table.count, dts) - 1);
}

/** How many of the first `count` numbers of an ascending column are at most `limit`. */
function countUpTo(column: NumberColumn, count: number, limit: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last sync sample at or before `sample`; 0 where none is. */
export function syncAt(table: SampleTable, sample: number): number {
  if (table.syncs === "all") return sample;
  const before = countUpTo(table.syncs, table.syncs.length, sample);
  return table.syncs[before - 1] ?? 0;
}

/**
 * Samples `[from, to)` as a run.
 * @throws RangeError
 */
export function runOf(table: SampleTable, from: number, to: number): SampleRun {
  checkRange(table, from, to);
  const durations = new Uint32Array(to - from);
  for (let sample = from; sample < to; sample++) {
    durations[sample - from] = (table.dts[sample + 1] ?? table.duration) - (table.dts[sample] ?? 0);
  }
  const { ctos, syncs } = table;
  return compactRun({
    count: to - from,
    sizes: table.sizes.subarray(from, to),
    durations,
    ...(ctos === undefined ? {} : { ctos: ctos.subarray(from, to) }),
    syncs: syncs === "all" ? "all" : syncsWithin(syncs, from, to),
  });
}

function syncsWithin(syncs: Uint32Array, from: number, to: number): Uint32Array {
  const first = countUpTo(syncs, syncs.length, from - 1);
  const last = countUpTo(syncs, syncs.length, to - 1);
  return syncs.slice(first, last).map((place) => place - from);
}

/**
 * Where samples `[from, to)` stand, neighbours joined, in decode order.
 * @throws RangeError
 */
export function spansOf(table: SampleTable, from: number, to: number): Span[] {
  checkRange(table, from, to);
  const spans: { offset: number; bytes: number }[] = [];
  for (let sample = from; sample < to; sample++) {
    const offset = table.offsets[sample] ?? 0;
    const bytes = table.sizes[sample] ?? 0;
    const last = spans.at(-1);
    if (last !== undefined && last.offset + last.bytes === offset) last.bytes += bytes;
    else spans.push({ offset, bytes });
  }
  return spans;
}

function checkRange(table: SampleTable, from: number, to: number): void {
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to)) {
    throw new RangeError(`[${from}, ${to}) is not a range of samples`);
  }
  if (to > table.count)
    throw new RangeError(`Sample ${to} lies beyond the ${table.count} there are`);
}
