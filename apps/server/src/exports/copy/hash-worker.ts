import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { CopyControl, type HashOrder, type ThreadAnswer } from "./copy-order.ts";
import { diskFault } from "./disk-fault.ts";

// Runs behind the copy, over what was written, and so over what a reader of the file will get.

const PIECE = 1024 * 1024;
const WAIT_MS = 1_000;

function hash({ path, bytes, control: buffer }: HashOrder): string | undefined {
  const control = new CopyControl(buffer);
  const sha256 = createHash("sha256");
  const piece = Buffer.allocUnsafeSlow(PIECE);
  let file: number | undefined;
  try {
    for (let at = 0; at < bytes; ) {
      if (control.stopped) return undefined;
      const ready = control.written - at;
      if (ready <= 0) {
        control.waitBeyond(at, WAIT_MS);
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

function answer(order: HashOrder): ThreadAnswer<string> | undefined {
  try {
    const value = hash(order);
    return value === undefined ? undefined : { ok: true, value };
  } catch (error) {
    const { code, message } = diskFault(error, "Cannot read the export back", "target");
    return { ok: false, code, message };
  }
}

const said = answer(workerData);
if (said !== undefined) parentPort?.postMessage(said, []);
