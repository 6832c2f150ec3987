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
