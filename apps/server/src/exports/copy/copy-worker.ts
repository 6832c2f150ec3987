import { closeSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { diskFailure } from "./copy-failure.ts";
import { type Copied, CopyControl, type CopyOrder, type ThreadAnswer } from "./copy-order.ts";
import { bindKernelCopy, bindWriteback } from "./kernel-copy.ts";
import { PieceCopier } from "./piece-copier.ts";
import { verifyMovie } from "./verify-movie.ts";

// Writes one movie under its temporary name: header, media, fsync, and a look at what is there.

/** Archive files open at a time: spans come in order, so one is enough but for the joints. */
const OPEN_FILES = 4;

async function copy({
  plan,
  path,
  control: buffer,
  plain,
}: CopyOrder): Promise<Copied | undefined> {
  const control = new CopyControl(buffer);
  const target = openTarget(path);
  const sources = new Map<string, number>();
  try {
    writeAll(target, plan.header);
    control.written = plan.header.length;
    const copier = new PieceCopier({
      pieces: plan.pieces,
      target,
      open: (file) => openSource(sources, file),
      kernel: plain ? undefined : bindKernelCopy(),
    });
    const writeBack = bindWriteback();
    for (let end = copier.step(); end !== undefined; end = copier.step()) {
      writeBack?.(target, control.written, end - control.written);
      control.written = end;
      if (control.stopped) return undefined;
    }
    sync(target);
    if (control.stopped) return undefined;
    await verifyMovie(plan, target, (at, bytes) => readAt(target, at, bytes));
    return { how: copier.how };
  } finally {
    for (const descriptor of sources.values()) closeSync(descriptor);
    closeSync(target);
  }
}

function openTarget(path: string): number {
  try {
    return openSync(path, "w+", 0o644);
  } catch (error) {
    throw diskFailure(error, "Cannot create the export", "target");
  }
}

function openSource(sources: Map<string, number>, file: string): number {
  const known = sources.get(file);
  if (known !== undefined) return known;
  for (const [name, descriptor] of sources) {
    if (sources.size < OPEN_FILES) break;
    closeSync(descriptor);
    sources.delete(name);
  }
  try {
    const descriptor = openSync(file, "r");
    sources.set(file, descriptor);
    return descriptor;
  } catch (error) {
    throw diskFailure(error, "Cannot open the archive", "source");
  }
}

function writeAll(target: number, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(target, bytes, at, bytes.length - at, at);
  } catch (error) {
    throw diskFailure(error, "Cannot write the export", "target");
  }
}

function sync(target: number): void {
  try {
    fsyncSync(target);
  } catch (error) {
    throw diskFailure(error, "Cannot make the export durable", "target");
  }
}

function readAt(target: number, at: number, bytes: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(bytes);
  let read = 0;
  while (read < bytes) {
    const got = readSync(target, buffer, read, bytes - read, at + read);
    if (got === 0) break;
    read += got;
  }
  return buffer.subarray(0, read);
}

async function answer(order: CopyOrder): Promise<ThreadAnswer<Copied> | undefined> {
  try {
    const value = await copy(order);
    return value === undefined ? undefined : { ok: true, value };
  } catch (error) {
    const { code, message } = diskFailure(error, "Cannot export", "target");
    return { ok: false, code, message };
  }
}

const said = await answer(workerData);
if (said !== undefined) parentPort?.postMessage(said, []);
