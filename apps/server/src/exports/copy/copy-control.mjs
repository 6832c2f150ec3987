const WRITTEN = 0;
const STOP = 1;
const FILLED = 2;
const ALIGN = 3;
const CELLS = 4;

/** A thread that died wakes nobody: how long a wait lasts before it looks again whether to stop. */
const WAIT_MS = 1_000;

/** What one slot of the ring holds, and how many there are: one is filled while others are written. */
export const SLOT = 4 * 1024 * 1024;
export const SLOTS = 3;
/** Memory that is written past the page cache begins at a page, and so does its place in the file. */
export const PAGE = 4096;

/**
 * What the threads of one copy share: how far the file is written, and whether to stop. The threads run
 * side by side on different cores, without a message between them.
 */
export class CopyControl {
  /** @type {SharedArrayBuffer} */
  buffer;
  /** @type {BigInt64Array<SharedArrayBuffer>} */
  #cells;

  /** @param {SharedArrayBuffer} [buffer] */
  constructor(buffer = new SharedArrayBuffer(CELLS * 8)) {
    this.buffer = buffer;
    this.#cells = new BigInt64Array(buffer);
  }

  /** Bytes of the file, from its beginning, that are there. */
  get written() {
    return Number(Atomics.load(this.#cells, WRITTEN));
  }

  set written(bytes) {
    this.#tell(WRITTEN, BigInt(bytes));
  }

  /** Bytes of the file, from its beginning, that stand in the ring or are written. */
  set filled(/** @type {number} */ bytes) {
    this.#tell(FILLED, BigInt(bytes));
  }

  get stopped() {
    return Atomics.load(this.#cells, STOP) === 1n;
  }

  stop() {
    Atomics.store(this.#cells, STOP, 1n);
    for (const cell of [WRITTEN, FILLED, ALIGN]) Atomics.notify(this.#cells, cell);
  }

  /**
   * Tells at which byte of the ring's memory its first slot begins.
   * @param {number} align
   */
  placeRing(align) {
    this.#tell(ALIGN, BigInt(align) + 1n);
  }

  /** Waits until it is known where the ring's first slot begins; undefined where it stopped. */
  awaitRing() {
    const place = this.#wait(ALIGN, 1n);
    return place === undefined ? undefined : Number(place) - 1;
  }

  /**
   * Waits until so many bytes are written, and gives how many are; undefined where it stopped.
   * @param {number} bytes
   */
  awaitWritten(bytes) {
    const written = this.#wait(WRITTEN, BigInt(bytes));
    return written === undefined ? undefined : Number(written);
  }

  /**
   * Waits until so many bytes are in the ring, or were; false where it stopped.
   * @param {number} bytes
   */
  awaitFilled(bytes) {
    return this.#wait(FILLED, BigInt(bytes)) !== undefined;
  }

  /**
   * @param {number} cell
   * @param {bigint} value
   */
  #tell(cell, value) {
    Atomics.store(this.#cells, cell, value);
    Atomics.notify(this.#cells, cell);
  }

  /**
   * @param {number} cell
   * @param {bigint} least
   * @returns {bigint | undefined}
   */
  #wait(cell, least) {
    for (;;) {
      if (this.stopped) return undefined;
      const value = Atomics.load(this.#cells, cell);
      if (value >= least) return value;
      Atomics.wait(this.#cells, cell, value, WAIT_MS);
    }
  }
}
