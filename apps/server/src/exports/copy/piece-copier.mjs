import { writevSync } from "node:fs";
import { PAGE } from "./copy-control.mjs";
import { diskFailure } from "./copy-failure.mjs";
import { KernelCopyRefused } from "./kernel-copy.mjs";
import { readSource, tooShort } from "./source-files.mjs";

/** @import { CopyPieces } from "../plan/movie-plan.ts" */
/** @import { KernelCopy } from "./kernel-copy.mjs" */
/** @import { SourceFiles } from "./source-files.mjs" */

/** Bytes moved between two looks at whether to stop: even a slow disk takes them in well under a second. */
const STEP = 8 * 1024 * 1024;
const WINDOW = 4 * 1024 * 1024;
/** Pieces below this are gathered: one read and one write for many. */
const KERNEL_LEAST = 1024 * 1024;

/**
 * Copies pieces into an open file, in order. Large pieces are moved by the kernel where it can; small
 * ones, and all where it can't, go through one buffer: a read of 4 MiB and one `writev` of the wanted
 * parts of it.
 */
export class PieceCopier {
  /** @type {CopyPieces} */
  #pieces;
  /** @type {number} */
  #target;
  /** @type {SourceFiles} */
  #sources;
  #window = Buffer.allocUnsafeSlow(WINDOW);
  /** @type {KernelCopy | undefined} */
  #kernel;
  #at = 0;
  /** Bytes of the current piece that are done. */
  #done = 0;

  /**
   * @param {object} options
   * @param {CopyPieces} options.pieces
   * @param {number} options.target descriptor of the file that is written
   * @param {SourceFiles} options.sources
   * @param {KernelCopy | undefined} options.kernel
   */
  constructor({ pieces, target, sources, kernel }) {
    this.#pieces = pieces;
    this.#target = target;
    this.#sources = sources;
    this.#kernel = kernel;
  }

  /** @returns {"kernel" | "plain"} */
  get how() {
    return this.#kernel === undefined ? "plain" : "kernel";
  }

  /**
   * Copies a few megabytes; gives the end of what is written, undefined when all is.
   * @returns {number | undefined}
   */
  step() {
    const pieces = this.#pieces;
    if (this.#at >= pieces.count) return undefined;
    const left = (pieces.bytes[this.#at] ?? 0) - this.#done;
    if (this.#kernel !== undefined && left >= KERNEL_LEAST) this.#byKernel(this.#kernel, left);
    else this.#byWindow();
    if (this.#at >= pieces.count) {
      const last = pieces.count - 1;
      return (pieces.target[last] ?? 0) + (pieces.bytes[last] ?? 0);
    }
    return (pieces.target[this.#at] ?? 0) + this.#done;
  }

  /**
   * @param {KernelCopy} kernel
   * @param {number} left
   */
  #byKernel(kernel, left) {
    const { file, source, target } = this.#placeOf(this.#at);
    // Further steps begin at a block: blocks can only be shared whole.
    const bytes = Math.min(left, STEP - (source % PAGE));
    try {
      const moved = kernel(this.#sources.open(file), source, this.#target, target, bytes);
      if (moved === 0) throw tooShort(file, source);
      this.#advance(moved);
    } catch (error) {
      if (!(error instanceof KernelCopyRefused)) throw diskFailure(error, "Cannot copy", "target");
      this.#kernel = undefined;
    }
  }

  /** One read, and one write of the pieces that lie in it one after another. */
  #byWindow() {
    const first = this.#placeOf(this.#at);
    /** @type {Buffer[]} */
    const parts = [];
    let [read, wanted] = [0, 0];
    for (let at = this.#at; at < this.#pieces.count; at += 1) {
      const place = this.#placeOf(at);
      const begin = place.source - first.source;
      const adjacent = place.file === first.file && place.target === first.target + wanted;
      if (!adjacent || begin < 0 || begin >= WINDOW) break;
      const end = Math.min(WINDOW, begin + place.left);
      parts.push(this.#window.subarray(begin, end));
      // A piece may be wanted again: it may end before the one that came first.
      read = Math.max(read, end);
      wanted += end - begin;
      if (end < begin + place.left) break;
    }
    this.#fill(first.file, first.source, read);
    this.#write(parts, first.target, wanted);
    this.#advance(wanted);
  }

  /**
   * @param {string} file
   * @param {number} source
   * @param {number} bytes
   */
  #fill(file, source, bytes) {
    const descriptor = this.#sources.open(file);
    for (let filled = 0; filled < bytes; ) {
      const left = this.#window.subarray(filled, bytes);
      const got = readSource(descriptor, left, source + filled);
      if (got === 0) throw tooShort(file, source + filled);
      filled += got;
    }
  }

  /**
   * @param {readonly Buffer[]} parts
   * @param {number} target
   * @param {number} bytes
   */
  #write(parts, target, bytes) {
    let rest = parts;
    for (let written = 0; written < bytes; ) {
      try {
        const count = writevSync(this.#target, rest, target + written);
        written += count;
        if (written < bytes) rest = after(rest, count);
      } catch (error) {
        throw diskFailure(error, "Cannot write the export", "target");
      }
    }
  }

  /** @param {number} at */
  #placeOf(at) {
    const pieces = this.#pieces;
    const done = at === this.#at ? this.#done : 0;
    return {
      file: pieces.files[pieces.file[at] ?? 0] ?? "",
      source: (pieces.source[at] ?? 0) + done,
      target: (pieces.target[at] ?? 0) + done,
      left: (pieces.bytes[at] ?? 0) - done,
    };
  }

  /** @param {number} bytes */
  #advance(bytes) {
    this.#done += bytes;
    while (this.#at < this.#pieces.count && this.#done >= (this.#pieces.bytes[this.#at] ?? 0)) {
      this.#done -= this.#pieces.bytes[this.#at] ?? 0;
      this.#at += 1;
    }
  }
}

/**
 * What is left of buffers after their first `bytes`.
 * @param {readonly Buffer[]} parts
 * @param {number} bytes
 */
function after(parts, bytes) {
  let skip = bytes;
  /** @type {Buffer[]} */
  const rest = [];
  for (const part of parts) {
    if (skip >= part.length) skip -= part.length;
    else {
      rest.push(part.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}
