import { readSource, tooShort } from "./source-files.mjs";

/** @import { CopyPieces } from "../plan/movie-plan.ts" */
/** @import { SourceFiles } from "./source-files.mjs" */

/** The bytes of a planned movie from its first to its last: header, pieces, and zeros between them. */
export class MovieBytes {
  /** @type {Uint8Array} */
  #header;
  /** @type {CopyPieces} */
  #pieces;
  /** @type {SourceFiles} */
  #sources;
  #at = 0;
  #piece = 0;

  /**
   * @param {Uint8Array} header
   * @param {CopyPieces} pieces
   * @param {SourceFiles} sources
   */
  constructor(header, pieces, sources) {
    this.#header = header;
    this.#pieces = pieces;
    this.#sources = sources;
  }

  /**
   * Fills a buffer with the bytes that come next, each read from its file to where it is wanted.
   * @param {Uint8Array} into
   */
  read(into) {
    for (let filled = 0; filled < into.length; ) {
      const bytes = this.#next(into.subarray(filled));
      filled += bytes;
      this.#at += bytes;
    }
  }

  /**
   * @param {Uint8Array} into
   * @returns {number} how many bytes it took
   */
  #next(into) {
    if (this.#at < this.#header.length) {
      const part = this.#header.subarray(this.#at, this.#at + into.length);
      into.set(part);
      return part.length;
    }
    const { files, file, source, target, bytes } = this.#pieces;
    const begin = target[this.#piece] ?? Number.POSITIVE_INFINITY;
    if (this.#at < begin) {
      const zeros = Math.min(into.length, begin - this.#at);
      into.fill(0, 0, zeros);
      return zeros;
    }
    const done = this.#at - begin;
    const left = (bytes[this.#piece] ?? 0) - done;
    const name = files[file[this.#piece] ?? 0] ?? "";
    const from = (source[this.#piece] ?? 0) + done;
    const wanted = left < into.length ? into.subarray(0, left) : into;
    const got = readSource(this.#sources.open(name), wanted, from);
    if (got === 0 && left > 0) throw tooShort(name, from);
    if (got === left) this.#piece += 1;
    return got;
  }
}
