import { closeSync, openSync, readSync } from "node:fs";
import { CopyFailure, diskFailure } from "./copy-failure.mjs";

/** Archive files open at a time: spans come in order, so one is enough but for the joints. */
const OPEN_FILES = 4;

/** The archive files that a copy reads, opened as they are met. */
export class SourceFiles {
  /** @type {Map<string, number>} */
  #open = new Map();

  /**
   * @param {string} file
   * @returns {number} its descriptor
   */
  open(file) {
    const known = this.#open.get(file);
    if (known !== undefined) return known;
    for (const [name, descriptor] of this.#open) {
      if (this.#open.size < OPEN_FILES) break;
      closeSync(descriptor);
      this.#open.delete(name);
    }
    try {
      const descriptor = openSync(file, "r");
      this.#open.set(file, descriptor);
      return descriptor;
    } catch (error) {
      throw diskFailure(error, "Cannot open the archive", "source");
    }
  }

  close() {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }
}

/**
 * Reads from an archive file; gives how many bytes came, 0 at its end.
 * @param {number} descriptor
 * @param {Uint8Array} into
 * @param {number} position
 */
export function readSource(descriptor, into, position) {
  try {
    return readSync(descriptor, into, 0, into.length, position);
  } catch (error) {
    throw diskFailure(error, "Cannot read the archive", "source");
  }
}

/**
 * @param {string} file
 * @param {number} at
 */
export function tooShort(file, at) {
  return new CopyFailure(
    "source_media_lost",
    `The archive file "${file}" ends at byte ${at}, before its index`,
  );
}
