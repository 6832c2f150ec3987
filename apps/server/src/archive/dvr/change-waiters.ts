import { Fault } from "@oxbow/contract";

type Waiter = { readonly rendition: string; readonly done: () => void };

/** Those who wait for a change of a stream's rendition: bounded in number and in time. */
export class ChangeWaiters {
  readonly #limit: number;
  readonly #waiting = new Map<string, Set<Waiter>>();
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Resolves at the rendition's next change, after `ms`, or when the one who asked has gone. Throws Fault
   * `limit_reached` where too many wait already.
   */
  next(
    { stream, rendition }: { readonly stream: string; readonly rendition: string },
    ms: number,
    gone: AbortSignal | undefined,
  ): Promise<void> {
    if (this.#count >= this.#limit) {
      throw new Fault("limit_reached", `Cannot hold this answer: ${this.#limit} are held already`);
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(stream) ?? new Set();
    const done = (): void => {
      clearTimeout(timer);
      gone?.removeEventListener("abort", done);
      if (!waiting.delete(waiter)) return;
      this.#count -= 1;
      if (waiting.size === 0 && this.#waiting.get(stream) === waiting) this.#waiting.delete(stream);
      resolve();
    };
    const waiter = { rendition, done };
    const timer = setTimeout(done, ms);
    gone?.addEventListener("abort", done);
    waiting.add(waiter);
    this.#waiting.set(stream, waiting);
    this.#count += 1;
    if (gone?.aborted) done();
    return promise;
  }

  /** `rendition`: it alone changed, and whoever waits for another goes on waiting. */
  changed(stream: string, rendition?: string): void {
    for (const waiter of [...(this.#waiting.get(stream) ?? [])]) {
      if (rendition === undefined || waiter.rendition === rendition) waiter.done();
    }
  }

  /** Lets everyone go. */
  close(): void {
    for (const stream of [...this.#waiting.keys()]) this.changed(stream);
  }
}
