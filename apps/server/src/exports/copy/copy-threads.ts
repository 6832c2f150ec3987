import { Worker } from "node:worker_threads";
import { type ErrorCode, Fault } from "@oxbow/contract";
import type { Copied, CopyOrder, Read, ThreadAnswer } from "./copy-order.ts";

/** A thread that was told to stop and does not, because a disk call hangs, is ended. */
const STOP_MS = 800;
/** The threads make next to no garbage: without a limit each would take room for much. */
const MEMORY = { maxYoungGenerationSizeMb: 2 };
/** Threads without work are kept for so long, and so many of a kind: one starts in some 30 ms. */
const IDLE_MS = 60_000;
const MOST_IDLE = 1;

/** Work that a thread has begun. */
export type Task<Value> = {
  /** Undefined where it was told to stop, and did. */
  readonly answer: Promise<Value | undefined>;
  /** Waits for its end, and ends the thread where that takes too long. */
  settled(): Promise<void>;
};

/** Threads of one kind, which are kept for the next copy for a while. */
class ThreadPool<Value> {
  readonly #source: URL;
  readonly #idle: { worker: Worker; timer: NodeJS.Timeout }[] = [];

  constructor(source: URL) {
    this.#source = source;
  }

  /** Has a thread ready before there is an order for it. */
  warm(): void {
    if (this.#idle.length === 0) this.#keep(this.#start());
  }

  begin(order: CopyOrder): Task<Value> {
    const worker = this.#take();
    const answer = Promise.withResolvers<Value | undefined>();
    const said = (told: ThreadAnswer<Value>): void => {
      release();
      this.#keep(worker);
      if (told.ok) answer.resolve(told.value);
      else answer.reject(new Fault(told.code, told.message));
    };
    const failed = (cause: unknown): void => answer.reject(died("failed", cause));
    const exited = (code: number): void => {
      release();
      answer.reject(died(`ended with code ${code}`));
    };
    const release = (): void => {
      worker.off("message", said).off("error", failed).off("exit", exited);
    };
    worker.on("message", said).on("error", failed).on("exit", exited);
    worker.postMessage(order, []);
    // Whoever waits for the answer hears of it; nobody does after an abort.
    const over = answer.promise.then(
      () => undefined,
      () => undefined,
    );
    return {
      answer: answer.promise,
      settled: async () => {
        const timer = setTimeout(() => void worker.terminate(), STOP_MS);
        await over;
        clearTimeout(timer);
      },
    };
  }

  #take(): Worker {
    const kept = this.#idle.pop();
    if (kept === undefined) return this.#start();
    clearTimeout(kept.timer);
    kept.worker.ref();
    return kept.worker;
  }

  #start(): Worker {
    const worker = new Worker(this.#source, { resourceLimits: MEMORY });
    // One that dies without work is not missed; what it worked on hears of it, too.
    const dropped = (): void => {
      const at = this.#idle.findIndex((kept) => kept.worker === worker);
      const [kept] = at < 0 ? [] : this.#idle.splice(at, 1);
      clearTimeout(kept?.timer);
    };
    return worker.on("error", dropped).on("exit", dropped);
  }

  #keep(worker: Worker): void {
    if (this.#idle.length >= MOST_IDLE) {
      void worker.terminate();
      return;
    }
    const timer = setTimeout(() => void worker.terminate(), IDLE_MS);
    // Neither keeps the process running.
    timer.unref();
    worker.unref();
    this.#idle.push({ worker, timer });
  }
}

function died(how: string, cause?: unknown): Fault {
  const code: ErrorCode = "worker_died";
  return new Fault(code, `The thread that writes the export ${how} before its work`, { cause });
}

/** What writes movies. */
export const writers: ThreadPool<Copied> = new ThreadPool(
  new URL("./copy-thread.mjs", import.meta.url),
);

/** What reads and hashes them. */
export const readers: ThreadPool<Read> = new ThreadPool(
  new URL("./read-thread.mjs", import.meta.url),
);

/** Starts what a copy will need, where there is none yet. */
export function warmThreads(): void {
  writers.warm();
  readers.warm();
}
