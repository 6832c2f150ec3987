/** How a run does. */
export type RunFigures = {
  /** Something came out of every output. */
  readonly out: boolean;
  /** Pictures that the slowest output has not given. */
  readonly behind: number;
  /** Milliseconds that the newest picture of the slowest output took. */
  readonly delayMs: number;
  /** Media seconds that the slowest output gave for each second since the last look; null with the first. */
  readonly speed: number | null;
  /** Pictures that were fed since anything came out, and milliseconds since that. */
  readonly unanswered: number;
  readonly silentMs: number;
  /** Pictures were left out since the last look, for ffmpeg took no more. */
  readonly full: boolean;
};

/** Measures how fast frames come out of a run. Times are of a clock that never steps, in milliseconds. */
export class RunPace {
  readonly #timescale: number;
  readonly #newest: number[];
  readonly #delays: number[];
  #unanswered = 0;
  #answeredAt: number;
  #looked: { readonly at: number; readonly pts: number } | undefined;

  constructor(timescale: number, outputs: number, now: number) {
    this.#timescale = timescale;
    this.#newest = Array.from({ length: outputs }, () => Number.NEGATIVE_INFINITY);
    this.#delays = Array.from({ length: outputs }, () => 0);
    this.#answeredAt = now;
  }

  fed(now: number): void {
    // Silence counts from when something is waited for.
    if (this.#unanswered === 0) this.#answeredAt = now;
    this.#unanswered += 1;
  }

  came(output: number, pts: number, delayMs: number, now: number): void {
    this.#newest[output] = pts;
    this.#delays[output] = delayMs;
    this.#unanswered = 0;
    this.#answeredAt = now;
  }

  look(now: number): Omit<RunFigures, "behind" | "full"> {
    const newest = Math.min(...this.#newest);
    const out = Number.isFinite(newest);
    const before = this.#looked;
    if (out) this.#looked = { at: now, pts: newest };
    const seconds = before === undefined ? 0 : (now - before.at) / 1000;
    const media = before === undefined ? 0 : (newest - before.pts) / this.#timescale;
    return {
      out,
      delayMs: Math.max(...this.#delays),
      speed: seconds > 0 ? media / seconds : null,
      unanswered: this.#unanswered,
      silentMs: this.#unanswered === 0 ? 0 : now - this.#answeredAt,
    };
  }
}
