import { setTimeout as wait } from "node:timers/promises";
import { type Millis, millis } from "@oxbow/media";
import type { Chunk, Segment, Stretch } from "../packager/index.ts";
import type { Recorder } from "./archive-door.ts";
import { Recording, type RecordingOptions, type SealedSegment } from "./recording.ts";
import type { WaitingBytes } from "./waiting-bytes.ts";

/** Where a recorder's bytes wait, and how many of them may. */
export type QueueOptions = {
  /** Bytes that wait in all recorders of its kind. */
  readonly shared: WaitingBytes;
  readonly ownBytes: number;
  readonly allBytes: number;
  /** Whether the disk is wanted for something that matters more. */
  readonly yields: () => boolean;
};

/** More than this share of its queue in use, a recorder says that the disk does not keep up. */
export const CROWDED = 0.25;

type Step =
  | { readonly do: "begin"; readonly stretch: Stretch }
  | { readonly do: "chunk"; readonly chunk: Chunk }
  | { readonly do: "seal"; readonly segment: SealedSegment }
  | { readonly do: "end" }
  | { readonly do: "lost" }
  | { readonly do: "settle"; readonly done: () => void }
  | Dropped;

/** Chunks that found the queue full. */
type Dropped = { readonly do: "lose"; readonly from: Millis; to: Millis; segment: number };

/**
 * The queue between the packager, which never waits, and the files, which may. It is bounded by the
 * bytes that it holds; when it is full, media is dropped up to the next segment that finds it half empty.
 */
export class QueuedRecorder implements Recorder {
  readonly #options: RecordingOptions;
  readonly #recording: Recording;
  readonly #queueing: QueueOptions;
  readonly #stop: () => void;
  #queue: Step[] = [];
  #bytes = 0;
  #draining: Promise<void> | undefined;
  #dropping: number | undefined;
  #closing: Promise<void> | undefined;
  #room: PromiseWithResolvers<void> | undefined;

  constructor(options: RecordingOptions, queueing: QueueOptions, onClosed: () => void) {
    this.#options = options;
    this.#queueing = queueing;
    this.#recording = new Recording(options);
    const { live, broadcast, rendition } = options;
    const stop = live.recording({ stream: options.stream.id, broadcast, rendition });
    this.#stop = () => {
      stop();
      onClosed();
    };
  }

  stretchBegan(stretch: Stretch): void {
    this.#push({ do: "begin", stretch });
  }

  chunkSealed(chunk: Chunk): void {
    if (this.#mustDrop(chunk)) {
      this.#drop(chunk);
      return;
    }
    this.#count(chunk.bytes);
    this.#push({ do: "chunk", chunk });
  }

  segmentSealed(segment: Segment): void {
    if (this.#dropping !== undefined && segment.number <= this.#dropping) return;
    const { number, independent, wall: from } = segment;
    const ms = segment.seconds * 1000;
    const sealed = { number, independent, from, to: millis(from + ms), ms };
    this.#push({ do: "seal", segment: sealed });
  }

  stretchEnded(): void {
    this.#push({ do: "end" });
  }

  lost(): void {
    this.#push({ do: "lost" });
  }

  room(): Promise<void> | undefined {
    if (!this.#isCrowded() || this.#closing !== undefined) return undefined;
    this.#room ??= Promise.withResolvers();
    return this.#room.promise;
  }

  async sealed(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#push({ do: "settle", done: resolve });
    if (this.#closing === undefined) await this.#inTime(promise);
    else await this.#closing;
  }

  close(): Promise<void> {
    this.#closing ??= this.#inTime(this.#close()).finally(this.#stop);
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#draining;
    await this.#recording.close();
  }

  /** Half of what the queue holds is kept free: whoever may wait is to wait before anything is lost. */
  #isCrowded(): boolean {
    const { shared, ownBytes, allBytes } = this.#queueing;
    // With nothing of its own in the queue, a recorder has nothing to wait for.
    if (this.#bytes === 0) return false;
    return this.#bytes > ownBytes / 2 || shared.bytes > allBytes / 2;
  }

  /** So many bytes more wait, or less. */
  #count(bytes: number): void {
    const { shared, ownBytes } = this.#queueing;
    const before = this.#bytes > ownBytes * CROWDED;
    this.#bytes += bytes;
    shared.bytes += bytes;
    shared.crowded += Number(this.#bytes > ownBytes * CROWDED) - Number(before);
  }

  #push(step: Step): void {
    if (this.#closing !== undefined) return;
    this.#queue.push(step);
    this.#draining ??= this.#drain();
  }

  #mustDrop(chunk: Chunk): boolean {
    const { shared, ownBytes, allBytes, yields } = this.#queueing;
    const share = this.#dropping === undefined ? 1 : 0.5;
    const full =
      this.#bytes > 0 &&
      (this.#bytes + chunk.bytes > ownBytes * share ||
        shared.bytes + chunk.bytes > allBytes * share);
    const waits = full || yields();
    if (this.#dropping === undefined) return waits;
    if (waits || chunk.segment <= this.#dropping) return true;
    this.#dropping = undefined;
    return false;
  }

  #drop(chunk: Chunk): void {
    this.#dropping = Math.max(this.#dropping ?? -1, chunk.segment);
    const last = this.#queue.at(-1);
    const timescale = chunk.stretch.tracks.find(({ id }) => id === chunk.track)?.timescale ?? 1000;
    const to = millis(chunk.wall + (chunk.duration * 1000) / timescale);
    if (last?.do === "lose") {
      last.segment = Math.max(last.segment, chunk.segment);
      if (to > last.to) last.to = to;
    } else {
      this.#push({ do: "lose", from: chunk.wall, to, segment: chunk.segment });
    }
  }

  async #drain(): Promise<void> {
    // What else the packager seals in this turn of the event loop goes into the same write.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const steps = this.#queue;
      this.#queue = [];
      let bytes = 0;
      for (const step of steps) {
        await this.#take(step);
        if (step.do === "chunk") bytes += step.chunk.bytes;
      }
      await this.#recording.flush();
      this.#count(-bytes);
      if (!this.#isCrowded()) {
        this.#room?.resolve();
        this.#room = undefined;
      }
    }
    this.#draining = undefined;
  }

  async #take(step: Step): Promise<void> {
    try {
      switch (step.do) {
        case "begin":
          return this.#recording.begin(step.stretch);
        case "chunk":
          return await this.#recording.chunk(step.chunk);
        case "seal":
          return await this.#recording.seal(step.segment);
        case "end":
          return await this.#recording.end();
        case "lost":
          return this.#recording.idle();
        case "lose":
          return await this.#recording.lose("disk_slow", step.segment, step.from, step.to);
        case "settle":
          await this.#recording.synced();
          return step.done();
      }
    } catch (error) {
      const { world, stream, broadcast } = this.#options;
      world.log.error(
        { err: error, stream: stream.id, broadcast, step: step.do },
        "recorder fault",
      );
    }
  }

  // A disk that does not answer must not hold up the end of a broadcast for ever.
  async #inTime(work: Promise<void>): Promise<void> {
    const { world, stream, broadcast, limits } = this.#options;
    const abort = new AbortController();
    const late = wait(limits.settleMs, "late", { signal: abort.signal }).catch(() => "settled");
    const outcome = await Promise.race([work.then(() => "settled"), late]);
    abort.abort();
    if (outcome === "settled") return;
    world.log.error({ stream: stream.id, broadcast }, "the disk does not answer, not waited for");
  }
}
