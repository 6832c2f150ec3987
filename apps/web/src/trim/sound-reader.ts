import { type Peaks, peaksOf } from "./peaks.ts";
import type { RecordedSegment } from "./recorded-segments.ts";

/** Peaks are all that is heard for here: the lowest rate that every browser decodes to. */
const SAMPLE_RATE = 8000;
/** Requests at a time: the player has to get through, too. */
const AT_ONCE = 3;
/** Segments whose peaks are kept: two seconds of each take 400 bytes. */
const KEPT = 4000;
const PATIENCE = 20_000;

export type SoundState = "loading" | "ready" | "failed";

/** Reads the loudness of segments as they are wished for, a few at a time, and keeps what it read. */
export class SoundReader {
  readonly #peaks = new Map<string, Peaks>();
  readonly #inits = new Map<string, Promise<ArrayBuffer>>();
  readonly #fresh: (url: string) => string;
  readonly #failed = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #closed = new AbortController();
  #wanted: RecordedSegment[] = [];
  #running = 0;
  #version = 0;

  /** `fresh`: an address with the token that is valid now. */
  constructor(fresh: (url: string) => string) {
    this.#fresh = fresh;
  }

  /** Reads while somebody listens. Answers how to stop listening. */
  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) this.#closed = new AbortController();
    this.#listeners.add(listener);
    this.#next();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#closed.abort();
    };
  };

  /** Another number when there is more. */
  readonly version = (): number => this.#version;

  /** From now on these are read, in this order, and no others. */
  want(segments: readonly RecordedSegment[]): void {
    this.#wanted = segments.filter(({ url }) => !this.#peaks.has(url) && !this.#failed.has(url));
    this.#next();
    this.#tell();
  }

  peaks({ url }: RecordedSegment): Peaks | undefined {
    return this.#peaks.get(url);
  }

  get state(): SoundState {
    if (this.#wanted.length + this.#running > 0) return "loading";
    return this.#failed.size > 0 && this.#peaks.size === 0 ? "failed" : "ready";
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  #next(): void {
    while (this.#running < AT_ONCE && this.#listeners.size > 0) {
      const segment = this.#wanted.shift();
      if (segment === undefined) return;
      this.#running += 1;
      void this.#take(segment);
    }
  }

  async #take(segment: RecordedSegment): Promise<void> {
    try {
      this.#keep(segment.url, await this.#read(segment));
    } catch (problem) {
      // Nobody looks any more: it is read when somebody does.
      if (this.#listeners.size === 0) this.#wanted.unshift(segment);
      else {
        // One that was removed, or that this browser does not decode: the others may be there.
        this.#failed.add(segment.url);
        console.info("No waveform of a segment", problem);
      }
    }
    this.#running -= 1;
    this.#next();
    this.#tell();
  }

  async #read({ url, init }: RecordedSegment): Promise<Peaks> {
    const [head, media] = await Promise.all([this.#init(init), this.#bytes(url)]);
    const whole = await new Blob([head, media]).arrayBuffer();
    const audio = await new OfflineAudioContext(1, 1, SAMPLE_RATE).decodeAudioData(whole);
    const channels = Array.from({ length: audio.numberOfChannels }, (_, at) =>
      audio.getChannelData(at),
    );
    return peaksOf(channels, audio.sampleRate);
  }

  #init(url: string): Promise<ArrayBuffer> {
    const known = this.#inits.get(url) ?? this.#bytes(url);
    this.#inits.set(url, known);
    known.catch(() => this.#inits.delete(url));
    return known;
  }

  async #bytes(url: string): Promise<ArrayBuffer> {
    const signal = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(PATIENCE)]);
    const answer = await fetch(this.#fresh(url), { signal });
    if (!answer.ok) throw new Error(`${answer.status} for a segment`);
    return answer.arrayBuffer();
  }

  #keep(url: string, peaks: Peaks): void {
    const [oldest] = this.#peaks.keys();
    if (this.#peaks.size >= KEPT && oldest !== undefined) this.#peaks.delete(oldest);
    this.#peaks.set(url, peaks);
  }
}
