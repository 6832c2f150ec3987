import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

// Runs behind the copy, over what was written, and so over what a reader of the file will get.
// Plain JavaScript, and nothing of ours imported: what takes the types off a source would take 20 MB in
// this thread, a third of what an export may use. What is shared is told by `CopyControl`.

const PIECE = 1024 * 1024;
const WAIT_MS = 1_000;
const WRITTEN = 0;
const STOP = 1;

/**
 * @param {import("./copy-order.ts").HashOrder} order
 * @returns {string | undefined} hex; undefined where it was stopped
 */
function hash({ path, bytes, control }) {
  const cells = new BigInt64Array(control);
  const sha256 = createHash("sha256");
  const piece = Buffer.allocUnsafeSlow(PIECE);
  let file;
  try {
    for (let at = 0; at < bytes; ) {
      if (Atomics.load(cells, STOP) === 1n) return undefined;
      const ready = Number(Atomics.load(cells, WRITTEN)) - at;
      if (ready <= 0) {
        Atomics.wait(cells, WRITTEN, BigInt(at), WAIT_MS);
        continue;
      }
      file ??= openSync(path, "r");
      const read = readSync(file, piece, 0, Math.min(PIECE, ready), at);
      sha256.update(read === PIECE ? piece : piece.subarray(0, read));
      at += read;
    }
    return sha256.digest("hex");
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

try {
  const value = hash(workerData);
  if (value !== undefined) parentPort?.postMessage({ ok: true, value }, []);
} catch (error) {
  const message = `Cannot read the export back: ${error instanceof Error ? error.message : String(error)}`;
  parentPort?.postMessage({ ok: false, code: "storage_failed", message }, []);
}
