import { MalformedInput } from "./malformed-input.ts";

/** Reads bits, most significant first. Running out is `MalformedInput` with the clause given. */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #spec: string;
  #at = 0;

  constructor(bytes: Uint8Array, spec: string) {
    this.#bytes = bytes;
    this.#spec = spec;
  }

  /** Bits that are left. */
  get left(): number {
    return this.#bytes.length * 8 - this.#at;
  }

  /** The next `count` bits as an unsigned number; at most 32. */
  bits(count: number): number {
    if (count > this.left) {
      throw new MalformedInput(`${count} bits are wanted, ${this.left} are left`, {
        spec: this.#spec,
        offset: this.#at >> 3,
      });
    }
    let value = 0;
    for (let read = 0; read < count; ) {
      const byte = this.#bytes[this.#at >> 3] ?? 0;
      const free = 8 - (this.#at & 7);
      const take = Math.min(free, count - read);
      value = value * 2 ** take + ((byte >> (free - take)) & ((1 << take) - 1));
      read += take;
      this.#at += take;
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  skip(count: number): void {
    for (let left = count; left > 0; left -= 32) this.bits(Math.min(32, left));
  }

  /** Moves on to the next whole byte. */
  align(): void {
    this.#at = (this.#at + 7) & ~7;
  }

  /** `ue(v)`, ISO/IEC 14496-10 §9.1: an unsigned Exp-Golomb number, at most 2^32 - 2. */
  unsigned(): number {
    let zeros = 0;
    while (!this.flag()) {
      zeros += 1;
      if (zeros > 31) {
        throw new MalformedInput("An Exp-Golomb number has more than 31 leading zeros", {
          spec: "ISO/IEC 14496-10 §9.1",
          offset: this.#at >> 3,
        });
      }
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** `se(v)`, ISO/IEC 14496-10 §9.1.1: a signed Exp-Golomb number. */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
  }
}
