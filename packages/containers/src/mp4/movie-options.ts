import type { Millis } from "@oxbow/media";
import type { MovieText } from "./text-track.ts";
import type { Chapter, Metadata } from "./user-data.ts";

/** The part of a track that is shown, in ticks of the track. */
export type Presentation = {
  /** Where it begins on the track's own timeline, whose first sample has decode time 0. */
  readonly mediaTime: number;
  readonly duration: number;
  /** Time on the movie's timeline before it begins. */
  readonly delay?: number;
};

/** How a movie is finished. */
export type MovieOptions = {
  /** Bytes that will follow the header. */
  readonly payloadBytes: number;
  /** By track id; a track that is not in it is shown whole, from its first picture or sound. */
  readonly presentation: ReadonlyMap<number, Presentation>;
  /** The payload is to begin at an offset with this remainder. */
  readonly align?: { readonly modulo: number; readonly remainder: number };
  readonly title?: string;
  readonly createdAt?: Millis;
  /** Ascending, on the movie's timeline; what lies at its end or beyond is left out. */
  readonly chapters?: readonly Chapter[];
  readonly metadata?: Metadata;
  /** Subtitles, each a track after those of the media. */
  readonly texts?: readonly MovieText[];
};
