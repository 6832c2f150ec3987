import type { HealthSample } from "@oxbow/site-contract";

/** Five minutes at one sample every two seconds. */
const MOST = 150;
const WINDOW = 5 * 60_000;

/** The figures of the last five minutes, of one channel. */
export class HealthSeries {
  readonly #samples: HealthSample[] = [];

  add(sample: HealthSample): void {
    this.#samples.push(sample);
    if (this.#samples.length > MOST) this.#samples.shift();
  }

  /** When the newest was taken, Unix milliseconds; 0 before the first. */
  get newest(): number {
    return Date.parse(this.#samples.at(-1)?.at ?? "1970-01-01T00:00:00.000Z");
  }

  /** Those of the last five minutes, the oldest first. */
  recent(now: number): HealthSample[] {
    return this.#samples.filter(({ at }) => Date.parse(at) > now - WINDOW);
  }
}
