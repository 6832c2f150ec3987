import { setTimeout as delay } from "node:timers/promises";
import type { Store, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { retryDelay } from "./retry-delay.ts";
import type { DeadTask, TaskHandlers, TaskKind } from "./task-handler.ts";
import { type ClaimedTask, TaskQueue } from "./task-queue.ts";

const PARALLEL = 8;
const ATTEMPTS = 10;
/** A task that takes longer has failed. */
const LONGEST_MS = 10 * 60_000;
/** A program that is gone holds its tasks no longer than this; one that runs takes them again in time. */
const LEASE_MS = 30_000;
const RENEW_MS = 10_000;
/** The clock may be set: due times are looked at this often, whatever they say. */
const LOOK_MS = 30_000;
/** After a database that does not answer. */
const PAUSE_MS = 1_000;
/** What runs has this long to end when the program stops. */
const STOP_MS = 10_000;
/** Letters of an error that are kept. */
const MESSAGE = 500;

export type TaskOptions = {
  /** Tasks that run at one time; 8 unless told. */
  readonly parallel?: number;
  /** Between two renewals of what runs, milliseconds; ten seconds unless told. */
  readonly renewMs?: number;
  /** Told of each task that is given up, in the transaction that does so. */
  readonly onDead?: (tx: Tx, task: DeadTask) => Promise<void>;
};

export interface TaskRunner extends AsyncDisposable {
  /** Resolves when nothing is due and nothing runs. */
  idle(): Promise<void>;
}

/**
 * Runs tasks when they are due, a few at a time, until it is disposed; disposing waits for what runs,
 * whose signal is aborted.
 */
export function startTasks(
  store: Store,
  world: World,
  handlers: TaskHandlers,
  options: TaskOptions = {},
): TaskRunner {
  return new Runner(store, world, handlers, options);
}

class Runner implements TaskRunner {
  readonly #store: Store;
  readonly #world: World;
  readonly #kinds: ReadonlyMap<string, TaskKind>;
  readonly #options: TaskOptions;
  readonly #queue: TaskQueue;
  readonly #running = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #unsubscribe: () => void;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #recovered = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #renewal: NodeJS.Timeout;

  constructor(store: Store, world: World, handlers: TaskHandlers, options: TaskOptions) {
    this.#store = store;
    this.#world = world;
    this.#options = options;
    this.#kinds = new Map(
      Object.entries(handlers).map(([kind, handler]) => [
        kind,
        typeof handler === "function" ? { run: handler } : handler,
      ]),
    );
    this.#queue = new TaskQueue(store, [...this.#kinds.keys()]);
    this.#unsubscribe = store.onCommit(() => this.#wake());
    this.#renewal = setInterval(() => void this.#renew(), options.renewMs ?? RENEW_MS);
    this.#wake();
  }

  async idle(): Promise<void> {
    this.#wake();
    for (;;) {
      while (this.#looking !== undefined) await this.#looking;
      if (this.#running.size === 0) return;
      await Promise.race(this.#running.values());
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    this.#stop.abort(new Error("The program stops"));
    clearTimeout(this.#timer);
    await this.#looking;
    // What does not listen to its signal is left to its lease.
    const patience = delay(STOP_MS, undefined, { ref: false });
    await Promise.race([Promise.all(this.#running.values()), patience]);
    clearInterval(this.#renewal);
  }

  #wake(): void {
    if (this.#stop.signal.aborted) return;
    if (this.#looking !== undefined) {
      this.#lookAgain = true;
      return;
    }
    this.#lookAgain = false;
    this.#looking = this.#lookAndRest();
  }

  async #lookAndRest(): Promise<void> {
    const waitMs = await this.#look();
    this.#looking = undefined;
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#timer);
    if (this.#lookAgain) this.#wake();
    else this.#timer = setTimeout(() => this.#wake(), waitMs);
  }

  /** Starts what is due, and answers how long to wait for the next. */
  async #look(): Promise<number> {
    try {
      if (!this.#recovered) await this.#store.whileAlone(() => this.#queue.recover());
      this.#recovered = true;
      const free = (this.#options.parallel ?? PARALLEL) - this.#running.size;
      // The end of one that runs is a commit, which wakes.
      if (free <= 0) return LOOK_MS;
      const now = this.#world.now();
      const running = [...this.#running.keys()];
      const { claimed, next } = await this.#queue.claim(free, {
        now,
        lease: now + LEASE_MS,
        running,
      });
      for (const task of claimed) this.#start(task);
      return next === undefined ? LOOK_MS : Math.min(LOOK_MS, Math.max(0, next - now));
    } catch (err) {
      this.#world.log.error({ err }, "tasks stand still");
      return PAUSE_MS;
    }
  }

  async #renew(): Promise<void> {
    if (this.#running.size === 0) return;
    try {
      await this.#queue.renew([...this.#running.keys()], this.#world.now() + LEASE_MS);
    } catch (err) {
      this.#world.log.error({ err }, "tasks that run were not taken for longer");
    }
  }

  #start(task: ClaimedTask): void {
    const run = this.#attempt(task)
      .catch((err: unknown) => {
        // Its lease ends, and it runs again.
        this.#world.log.error({ err, task: task.id }, "the end of a task was not written");
      })
      .finally(() => {
        this.#running.delete(task.id);
        this.#wake();
      });
    this.#running.set(task.id, run);
  }

  async #attempt(task: ClaimedTask): Promise<void> {
    const kind = this.#kinds.get(task.kind);
    if (kind === undefined) return;
    const late = AbortSignal.timeout(LONGEST_MS);
    const signal = AbortSignal.any([this.#stop.signal, late]);
    try {
      await Promise.race([kind.run(task.payload, task.attempt, signal), rejectedBy(late)]);
    } catch (error) {
      return this.#failed(task, kind, error);
    }
    await this.#queue.done(task);
  }

  async #failed(task: ClaimedTask, kind: TaskKind, err: unknown): Promise<void> {
    if (this.#stop.signal.aborted) return this.#queue.released(task);
    const { now, random, log } = this.#world;
    const error = (err instanceof Error ? err.message : String(err)).slice(0, MESSAGE);
    const about = { err, kind: task.kind, key: task.key, attempt: task.attempt };
    if (task.attempt < (kind.attempts ?? ATTEMPTS)) {
      log.warn(about, "a task failed and comes again");
      return this.#queue.failed(task, now() + retryDelay(task.attempt, random()), error);
    }
    log.error(about, "a task is given up");
    await this.#queue.dead(task, error, async (tx, dead) => {
      await kind.onDead?.(tx, task.payload, error);
      await this.#options.onDead?.(tx, dead);
    });
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
