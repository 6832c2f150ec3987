import type { Track } from "@oxbow/media";

/** Sample tables of a track as it is served: what is hidden in the file is squeezed or gone. */
export type TitleSamples = {
  readonly count: number;
  /** Places in the file. */
  readonly offsets: Uint32Array | Float64Array;
  readonly sizes: Uint32Array;
  /** Decode time of each sample and, last, the end, in ticks from the beginning of the served timeline. */
  readonly times: Float64Array;
  /** Presentation less decode time; absent where all are 0. */
  readonly ctos: Int32Array | undefined;
  /** Ascending positions, or all. */
  readonly syncs: Uint32Array | "all";
  /** Samples a second, as they are decoded where nothing is squeezed. */
  readonly rate: number;
  /** Ticks at which what is shown begins and ends. */
  readonly shownFrom: number;
  readonly shownTo: number;
};

/** A track with its segments: segment `k` is the samples from `starts[k]` to `starts[k + 1]`. */
export type TitleTrack = {
  readonly track: Track;
  readonly samples: TitleSamples;
  readonly starts: Uint32Array;
  /** Seconds of each segment. */
  readonly seconds: Float64Array;
};

/** A file, packaged: every track has the same number of segments, cut at the same times. */
export type Title = {
  /** Absolute path of the file. */
  readonly path: string;
  readonly tracks: readonly TitleTrack[];
  /** Whole seconds: no segment, rounded, is longer. */
  readonly targetDuration: number;
  /** Every segment begins with a sync sample. */
  readonly independent: boolean;
  /** Memory that the tables take. */
  readonly memory: number;
};

/**
 * The served timeline begins here instead of at 0: the decode time of a first picture lies before its
 * presentation, and a `tfdt` can't be negative.
 */
export const TIMELINE_BEGINS_SECONDS = 10;
