/** Lets one loop wait until it is rung, or a while has passed. A ring before the wait counts. */
export class WakeUp {
  #rung = false;
  #ring: (() => void) | undefined;

  readonly ring = (): void => {
    this.#rung = true;
    this.#ring?.();
  };

  /** Resolves when rung, after `ms`, or when the signal aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = (): void => resolve();
      const timer = setTimeout(wake, ms);
      signal.addEventListener("abort", wake);
      this.#ring = wake;
      await promise;
      clearTimeout(timer);
      signal.removeEventListener("abort", wake);
      this.#ring = undefined;
    }
    this.#rung = false;
  }
}
