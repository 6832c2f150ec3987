import { rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { MoviePlan } from "../plan/movie-plan.ts";
import { CopyControl, PAGE, SLOT, SLOTS } from "./copy-control.mjs";
import type { Copied, CopyOrder } from "./copy-order.ts";
import { readers, type Task, writers } from "./copy-threads.ts";
import { settleMovie } from "./settle-movie.ts";

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

export type CopiedMovie = { readonly sha256: string | null; readonly how: Copied["how"] };

const PROGRESS_MS = 200;
/** From this on media goes through memory of ours and past the page cache: 12 MiB of it pay by then. */
const RING_LEAST = 32 * 1024 * 1024;
/** File systems (`statfs`) that may share blocks, or have their server copy: there the kernel is asked. */
const SHARING = new Set([
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xca451a4e, // bcachefs
  0x2fc12fc1, // ZFS
  0x7461636f, // OCFS2
  0x6969, // NFS
  0xff534d42, // SMB
  0xfe534d42,
]);

/**
 * Writes a planned movie: read and hashed in one thread, written in another, then fsync, verification
 * and rename, in this order; when it resolves, the file is durable under its final name. Memory does not
 * depend on the length. When it rejects, nothing is left behind. Fault `storage_full`,
 * `storage_failed`, `source_media_lost`, `export_verification_failed`, `worker_died`; the signal's reason.
 */
export async function copyMovie(request: CopyRequest): Promise<CopiedMovie> {
  const { partial, signal } = request;
  signal.throwIfAborted();
  const control = new CopyControl();
  await rm(partial, { force: true });
  const tasks: Task<unknown>[] = [];
  const timer = setInterval(() => request.progress(control.written), PROGRESS_MS);
  try {
    const order = await orderOf(request, control);
    const writing = writers.begin(order);
    tasks.push(writing);
    const reading = readers.begin(order);
    tasks.push(reading);
    const work = Promise.all([writing.answer, reading.answer]);
    const [copied, read] = await untilAborted(work, signal);
    if (copied === undefined || read === undefined) throw new Error("A copy stopped by itself");
    await settleMovie(request);
    return { how: copied.how, sha256: read.sha256 };
  } catch (error) {
    control.stop();
    await Promise.all(tasks.map((task) => task.settled()));
    await rm(partial, { force: true });
    throw error;
  } finally {
    clearInterval(timer);
  }
}

async function orderOf(request: CopyRequest, control: CopyControl): Promise<CopyOrder> {
  const { plan, partial: path, checksum, plain = false } = request;
  const { header, pieces, bytes } = plan;
  const large = bytes >= RING_LEAST && !plain;
  const ringed = large && !SHARING.has((await statfs(dirname(path))).type);
  const ring = ringed ? new SharedArrayBuffer(SLOTS * SLOT + PAGE) : undefined;
  return { header, pieces, bytes, path, control: control.buffer, ring, plain, checksum };
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
