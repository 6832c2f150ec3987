/** How many sockets each holder has: an address, or a person. */
export class Held {
  readonly #counts = new Map<string, number>();

  of(holder: string): number {
    return this.#counts.get(holder) ?? 0;
  }

  change(holders: readonly string[], by: 1 | -1): void {
    for (const holder of holders) {
      const count = this.of(holder) + by;
      if (count === 0) this.#counts.delete(holder);
      else this.#counts.set(holder, count);
    }
  }
}
