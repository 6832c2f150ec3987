const SLAB_BYTES = 131_072;
/** Larger ones get memory of their own: they would leave too much of a slab unused. */
const LARGE_BYTES = SLAB_BYTES / 4;

/**
 * Cuts buffers from larger ones, next to one another. A message each would be a hundred allocations a
 * second for an encoder, each of them followed by the garbage collector; the messages of one encoder
 * are let go at about the same time, and their slab with them.
 */
export class Slab {
  #slab: Buffer = Buffer.alloc(0);
  #used = 0;

  /** `bytes` bytes that hold anything. */
  take(bytes: number): Buffer {
    if (bytes > LARGE_BYTES) return Buffer.allocUnsafeSlow(bytes);
    if (this.#used + bytes > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += bytes;
    return this.#slab.subarray(at, this.#used);
  }
}
