import type { ToldTopic } from "@oxbow/site-contract";
import { pageTopic } from "./topics.ts";

/** A figure as it is now, for who listens to a topic now. */
export type GaugeReading = {
  readonly topic: ToldTopic;
  readonly type: string;
  readonly data: unknown;
};

/** Readings that come in this time count as one: milliseconds. */
const GATHER_MS = 200;

/** The newest reading of each gauge of topics that are listened to; who reads it is told in a moment. */
export class Gauges implements Disposable {
  readonly #send: (topic: ToldTopic, text: Buffer) => void;
  readonly #readings = new Map<ToldTopic, Map<string, GaugeReading>>();
  readonly #changed = new Set<GaugeReading>();
  #timer: NodeJS.Timeout | null = null;

  constructor(send: (topic: ToldTopic, text: Buffer) => void) {
    this.#send = send;
  }

  tell(reading: GaugeReading): void {
    const ofTopic = this.#readings.get(reading.topic) ?? new Map<string, GaugeReading>();
    const older = ofTopic.get(reading.type);
    if (older !== undefined) this.#changed.delete(older);
    this.#readings.set(reading.topic, ofTopic.set(reading.type, reading));
    this.#changed.add(reading);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** The gauges of a topic, for a page that comes. */
  of(topic: ToldTopic): Buffer[] {
    return [...(this.#readings.get(topic)?.values() ?? [])].map(text);
  }

  /** Nobody listens any more. */
  forget(topic: ToldTopic): void {
    for (const reading of this.#readings.get(topic)?.values() ?? []) this.#changed.delete(reading);
    this.#readings.delete(topic);
  }

  [Symbol.dispose](): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = null;
    for (const reading of this.#changed) this.#send(reading.topic, text(reading));
    this.#changed.clear();
  }
}

function text({ topic, type, data }: GaugeReading): Buffer {
  // What listens to `me:{person}` asked for `me`.
  const asked = pageTopic(topic);
  return Buffer.from(`{"gauge":${JSON.stringify({ topic: asked, type, data })}}`);
}
