import type { Frame, Millis, Track } from "@oxbow/media";
import type { Chunk, PackagerOutput, Segment, Stretch, StretchReason } from "./chunk.ts";
import { KeyframeCuts } from "./keyframe-cuts.ts";
import { type CutLimits, type CutterHost, StretchCutter } from "./stretch-cutter.ts";
import { longestUnder, targetDuration } from "./target-duration.ts";

/** What a packager is made with. */
export type PackagerOptions = {
  /** Ids, as the chunks carry them. */
  readonly stream: string;
  readonly broadcast: string;
  readonly rendition: string;
  /** Longest part, in milliseconds of media. */
  readonly partMs: number;
  /** Wanted length of a segment: it ends at the first keyframe from there on (less a tenth). */
  readonly segmentMs: number;
  /** Longest first segment of a broadcast. The later ones keep to the target that it sets. */
  readonly longestSegmentMs: number;
  /** Number of the first segment: one more than the last of this stream. */
  readonly nextSegment: number;
  /** Target duration in seconds, where the broadcast has one already (a restart of the server). */
  readonly targetDuration?: number;
  /** How far one track runs ahead, in milliseconds of its time, before the other counts as silent. */
  readonly silentMs?: number;
  /** Bytes of frames that may be open before a segment is cut for its size. */
  readonly openBytes?: number;
  readonly newStretchId: () => string;
  readonly outputs: readonly PackagerOutput[];
};

/**
 * Cuts the frames of one broadcast into parts and segments, once, for everyone (`outputs`).
 * Synchronous; frames' buffers are kept by reference. Frames of a track come with growing decode
 * times; tracks may come interleaved in any way.
 */
export interface Packager {
  /** Begins a stretch; ends the one before. */
  begin(stretch: {
    readonly reason: StretchReason;
    readonly tracks: readonly Track[];
    readonly origin: Millis;
  }): void;
  /** @throws RangeError for a frame outside a stretch, of an unknown track, or back in time */
  frame(frame: Frame): void;
  /** The encoder is gone: what is open is sealed and the stretch ends. `begin` may follow. */
  interrupt(): void;
  /** The broadcast is over: as `interrupt`, and nothing follows. */
  end(): void;
  /** The first number that no segment has; certain between stretches, a lower bound within one. */
  readonly nextSegment: number;
  /** Target duration in seconds, once the first segment has fixed it. */
  readonly targetDuration: number | undefined;
}

const SILENT_MS = 3000;
const OPEN_BYTES = 64 * 1024 * 1024;

/** A packager for one rendition of one broadcast. */
export function createPackager(options: PackagerOptions): Packager {
  return new BroadcastPackager(options);
}

class BroadcastPackager implements Packager {
  readonly #options: PackagerOptions;
  readonly #limits: CutLimits;
  #current: { readonly stretch: Stretch; readonly cutter: StretchCutter } | undefined;
  #nextSegment: number;
  #target: number | undefined;
  #sequence = 0;
  #over = false;

  constructor(options: PackagerOptions) {
    this.#options = options;
    this.#nextSegment = options.nextSegment;
    this.#target = options.targetDuration;
    this.#limits = {
      partMs: options.partMs,
      segmentMs: options.segmentMs,
      silentMs: options.silentMs ?? SILENT_MS,
      openBytes: options.openBytes ?? OPEN_BYTES,
    };
  }

  begin(media: { reason: StretchReason; tracks: readonly Track[]; origin: Millis }): void {
    if (this.#over) throw new RangeError("The broadcast has ended");
    this.interrupt();
    const { stream, broadcast, rendition, newStretchId, outputs } = this.#options;
    const { reason, tracks, origin } = media;
    const stretch: Stretch = {
      id: newStretchId(),
      stream,
      broadcast,
      rendition,
      reason,
      origin,
      tracks,
      firstSegment: this.#nextSegment,
    };
    const host = this.#host(stretch);
    const longestMs = (): number => host.longestMs();
    const cutter = new StretchCutter(
      host,
      this.#limits,
      new KeyframeCuts({ ...this.#limits, longestMs }),
    );
    this.#current = { stretch, cutter };
    for (const output of outputs) output.stretchBegan(stretch);
  }

  frame(frame: Frame): void {
    if (this.#current === undefined) throw new RangeError("A frame came before its stretch began");
    this.#current.cutter.frame(frame);
  }

  interrupt(): void {
    if (this.#current === undefined) return;
    const { stretch, cutter } = this.#current;
    cutter.finish();
    this.#nextSegment = cutter.nextSegment;
    this.#current = undefined;
    for (const output of this.#options.outputs) output.stretchEnded(stretch);
  }

  end(): void {
    this.interrupt();
    this.#over = true;
  }

  get nextSegment(): number {
    return this.#current?.cutter.nextSegment ?? this.#nextSegment;
  }

  get targetDuration(): number | undefined {
    return this.#target;
  }

  #host(stretch: Stretch): CutterHost {
    const { outputs, segmentMs, longestSegmentMs } = this.#options;
    return {
      stretch,
      sequence: () => ++this.#sequence,
      longestMs: () => (this.#target === undefined ? longestSegmentMs : longestUnder(this.#target)),
      measured: (seconds) => {
        this.#target ??= targetDuration(seconds, segmentMs);
      },
      chunkSealed: (chunk: Chunk) => {
        for (const output of outputs) output.chunkSealed(chunk);
      },
      trackLeft: (place) => {
        for (const output of outputs) output.trackLeft?.(place);
      },
      segmentBegan: (segment) => {
        for (const output of outputs) output.segmentBegan?.(segment);
      },
      segmentSealed: (segment: Segment) => {
        for (const output of outputs) output.segmentSealed(segment);
      },
    };
  }
}
