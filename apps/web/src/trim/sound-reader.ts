import { askMedia } from "./ask-media.ts";
import { Loader } from "./loader.ts";
import { type Peaks, peaksOf } from "./peaks.ts";
import type { RecordedSegment } from "./recorded-segments.ts";

/** Peaks are all that is heard for here: the lowest rate that every browser decodes to. */
const SAMPLE_RATE = 8000;
/** Segments whose peaks are kept: two seconds of each take 400 bytes. */
const KEPT = 4000;

type Wished = RecordedSegment & { readonly key: string };

/** Reads the loudness of segments as they are wished for, a few at a time, and keeps what it read. */
export class SoundReader {
  readonly #fresh: (url: string) => string;
  readonly #inits = new Map<string, Promise<ArrayBuffer | undefined>>();
  readonly #loader: Loader<Wished, Peaks>;

  /** `fresh`: an address with the token that is valid now. */
  constructor(fresh: (url: string) => string) {
    this.#fresh = fresh;
    this.#loader = new Loader<Wished, Peaks>({
      atOnce: 3,
      kept: KEPT,
      read: (segment, signal) => this.#read(segment, signal),
    });
  }

  get subscribe() {
    return this.#loader.subscribe;
  }
  get version() {
    return this.#loader.version;
  }
  get retry() {
    return this.#loader.retry;
  }
  get state() {
    return this.#loader.state;
  }

  /** From now on these are read, in this order, and no others. */
  want(segments: readonly RecordedSegment[]): void {
    this.#loader.want(segments.map((segment) => ({ ...segment, key: segment.url })));
  }

  /** Undefined where they were not read, or cannot be. */
  peaks({ url }: RecordedSegment): Peaks | undefined {
    return this.#loader.get(url);
  }

  async #read({ url, init }: RecordedSegment, signal: AbortSignal): Promise<Peaks | undefined> {
    const [head, media] = await Promise.all([this.#init(init), this.#bytes(url, signal)]);
    if (head === undefined || media === undefined) return undefined;
    const whole = await new Blob([head, media]).arrayBuffer();
    try {
      const context = new OfflineAudioContext(1, 1, SAMPLE_RATE);
      const audio = await context.decodeAudioData(whole);
      const channels = Array.from({ length: audio.numberOfChannels }, (_, at) =>
        audio.getChannelData(at),
      );
      return peaksOf(channels, audio.sampleRate);
    } catch (problem) {
      // It stays as it is, however often it is tried.
      console.info("This browser does not decode a segment", problem);
      return undefined;
    }
  }

  #init(url: string): Promise<ArrayBuffer | undefined> {
    const known = this.#inits.get(url) ?? this.#bytes(url, new AbortController().signal);
    this.#inits.set(url, known);
    known.catch(() => this.#inits.delete(url));
    return known;
  }

  async #bytes(url: string, signal: AbortSignal): Promise<ArrayBuffer | undefined> {
    return (await askMedia(this.#fresh(url), signal))?.arrayBuffer();
  }
}
