import { Fault } from "@oxbow/contract";

/** Those who wait for a change of a stream: bounded in number and in time. */
export class ChangeWaiters {
  readonly #limit: number;
  readonly #waiting = new Map<string, Set<() => void>>();
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Resolves at the stream's next change, after `ms`, or when the one who asked has gone. Throws Fault
   * `limit_reached` where too many wait already.
   */
  next(stream: string, ms: number, gone: AbortSignal | undefined): Promise<void> {
    if (this.#count >= this.#limit) {
      throw new Fault("limit_reached", `Cannot hold this answer: ${this.#limit} are held already`);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(stream) ?? new Set();
    const done = (): void => {
      clearTimeout(timer);
      gone?.removeEventListener("abort", done);
      if (!waiting.delete(done)) return;
      this.#count -= 1;
      if (waiting.size === 0 && this.#waiting.get(stream) === waiting) this.#waiting.delete(stream);
      resolve();
    };
    const timer = setTimeout(done, ms);
    gone?.addEventListener("abort", done);
    waiting.add(done);
    this.#waiting.set(stream, waiting);
    this.#count += 1;
    if (gone?.aborted) done();
    return promise;
  }

  changed(stream: string): void {
    const waiting = this.#waiting.get(stream);
    if (waiting !== undefined) for (const done of [...waiting]) done();
  }

  /** Lets everyone go. */
  close(): void {
    for (const stream of [...this.#waiting.keys()]) this.changed(stream);
  }
}
