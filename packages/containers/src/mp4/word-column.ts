const FIRST_BLOCK = 2 ** 12;
const LARGEST_BLOCK = 2 ** 20;

/**
 * A growing column of 32-bit numbers, kept as a box holds them: big-endian, in blocks that are never
 * copied, neither while it grows nor when it is written.
 */
export class WordColumn {
  readonly #full: Uint8Array[] = [];
  #block = new DataView(new ArrayBuffer(FIRST_BLOCK));
  #at = 0;

  push(word: number): void {
    if (this.#at === this.#block.byteLength) this.#grow();
    this.#block.setUint32(this.#at, word);
    this.#at += 4;
  }

  pushAll(words: Uint32Array): void {
    for (let from = 0; from < words.length; ) {
      if (this.#at === this.#block.byteLength) this.#grow();
      const block = this.#block;
      const to = Math.min(words.length, from + (block.byteLength - this.#at) / 4);
      let at = this.#at;
      for (let place = from; place < to; place++) {
        block.setUint32(at, words[place] ?? 0);
        at += 4;
      }
      this.#at = at;
      from = to;
    }
  }

  /** The bytes so far, by reference. */
  pieces(): Uint8Array[] {
    return [...this.#full, new Uint8Array(this.#block.buffer, 0, this.#at)];
  }

  #grow(): void {
    this.#full.push(new Uint8Array(this.#block.buffer));
    const size = Math.min(LARGEST_BLOCK, this.#block.byteLength * 2);
    this.#block = new DataView(new ArrayBuffer(size));
    this.#at = 0;
  }
}
