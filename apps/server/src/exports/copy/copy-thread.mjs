import { closeSync, constants, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { CopyControl, PAGE, SLOT, SLOTS } from "./copy-control.mjs";
import { diskFailure } from "./copy-failure.mjs";
import { bindKernelCopy, bindWriteback, placeInPage } from "./kernel-copy.mjs";
import { PieceCopier } from "./piece-copier.mjs";
import { SourceFiles } from "./source-files.mjs";
import { serveOrders } from "./thread-orders.mjs";

/** @import { Copied, CopyOrder } from "./copy-order.ts" */

// Writes one movie under its temporary name, and makes it durable.

/**
 * @param {CopyOrder} order
 * @returns {Copied | undefined}
 */
function copy(order) {
  const control = new CopyControl(order.control);
  return order.ring === undefined
    ? copyPieces(order, control)
    : writeRing(order.ring, order, control);
}

/**
 * Media goes from file to file, and the hash reads behind it.
 * @param {CopyOrder} order
 * @param {CopyControl} control
 * @returns {Copied | undefined}
 */
function copyPieces({ header, pieces, path, plain }, control) {
  const target = openTarget(path, 0);
  const sources = new SourceFiles();
  try {
    writeAll(target, header, 0);
    control.written = header.length;
    const kernel = plain ? undefined : bindKernelCopy();
    const copier = new PieceCopier({ pieces, target, sources, kernel });
    const writeBack = bindWriteback();
    for (let end = copier.step(); end !== undefined; end = copier.step()) {
      writeBack?.(target, control.written, end - control.written);
      control.written = end;
      if (control.stopped) return undefined;
    }
    sync(target);
    return control.stopped ? undefined : { how: copier.how };
  } finally {
    sources.close();
    closeSync(target);
  }
}

/**
 * The other thread fills the ring's slots, which are slots of the file, too; here they are written past
 * the page cache. That takes two thirds of the CPU time of a copy inside the kernel, leaves the cache to
 * those who watch, and the disk has no heap of dirty pages that a live recording's sync would wait for.
 * @param {SharedArrayBuffer} ring
 * @param {CopyOrder} order
 * @param {CopyControl} control
 * @returns {Copied | undefined}
 */
function writeRing(ring, { path, bytes }, control) {
  const place = placeInPage(new Uint8Array(ring, 0, 1), PAGE);
  const align = place === undefined ? 0 : (PAGE - place) % PAGE;
  control.placeRing(align);
  const target = new RingTarget(path, place !== undefined);
  try {
    for (let at = 0; at < bytes; at += SLOT) {
      const end = Math.min(bytes, at + SLOT);
      if (!control.awaitFilled(end)) return undefined;
      const slot = new Uint8Array(ring, align + ((at / SLOT) % SLOTS) * SLOT, SLOT);
      target.write(slot, end - at, at);
      control.written = end;
    }
    target.settle(bytes);
    return control.stopped ? undefined : { how: target.how };
  } finally {
    target.close();
  }
}

/** A file that is written slot by slot, past the page cache where its file system lets it. */
class RingTarget {
  /** @type {string} */
  #path;
  /** @type {boolean} */
  #direct;
  /** @type {number} */
  #file;
  #writeBack = bindWriteback();

  /**
   * @param {string} path
   * @param {boolean} aligned whether the slots begin at pages
   */
  constructor(path, aligned) {
    this.#path = path;
    const direct = aligned ? openDirect(path) : undefined;
    this.#direct = direct !== undefined;
    this.#file = direct ?? openTarget(path, 0);
  }

  /** @returns {"direct" | "plain"} */
  get how() {
    return this.#direct ? "direct" : "plain";
  }

  /**
   * @param {Uint8Array} slot
   * @param {number} bytes of the slot that are the file's
   * @param {number} at
   */
  write(slot, bytes, at) {
    if (this.#direct) {
      // Whole pages are written; what is too much goes in the end.
      const whole = Math.ceil(bytes / PAGE) * PAGE;
      try {
        writeAll(this.#file, slot.subarray(0, whole), at);
        return;
      } catch (error) {
        if (!isUnaligned(error)) throw error;
      }
      // A disk with larger blocks than pages: through the cache, then.
      closeSync(this.#file);
      this.#direct = false;
      this.#file = openSync(this.#path, constants.O_RDWR);
    }
    writeAll(this.#file, slot.subarray(0, bytes), at);
    this.#writeBack?.(this.#file, at, bytes);
  }

  /** @param {number} bytes of the whole file */
  settle(bytes) {
    ftruncateSync(this.#file, bytes);
    sync(this.#file);
  }

  close() {
    closeSync(this.#file);
  }
}

/** @param {unknown} error */
function isUnaligned(error) {
  const { cause } = error instanceof Error ? error : {};
  return cause instanceof Error && "code" in cause && cause.code === "EINVAL";
}

/**
 * @param {string} path
 * @returns {number | undefined} undefined where the file system has no such thing
 */
function openDirect(path) {
  if (constants.O_DIRECT === undefined) return undefined;
  try {
    return openSync(path, constants.O_DIRECT | constants.O_RDWR | constants.O_CREAT, 0o644);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EINVAL") return undefined;
    throw diskFailure(error, "Cannot create the export", "target");
  }
}

/**
 * @param {string} path
 * @param {number} flags
 */
function openTarget(path, flags) {
  const { O_CREAT, O_RDWR, O_TRUNC } = constants;
  try {
    return openSync(path, O_CREAT | O_RDWR | O_TRUNC | flags, 0o644);
  } catch (error) {
    throw diskFailure(error, "Cannot create the export", "target");
  }
}

/**
 * @param {number} target
 * @param {Uint8Array} bytes
 * @param {number} position
 */
function writeAll(target, bytes, position) {
  try {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(target, bytes, at, bytes.length - at, position + at);
    }
  } catch (error) {
    throw diskFailure(error, "Cannot write the export", "target");
  }
}

/** @param {number} target */
function sync(target) {
  try {
    fsyncSync(target);
  } catch (error) {
    throw diskFailure(error, "Cannot make the export durable", "target");
  }
}

serveOrders("Cannot export", copy);
