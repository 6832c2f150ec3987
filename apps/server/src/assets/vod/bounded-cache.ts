/** Keeps what is costly to make, the most recently used of it, up to a number of bytes. */
export class BoundedCache<Value> {
  readonly #limit: number;
  /** The least recently used comes first. */
  readonly #entries = new Map<string, { readonly value: Promise<Value>; bytes: number }>();
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The value of a key: kept, or made once for all who ask meanwhile. What fails is not kept. */
  async get(
    key: string,
    make: () => Promise<Value>,
    sizeOf: (value: Value) => number,
  ): Promise<Value> {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    const entry = { value: make(), bytes: 0 };
    this.#entries.set(key, entry);
    try {
      const value = await entry.value;
      // Forgotten meanwhile: then it is not ours to count.
      if (this.#entries.get(key) === entry) {
        entry.bytes = sizeOf(value);
        this.#bytes += entry.bytes;
        this.#shrink();
      }
      return value;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  /** Lets go of every key that begins so. */
  forget(prefix: string): void {
    for (const key of [...this.#entries.keys()]) if (key.startsWith(prefix)) this.#drop(key);
  }

  #shrink(): void {
    for (const [key, { bytes }] of this.#entries) {
      // What alone is larger than the limit stays until something else comes: it was asked for.
      if (this.#bytes <= this.#limit || this.#entries.size === 1) return;
      // What is being made has no size yet.
      if (bytes > 0) this.#drop(key);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0;
    this.#entries.delete(key);
  }
}
