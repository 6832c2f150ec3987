import type { EventStore, SettledDelivery } from "./ports.ts";

/** Deliveries written in one go. */
const MOST = 500;

type Waiting = { readonly delivery: SettledDelivery; readonly done: PromiseWithResolvers<void> };

/** Writes what became of deliveries; those that end while one transaction is written share the next. */
export class Settler {
  readonly #store: EventStore;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** Resolves when it is written. Its callers are bounded: each lane writes what it claimed. */
  settle(delivery: SettledDelivery): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ delivery, done });
    if (!this.#writing) void this.#write();
    return done.promise;
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const now = this.#waiting.splice(0, MOST);
      try {
        await this.#store.settle(now.map(({ delivery }) => delivery));
        for (const { done } of now) done.resolve();
      } catch (error) {
        for (const { done } of now) done.reject(error);
      }
    }
    this.#writing = false;
  }
}
