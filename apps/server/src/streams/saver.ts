import { errors, Fault, type NewEvent } from "@oxbow/contract";
import type { World } from "../world.ts";
import type { StreamStore } from "./ports.ts";
import type { Broadcast, Stream } from "./stream.ts";

/** Changes that may wait for the database before their stream takes no new encoder. */
const WAITING = 256;
const RETRY_MS = 1_000;

type Change = {
  readonly stream: Stream;
  readonly broadcast: Broadcast | null;
  readonly events: readonly NewEvent[];
  readonly done: PromiseWithResolvers<void>;
};

/**
 * Saves a stream's changes in the order in which they were decided. While the database fails, they
 * wait and are tried again: a decision that was acted on is not forgotten, nor is its event.
 */
export class Saver {
  readonly #store: StreamStore;
  readonly #world: World;
  readonly #waiting: Change[] = [];
  #running: Promise<void> = Promise.resolve();
  #busy = false;
  #giveUp = false;

  constructor(store: StreamStore, world: World) {
    this.#store = store;
    this.#world = world;
  }

  get full(): boolean {
    return this.#waiting.length >= WAITING;
  }

  /** Resolves when the change is saved; rejects where the store refuses it for good. */
  save(stream: Stream, broadcast: Broadcast | null, events: readonly NewEvent[]): Promise<void> {
    const change = { stream, broadcast, events, done: Promise.withResolvers<void>() };
    this.#waiting.push(change);
    if (!this.#busy) this.#running = this.#run();
    return change.done.promise;
  }

  /** Resolves when nothing waits. */
  settled(): Promise<void> {
    return this.#running;
  }

  /** Lets go of what can't be saved: the server stops. */
  async close(): Promise<void> {
    this.#giveUp = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    this.#busy = true;
    for (let change = this.#waiting[0]; change; change = this.#waiting[0]) {
      try {
        await this.#store.save(change.stream, change.broadcast, change.events);
        change.done.resolve();
      } catch (error) {
        const refused = error instanceof Fault && !errors[error.code].retryable;
        if (!refused && !this.#giveUp) {
          const { name } = change.stream;
          this.#world.log.error({ err: error, stream: name }, "stream not saved, trying again");
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
          continue;
        }
        change.done.reject(error);
      }
      this.#waiting.shift();
    }
    this.#busy = false;
  }
}
