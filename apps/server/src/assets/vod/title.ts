import type { SampleTable } from "@oxbow/containers";
import type { CaptionService, Track } from "@oxbow/media";

/**
 * The samples of a track as they are served: a view on the file's own columns, moved in time, in which what
 * the edit list hides is squeezed or gone. Nothing is copied for a sample, so that a day fits into memory.
 */
export type TitleSamples = {
  readonly table: SampleTable;
  /** The sample of the table that is served first. */
  readonly first: number;
  readonly count: number;
  /** From decode times of the table to those of the served timeline. */
  readonly shift: number;
  /** Samples at the head whose times are other than the table's. */
  readonly head: { readonly times: Float64Array; readonly ctos: Int32Array };
  /** Ascending samples near the end whose presentation times are other than the table's. */
  readonly tail: { readonly at: Uint32Array; readonly shown: Float64Array };
  /** Ascending positions among the served samples, or all. */
  readonly syncs: Uint32Array | "all";
  /** Samples a second, as they are decoded where nothing is squeezed. */
  readonly rate: number;
  /** Ticks of the served timeline at which what is shown begins and ends. */
  readonly shownFrom: number;
  readonly shownTo: number;
};

/** Decode time of a served sample in ticks of the served timeline; of `count`, the end of the last. */
export function timeAt({ table, first, shift, head }: TitleSamples, sample: number): number {
  if (sample < head.times.length) return head.times[sample] ?? 0;
  return (table.dts[first + sample] ?? table.duration) + shift;
}

/** Presentation less decode time of a served sample. */
export function ctoAt(samples: TitleSamples, sample: number): number {
  const { table, first, head, tail } = samples;
  if (sample < head.ctos.length) return head.ctos[sample] ?? 0;
  const late = tail.at.indexOf(sample);
  if (late >= 0) return (tail.shown[late] ?? 0) - timeAt(samples, sample);
  return table.ctos?.[first + sample] ?? 0;
}

/** Presentation time of a served sample. */
export function shownAt(samples: TitleSamples, sample: number): number {
  return timeAt(samples, sample) + ctoAt(samples, sample);
}

/** One of the files of a title. */
export type TitleFile = {
  readonly rendition: string;
  /** Absolute. */
  readonly path: string;
};

/** A track with its segments: segment `k` is the samples from `starts[k]` to `starts[k + 1]`. */
export type TitleTrack = {
  /** From 1, over all files: the folder of its segments. */
  readonly number: number;
  /** Of its playlist: `video`, `video-720p`, `audio`, `audio-3`. */
  readonly name: string;
  readonly file: TitleFile;
  /** As it is served. Its id is that of the file. */
  readonly track: Track;
  /** The file asks for it to be played. */
  readonly enabled: boolean;
  readonly samples: TitleSamples;
  readonly starts: Uint32Array;
  /** Seconds of each segment. */
  readonly seconds: Float64Array;
  /** Bytes of each segment, about, container included. */
  readonly bytes: Float64Array;
};

/** The files of an asset, packaged: every track has the same number of segments where `aligned`. */
export type Title = {
  /** Pictures first, the files in their order; of each file's pictures the first track alone. */
  readonly tracks: readonly TitleTrack[];
  /** Whole seconds: no segment, rounded, is longer. */
  readonly targetDuration: number;
  /** Every segment begins with a sync sample. */
  readonly independent: boolean;
  /** All pictures are cut at the same times, so that a player may change between them anywhere. */
  readonly aligned: boolean;
  /** Closed captions in all of the pictures; empty where there are none, undefined where nobody knows. */
  readonly captions: readonly CaptionService[] | undefined;
  /** Seconds of the longest track. */
  readonly duration: number;
  /** Bytes of memory that the tables take. */
  readonly memory: number;
};

/**
 * The served timeline begins here instead of at 0: the decode time of a first picture lies before its
 * presentation, and a `tfdt` can't be negative.
 */
export const TIMELINE_BEGINS_SECONDS = 10;
