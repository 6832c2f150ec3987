const FIRST_BLOCK = 2 ** 10;
const LARGEST_BLOCK = 2 ** 18;
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * A growing column of 32-bit numbers, kept as a box holds them: big-endian, in blocks that are never
 * copied, neither while it grows nor when it is written.
 */
export class WordColumn {
  readonly #full: Uint8Array[] = [];
  #block = new Uint32Array(FIRST_BLOCK);
  /** Words of the block that are taken. */
  #at = 0;

  push(word: number): void {
    if (this.#at === this.#block.length) this.#grow();
    this.#block[this.#at] = LITTLE_ENDIAN ? swapped(word) : word;
    this.#at += 1;
  }

  /** Pushes all of them, and gives their sum. */
  pushAll(words: Uint32Array): number {
    let sum = 0;
    for (let from = 0; from < words.length; ) {
      if (this.#at === this.#block.length) this.#grow();
      const block = this.#block;
      const to = Math.min(words.length, from + block.length - this.#at);
      let at = this.#at;
      for (let place = from; place < to; place += 1) {
        const word = words[place] ?? 0;
        sum += word;
        block[at] = LITTLE_ENDIAN ? swapped(word) : word;
        at += 1;
      }
      this.#at = at;
      from = to;
    }
    return sum;
  }

  /** The bytes so far, by reference. */
  pieces(): Uint8Array[] {
    return [...this.#full, new Uint8Array(this.#block.buffer, 0, this.#at * 4)];
  }

  #grow(): void {
    this.#full.push(new Uint8Array(this.#block.buffer));
    this.#block = new Uint32Array(Math.min(LARGEST_BLOCK, this.#block.length * 2));
    this.#at = 0;
  }
}

/** A word with its bytes in the other order. */
function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
