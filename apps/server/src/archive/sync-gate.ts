/**
 * Lets few `fdatasync` calls run at a time, whoever asks: a call holds a thread of the pool that all
 * file reads share, for as long as the disk takes. Waiting callers are at most one for each open file;
 * those who are `first` go before the others.
 */
export class SyncGate {
  #free: number;
  readonly #first: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  async run(sync: () => Promise<void>, first = true): Promise<void> {
    const waiting = first ? this.#first : this.#waiting;
    if (this.#free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else this.#free -= 1;
    try {
      await sync();
    } finally {
      const next = this.#first.shift() ?? this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
