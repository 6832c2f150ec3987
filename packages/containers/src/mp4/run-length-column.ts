import { u32 } from "../isobmff/index.ts";
import { WordColumn } from "./word-column.ts";

/** A growing column of (count, value) pairs, as `stts`, `ctts` and `sbgp` hold them. */
export class RunLengthColumn {
  readonly #words = new WordColumn();
  #runs = 0;
  #count = 0;
  #value = 0;

  push(value: number, times = 1): void {
    if (times === 0) return;
    if (value !== this.#value) {
      this.#flush();
      this.#value = value;
    }
    this.#count += times;
  }

  pushAll(values: Uint32Array | Int32Array): void {
    for (let at = 0; at < values.length; at += 1) this.push(values[at] ?? 0);
  }

  /** Puts `value` in the place of the last one pushed, which is returned. */
  replaceLast(value: number): number {
    const before = this.#value;
    if (this.#count === 0) throw new RangeError("There is no last value");
    this.#count -= 1;
    this.push(value);
    return before;
  }

  /** How many pairs there are, and their bytes. */
  pieces(): { readonly entries: number; readonly bytes: readonly Uint8Array[] } {
    const open = this.#count === 0 ? [] : [u32(this.#count, this.#value)];
    return { entries: this.#runs + open.length, bytes: [...this.#words.pieces(), ...open] };
  }

  #flush(): void {
    if (this.#count === 0) return;
    this.#words.push(this.#count);
    this.#words.push(this.#value);
    this.#runs += 1;
    this.#count = 0;
  }
}
