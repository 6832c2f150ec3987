import { constants } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { type ErrorCode, Fault } from "@oxbow/contract";
import type { MoviePlan } from "../plan/movie-plan.ts";
import { diskFailure } from "./copy-failure.ts";
import {
  type Copied,
  CopyControl,
  type CopyOrder,
  type HashOrder,
  type ThreadAnswer,
} from "./copy-order.ts";

export type CopyRequest = {
  readonly plan: MoviePlan;
  /** Written first, on the same file system as `final`. */
  readonly partial: string;
  readonly final: string;
  readonly checksum: "sha256" | "none";
  readonly signal: AbortSignal;
  /** Bytes written so far; called a few times a second. */
  readonly progress: (bytes: number) => void;
  /** Reads and writes only; for file systems on which the kernel's copy misbehaves, and for tests. */
  readonly plain?: boolean;
};

export type CopiedMovie = { readonly sha256: string | null; readonly how: "kernel" | "plain" };

const PROGRESS_MS = 200;
/** A thread that was told to stop and does not, because a disk call hangs, is ended. */
const STOP_MS = 800;
/** The threads make next to no garbage: without a limit each would take room for much. */
const MEMORY = { maxYoungGenerationSizeMb: 2 };

/**
 * Writes a planned movie: media and hash each in a thread of its own, then fsync, verification and
 * rename, in this order; when it resolves, the file is durable under its final name. Memory does not
 * depend on the length. When it rejects, nothing is left behind. Fault `storage_full`,
 * `storage_failed`, `source_media_lost`, `export_verification_failed`, `worker_died`; the signal's reason.
 */
export async function copyMovie(request: CopyRequest): Promise<CopiedMovie> {
  const { plan, partial, signal } = request;
  signal.throwIfAborted();
  const control = new CopyControl();
  const shared = { path: partial, control: control.buffer };
  await rm(partial, { force: true });
  const threads: Thread<unknown>[] = [];
  const timer = setInterval(() => request.progress(control.written), PROGRESS_MS);
  try {
    const order: CopyOrder = { ...shared, plan, plain: request.plain ?? false };
    const copying = startThread<Copied>(new URL("./copy-worker.ts", import.meta.url), order);
    threads.push(copying);
    let hash: Promise<string | null> = Promise.resolve(null);
    if (request.checksum === "sha256") {
      const hashOrder: HashOrder = { ...shared, bytes: plan.bytes };
      const hashing = startThread<string>(new URL("./hash-worker.mjs", import.meta.url), hashOrder);
      threads.push(hashing);
      hash = hashing.answer;
    }
    const [{ how }, sha256] = await untilAborted(Promise.all([copying.answer, hash]), signal);
    await Promise.all(threads.map((thread) => thread.ended));
    await settle(request);
    return { how, sha256 };
  } catch (error) {
    control.stop();
    await Promise.all(threads.map((thread) => thread.stop()));
    await rm(partial, { force: true });
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Gives the verified file its name, durably. */
async function settle({ partial, final, signal }: CopyRequest): Promise<void> {
  signal.throwIfAborted();
  try {
    await rename(partial, final);
    for (const folder of new Set([dirname(final), dirname(partial)])) {
      const handle = await open(folder, constants.O_RDONLY);
      await handle.sync().finally(() => handle.close());
    }
  } catch (error) {
    await rm(final, { force: true });
    const { code, message } = diskFailure(error, "Cannot name the export", "target");
    throw new Fault(code, message, { cause: error });
  }
}

type Thread<Value> = {
  readonly answer: Promise<Value>;
  readonly ended: Promise<void>;
  /** Waits for its end, and ends it where that takes too long. */
  stop(): Promise<void>;
};

function startThread<Value>(source: URL, workerData: CopyOrder | HashOrder): Thread<Value> {
  const worker = new Worker(source, { workerData, resourceLimits: MEMORY });
  const answer = Promise.withResolvers<Value>();
  const ended = Promise.withResolvers<void>();
  worker.on("message", (said: ThreadAnswer<Value>) => {
    if (said.ok) answer.resolve(said.value);
    else answer.reject(new Fault(said.code, said.message));
  });
  worker.on("error", (cause) => answer.reject(died("failed", cause)));
  worker.on("exit", (code) => {
    answer.reject(died(`ended with code ${code}`));
    ended.resolve();
  });
  // Whoever waits for the answer hears of it; nobody does after an abort.
  answer.promise.catch(() => undefined);
  return {
    answer: answer.promise,
    ended: ended.promise,
    stop: async () => {
      const timer = setTimeout(() => void worker.terminate(), STOP_MS);
      await ended.promise;
      clearTimeout(timer);
    },
  };
}

function died(how: string, cause?: unknown): Fault {
  const code: ErrorCode = "worker_died";
  return new Fault(code, `The thread that writes the export ${how} before its work`, { cause });
}

async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
