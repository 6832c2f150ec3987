import type { SampleRun } from "@oxbow/containers";
import type { Millis, Track } from "@oxbow/media";

/** Why a stretch began: what stands between it and the one before. */
export type StretchReason = "start" | "reconnect" | "restart" | "config" | "timestamps";

/**
 * A run of media on one continuous timeline with one codec configuration for each track.
 * Times of its chunks are ticks on the broadcast's timeline; `origin` is the wall clock at tick 0.
 */
export type Stretch = {
  readonly id: string;
  readonly stream: string;
  readonly broadcast: string;
  readonly rendition: string;
  readonly reason: StretchReason;
  readonly origin: Millis;
  readonly tracks: readonly Track[];
  /** Number of the first segment; numbers grow by one over the life of the stream. */
  readonly firstSegment: number;
};

/** A sealed CMAF chunk: one `moof mdat` of one track. With its siblings of a track it makes a segment. */
export type Chunk = {
  readonly stretch: Stretch;
  readonly track: number;
  /** Number of the segment it belongs to. */
  readonly segment: number;
  /** Place among the chunks of this track in this segment, from 0. */
  readonly part: number;
  /** Decode time and length in ticks of the track, on the broadcast's timeline. */
  readonly dts: number;
  readonly duration: number;
  /** Wall clock of the earliest presentation time in it. */
  readonly wall: Millis;
  /** Wall clock at which its segment begins: that of the segment when it is sealed. */
  readonly segmentWall: Millis;
  /** It was sealed before it was full, because its segment ends there. */
  readonly cutShort: boolean;
  /** Its first sample is a sync sample. */
  readonly independent: boolean;
  readonly samples: SampleRun;
  /** `moof` and `mdat` header first, then the frames' own buffers: nothing was copied. */
  readonly buffers: readonly Uint8Array[];
  /** Sum of the buffers' lengths. */
  readonly bytes: number;
  /** Length of the first buffer: where the samples begin. */
  readonly headerBytes: number;
};

/** One track's stretch of a sealed segment. */
export type SegmentTrack = {
  readonly track: number;
  readonly dts: number;
  readonly duration: number;
  readonly chunks: readonly Chunk[];
  readonly bytes: number;
};

/** A sealed segment: immutable, the same number in every track and rendition. */
export type Segment = {
  readonly stretch: Stretch;
  readonly number: number;
  /** Wall clock of its first picture (of its first audio where there is no video). */
  readonly wall: Millis;
  /** Seconds, of the video where there is one. */
  readonly seconds: number;
  /** It begins with a sync sample. */
  readonly independent: boolean;
  readonly tracks: readonly SegmentTrack[];
  /** What should be its end is missing: it was lost before it was cut. Of renditions alone. */
  readonly broken?: true;
};

/** A segment whose beginning is decided; nothing of it is sealed yet. */
export type SegmentBeginning = {
  readonly stretch: Stretch;
  readonly number: number;
  /** Presentation time, in ticks of the track that segments are cut by, and how many make a second. */
  readonly shown: number;
  readonly timescale: number;
};

/** What follows the packager: the live window and the recorder. Every call is synchronous and cheap. */
export interface PackagerOutput {
  stretchBegan(stretch: Stretch): void;
  /** Called for each segment, in order, before a frame is put into it; also if it comes to nothing. */
  segmentBegan?(segment: SegmentBeginning): void;
  chunkSealed(chunk: Chunk): void;
  /**
   * Nothing more of a track will come into a segment, which waits for the others perhaps. Called before
   * the segment is sealed, and after the track's last chunk of it.
   */
  trackLeft?(place: Pick<Chunk, "stretch" | "track" | "segment">): void;
  segmentSealed(segment: Segment): void;
  /** No more media in this stretch. Called after its last segment was sealed. */
  stretchEnded(stretch: Stretch): void;
  /** Of a rendition: nothing is being made of it for now, until a stretch begins. */
  lost?(): void;
}
