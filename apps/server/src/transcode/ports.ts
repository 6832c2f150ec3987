import type { Frame, Millis, Track } from "@oxbow/media";

/** Why frames of a rendition begin anew. */
export type RenditionReason = "start" | "reconnect" | "restart" | "config" | "timestamps";

/** One quality besides the source, complete: what the encoder is asked for. */
export type Rendition = {
  /** Part of its playlist's name and its files': `720p`, `720p60`, or the operator's own. */
  readonly name: string;
  /** Pixels, square; the width follows the source's shape, and both are even. Never above the source's. */
  readonly width: number;
  readonly height: number;
  /** Pictures a second at the most; null: as many as the source has. */
  readonly fps: number | null;
  /** Bits a second of its pictures. */
  readonly bitrate: number;
};

/** Why a rendition is missing; as `transcoder_degraded` tells it. */
export type DegradedReason = "slow" | "crashed" | "hung" | "memory" | "encoder" | "start";

/** What is told of the renditions of a stream, each once: never `degraded` twice without `recovered`. */
export interface TranscoderNews {
  degraded(rendition: string, reason: DegradedReason, message?: string): void;
  /** It is made again. `seconds`: how long it was missing. */
  recovered(rendition: string, seconds: number): void;
}

/**
 * The frames of a broadcast before they are cut. Every call is synchronous and cheap, keeps buffers by
 * reference, and must not throw.
 */
export interface SourceTap {
  /** A stretch begins, at a keyframe where there is video; it ends the one before. */
  begin(stretch: {
    readonly reason: RenditionReason;
    readonly tracks: readonly Track[];
    /** Wall clock of tick 0 of the broadcast's timeline. */
    readonly origin: Millis;
  }): void;
  frame(frame: Frame): void;
  /** The encoder is gone. `begin` may follow. */
  interrupt(): void;
  /** The broadcast is over: nothing follows. Resolves when all outputs have had their last frame. */
  end(): Promise<void>;
}

/** Where the frames of one rendition go: on the source's timeline, in the source's ticks. */
export interface RenditionOutput {
  /** Frames begin, at a keyframe: the first, or after `lost` or a new stretch of the source. */
  begin(stretch: {
    readonly reason: RenditionReason;
    readonly tracks: readonly Track[];
    readonly origin: Millis;
  }): void;
  /** Pictures and sound, each in decode order. */
  frame(frame: Frame): void;
  /** No more frames of this stretch. `clean`: up to the source's own end; else they are missing from here. */
  finish(clean: boolean): void;
  /** Nothing is being made of this rendition for now: what comes of the source is missing in it. */
  lost(): void;
  /** The broadcast is over. */
  end(): void;
}
