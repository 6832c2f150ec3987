import { type Frame, type Millis, millis, rescale, type Track } from "@oxbow/media";
import type { Chunk, Segment, SegmentTrack, Stretch } from "./chunk.ts";

// What a frame costs besides its bytes: bounds segments of very many very small frames.
const FRAME_COST = 64;

/** A segment that is being filled, or that waits for its slower tracks. Times are of the lead track. */
export class OpenSegment {
  readonly number: number;
  /** Its beginning: presentation time of its first picture, and decode time of the same. */
  start: { readonly shown: number; readonly dts: number } | undefined;
  /** Presentation time at which the next segment begins, once that is known. */
  end: number | undefined;
  seconds = 0;
  /** Cost of its frames in memory. */
  bytes = 0;
  /** Whether the lead track begins with a sync sample; absent while it has none at all. */
  independent: boolean | undefined;

  #leadSamples = 0;
  #leadDts = 0;

  readonly #leadTimescale: number;
  readonly #chunks: Chunk[][];

  /** `tracks` in the order of their lanes, the lead first. */
  constructor(number: number, [lead, ...others]: readonly [Track, ...Track[]]) {
    this.number = number;
    this.#leadTimescale = lead.timescale;
    this.#chunks = [lead, ...others].map(() => []);
  }

  /** Sealed chunks of a lane. */
  parts(lane: number): number {
    return this.#chunks[lane]?.length ?? 0;
  }

  /** Counts a frame that was put into it. */
  took(lane: number, frame: Frame): void {
    this.bytes += frame.data.length + FRAME_COST;
    if (lane !== 0) return;
    if (this.#leadSamples === 0) {
      this.independent = frame.key;
      this.#leadDts = frame.dts;
    }
    this.#leadSamples += 1;
  }

  /** Wall clock of its beginning; its first frame has set it. */
  wall(origin: Millis): Millis {
    return wallOf(origin, this.start?.shown ?? 0, this.#leadTimescale);
  }

  /** It holds one picture alone, which lasts from its beginning to its end. */
  get isOnePicture(): boolean {
    return this.#leadSamples === 1 && this.#leadDts === this.start?.dts;
  }

  add(lane: number, chunk: Chunk): void {
    this.#chunks[lane]?.push(chunk);
  }

  /** The segment as it stays for ever; nothing if it holds no media. */
  seal(stretch: Stretch, tracks: readonly Track[]): Segment | undefined {
    const sealed: SegmentTrack[] = [];
    tracks.forEach((track, lane) => {
      const chunks = this.#chunks[lane] ?? [];
      const [first] = chunks;
      if (first === undefined) return;
      let bytes = 0;
      let duration = 0;
      for (const chunk of chunks) {
        bytes += chunk.bytes;
        duration += chunk.duration;
      }
      sealed.push({ track: track.id, dts: first.dts, duration, chunks, bytes });
    });
    if (this.start === undefined || sealed.length === 0) return undefined;
    return {
      stretch,
      number: this.number,
      // Not of its first chunk: a frame from before a silence may stand there.
      wall: this.wall(stretch.origin),
      seconds: this.seconds,
      independent: this.independent ?? false,
      tracks: sealed,
    };
  }
}

/** Wall clock of a time on the broadcast's timeline. */
export function wallOf(origin: Millis, ticks: number, timescale: number): Millis {
  return millis(origin + rescale(ticks, timescale, 1000));
}
