import type { ExportProgress } from "../ports.ts";

/** Progress over tasks of different weight, those that an attempt before had done included. */
export class Pace {
  readonly #report: (progress: ExportProgress) => void;
  readonly #total: number;
  readonly #began = performance.now();
  #done = 0;
  /** Of the done, what this attempt found. */
  #found = 0;
  #bytes = 0;

  constructor(total: number, report: (progress: ExportProgress) => void) {
    this.#total = Math.max(total, Number.MIN_VALUE);
    this.#report = report;
  }

  /** A task was done before. */
  found(weight: number, bytes: number): void {
    this.#done += weight;
    this.#found += weight;
    this.#bytes += bytes;
  }

  /** A task is at `part` (0 to 1) and has written `bytes` so far. */
  at(weight: number, part: number, bytes: number): void {
    this.#tell(this.#done + weight * Math.min(1, part), this.#bytes + bytes);
  }

  finish(weight: number, bytes: number): void {
    this.#done += weight;
    this.#bytes += bytes;
    this.#tell(this.#done, this.#bytes);
  }

  #tell(done: number, bytes: number): void {
    const seconds = (performance.now() - this.#began) / 1000;
    const worked = done - this.#found;
    const left = worked > 0 ? Math.round(((this.#total - done) * seconds) / worked) : null;
    this.#report({
      percent: Math.max(0, Math.min(99, Math.floor((done / this.#total) * 100))),
      bytes,
      secondsLeft: left === null ? null : Math.max(0, left),
    });
  }
}
