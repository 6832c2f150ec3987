import { once } from "node:events";
import { stat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { Fault } from "@oxbow/contract";
import { loadTitle } from "./load-title.ts";
import type { Title, TitleFile } from "./title.ts";

/** Tables of files up to this size are read in less than 50 ms, beside everything else. */
const SMALL_BYTES = 64 * 1024 * 1024;
/** A file whose tables are not read by then is on a disk that hangs. */
const LOAD_MS = 60_000;

/** What the thread answers. */
export type Loaded =
  | { readonly ok: true; readonly title: Title }
  | { readonly ok: false; readonly why: string };

/**
 * Reads a title, a large one on a thread of its own, so that live media goes on in time.
 * Fault `media_unreadable`.
 */
export async function loadAside(
  files: readonly TitleFile[],
  smallBytes: number = SMALL_BYTES,
): Promise<Title> {
  try {
    const sizes = await Promise.all(files.map(async ({ path }) => (await stat(path)).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return bytes <= smallBytes ? await loadTitle(files) : await loadOnThread(files);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const names = files.map(({ rendition }) => rendition).join(", ");
    throw new Fault("media_unreadable", `Cannot package ${names}: ${why}`, { cause });
  }
}

async function loadOnThread(files: readonly TitleFile[]): Promise<Title> {
  const worker = new Worker(new URL("./title-thread.ts", import.meta.url), { workerData: files });
  const late = AbortSignal.timeout(LOAD_MS);
  try {
    const [answer]: Loaded[] = await once(worker, "message", { signal: late });
    if (answer === undefined) throw new Error("The thread said nothing");
    if (!answer.ok) throw new Error(answer.why);
    return answer.title;
  } finally {
    await worker.terminate();
  }
}
