import type { Frame } from "@oxbow/media";

/**
 * A run of samples that stand one after another in a file, in decode order: the sample table of one
 * chunk, column by column, so that tables of millions of samples are built by copies and not by objects.
 */
export type SampleRun = {
  readonly count: number;
  /** Bytes of each sample. */
  readonly sizes: Uint32Array;
  /** Ticks of each sample, or one value for all of them. */
  readonly durations: Uint32Array | number;
  /** Presentation less decode time of each sample in ticks; absent where all are 0. */
  readonly ctos?: Int32Array;
  /** Ascending positions of the samples at which a decoder can start, or "all". */
  readonly syncs: Uint32Array | "all";
};

/** Ticks of the whole run. */
export function runDuration(run: SampleRun): number {
  if (typeof run.durations === "number") return run.durations * run.count;
  let total = 0;
  for (const ticks of run.durations) total += ticks;
  return total;
}

/** Bytes of the whole run. */
export function runBytes(run: SampleRun): number {
  let total = 0;
  for (const size of run.sizes) total += size;
  return total;
}

/**
 * The run of frames of one track that follow one another; columns that are the same throughout are
 * made short. A frame lasts until the next one's decode time, the last until `end`.
 * @param end decode time of what comes after the last frame
 * @throws RangeError where decode times fall
 */
export function createRun(frames: readonly Frame[], end: number): SampleRun {
  const count = frames.length;
  const sizes = new Uint32Array(count);
  const durations = new Uint32Array(count);
  const ctos = new Int32Array(count);
  const syncs = new Uint32Array(count);
  let syncCount = 0;
  for (const [place, frame] of frames.entries()) {
    const ticks = (frames[place + 1]?.dts ?? end) - frame.dts;
    if (ticks < 0) {
      throw new RangeError(`Decode time falls by ${-ticks} ticks after ${frame.dts}`);
    }
    sizes[place] = frame.data.length;
    durations[place] = ticks;
    ctos[place] = frame.cto;
    if (frame.key) syncs[syncCount++] = place;
  }
  return compactRun({ count, sizes, durations, ctos, syncs: syncs.slice(0, syncCount) });
}

/** The same run with each column in its shortest form. */
export function compactRun(run: SampleRun): SampleRun {
  const { count, sizes, durations, ctos, syncs } = run;
  const uniform =
    typeof durations === "number" || durations.every((ticks) => ticks === durations[0]);
  return {
    count,
    sizes,
    durations: uniform && typeof durations !== "number" ? (durations[0] ?? 0) : durations,
    ...(ctos?.some((ticks) => ticks !== 0) === true ? { ctos } : {}),
    syncs: syncs !== "all" && syncs.length === count ? "all" : syncs,
  };
}

/**
 * Samples `[from, to)` of a run, their columns shared with it where possible, and the bytes of the
 * samples before them.
 * @throws RangeError where the bounds are not in the run
 */
export function sliceRun(
  run: SampleRun,
  from: number,
  to: number,
): { run: SampleRun; skippedBytes: number } {
  if (!(Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from <= to)) {
    throw new RangeError(`[${from}, ${to}) is not a range of samples`);
  }
  if (to > run.count) throw new RangeError(`Sample ${to} lies beyond the ${run.count} of the run`);
  let skippedBytes = 0;
  for (let place = 0; place < from; place++) skippedBytes += run.sizes[place] ?? 0;
  const { durations, ctos, syncs } = run;
  return {
    run: {
      count: to - from,
      sizes: run.sizes.subarray(from, to),
      durations: typeof durations === "number" ? durations : durations.subarray(from, to),
      ...(ctos === undefined ? {} : { ctos: ctos.subarray(from, to) }),
      syncs:
        syncs === "all"
          ? "all"
          : syncs.filter((place) => place >= from && place < to).map((place) => place - from),
    },
    skippedBytes,
  };
}
