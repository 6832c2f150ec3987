import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";
import { CopyControl, SLOT, SLOTS } from "./copy-control.mjs";
import { MovieBytes } from "./movie-bytes.mjs";
import { SourceFiles } from "./source-files.mjs";
import { serveOrders } from "./thread-orders.mjs";

/** @import { CopyOrder, Read } from "./copy-order.ts" */

// Reads what a movie is made of into the ring, and hashes it there: media is read once for both. Without
// a ring it runs behind the copy, over what was written.

const PIECE = 512 * 1024;

/**
 * @param {CopyOrder} order
 * @returns {Read | undefined}
 */
function hash(order) {
  const control = new CopyControl(order.control);
  return order.ring === undefined ? hashFile(order, control) : fillRing(order.ring, order, control);
}

/**
 * @param {SharedArrayBuffer} ring
 * @param {CopyOrder} order
 * @param {CopyControl} control
 * @returns {Read | undefined}
 */
function fillRing(ring, { header, pieces, bytes, checksum }, control) {
  const sha256 = checksum === "sha256" ? createHash("sha256") : undefined;
  const sources = new SourceFiles();
  const movie = new MovieBytes(header, pieces, sources);
  try {
    const align = control.awaitRing();
    if (align === undefined) return undefined;
    for (let at = 0; at < bytes; at += SLOT) {
      const before = Math.max(0, at - (SLOTS - 1) * SLOT);
      if (control.awaitWritten(before) === undefined) return undefined;
      const end = Math.min(bytes, at + SLOT);
      const slot = new Uint8Array(ring, align + ((at / SLOT) % SLOTS) * SLOT, end - at);
      for (let begin = 0; begin < slot.length; begin += PIECE) {
        const piece = slot.subarray(begin, begin + PIECE);
        movie.read(piece);
        // While it is near: a core's own cache holds less than a slot.
        sha256?.update(piece);
      }
      control.filled = end;
    }
    return { sha256: sha256?.digest("hex") ?? null };
  } finally {
    sources.close();
  }
}

/**
 * @param {CopyOrder} order
 * @param {CopyControl} control
 * @returns {Read | undefined}
 */
function hashFile({ path, bytes, checksum }, control) {
  if (checksum === "none") return { sha256: null };
  const sha256 = createHash("sha256");
  const piece = Buffer.allocUnsafeSlow(PIECE);
  /** @type {number | undefined} */
  let file;
  try {
    for (let at = 0; at < bytes; ) {
      const written = control.awaitWritten(at + 1);
      if (written === undefined) return undefined;
      file ??= openSync(path, "r");
      const read = readSync(file, piece, 0, Math.min(PIECE, written - at), at);
      sha256.update(read === PIECE ? piece : piece.subarray(0, read));
      at += read;
    }
    return { sha256: sha256.digest("hex") };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

serveOrders("Cannot read the export back", hash);
