import type { Millis, Track } from "@oxbow/media";

/** What is to be copied, column by column: piece `i` is `bytes[i]` bytes of `files[file[i]]`. */
export type CopyPieces = {
  readonly files: readonly string[];
  readonly count: number;
  readonly file: Uint16Array;
  /** Where it stands in its archive file. */
  readonly source: Float64Array;
  /** Where it goes in the movie's file, ascending; what lies between two pieces is zero. */
  readonly target: Float64Array;
  readonly bytes: Float64Array;
};

/** A track as the finished movie must hold it. */
export type PlannedTrack = {
  readonly track: Track;
  readonly samples: number;
  /** The edit: what is shown begins at `mediaTime` and lasts `duration`, both in ticks of the track. */
  readonly mediaTime: number;
  readonly duration: number;
  /** Ticks of the track that pass before it begins. */
  readonly delay: number;
};

/** A gap, and where on the movie's timeline it was closed, or begins where it is filled. */
export type PlannedGap = {
  readonly from: Millis;
  readonly to: Millis;
  readonly reason: string;
  readonly at: Millis;
  /** The movie lasts over it: the picture before it stands still, and there is silence. */
  readonly filled?: boolean;
};

/** An MP4, decided to the last byte before the first one is written. */
export type MoviePlan = {
  /** `ftyp`, `moov`, subtitles and the header of `mdat`; put into one piece when it is first asked for. */
  readonly header: Uint8Array;
  /** The same as parts that follow one another, for those who send them. */
  readonly headerParts: readonly Uint8Array[];
  readonly headerBytes: number;
  readonly pieces: CopyPieces;
  /** Of the whole file. */
  readonly bytes: number;
  readonly durationMs: Millis;
  readonly tracks: readonly PlannedTrack[];
  /** Subtitle tracks, whose samples are part of the header. */
  readonly texts: number;
  readonly gaps: readonly PlannedGap[];
  /** Wall clock of the first picture, and of the end of the last. */
  readonly cut: { readonly from: Millis; readonly to: Millis };
  /** Names the content: equal plans give equal bytes. Hex. */
  readonly digest: string;
};
