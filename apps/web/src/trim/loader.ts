/** What somebody wishes to be loaded. */
export type Wish = { readonly key: string };

export type LoaderState =
  | "loading"
  | "ready"
  /** Some of what is wished for could not be had: it is tried again. */
  | "failed";

export type LoaderOptions<Item extends Wish, Value> = {
  /** Throws where it could not be had this time; undefined where there is none. */
  readonly read: (item: Item, signal: AbortSignal) => Promise<Value | undefined>;
  /** Requests at a time: the player has to get through, too. */
  readonly atOnce: number;
  /** Values that are kept. */
  readonly kept: number;
  readonly release?: (value: Value) => void;
};

const FIRST_MS = 2000;
const LATEST_MS = 30_000;

/**
 * Loads what is wished for now, in this order, a few at a time, and keeps what was used last. What is no
 * longer wished for is given up; what fails is tried again, later and later, or when asked to.
 */
export class Loader<Item extends Wish, Value> {
  readonly #options: LoaderOptions<Item, Value>;
  readonly #values = new Map<string, { readonly value: Value | undefined }>();
  readonly #loading = new Map<string, AbortController>();
  readonly #failed = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #wanted: readonly Item[] = [];
  #failures = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  #version = 0;

  constructor(options: LoaderOptions<Item, Value>) {
    this.#options = options;
  }

  /** Loads while somebody listens. Answers how to stop listening. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#next();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      clearTimeout(this.#again);
      this.#again = undefined;
      this.#failed.clear();
      for (const loading of this.#loading.values()) loading.abort();
    };
  };

  /** Another number when there is something else to be seen. */
  readonly version = (): number => this.#version;

  /** From now on these are loaded, and no others. */
  want(items: readonly Item[]): void {
    const before = this.#wanted;
    this.#wanted = items;
    const isSame =
      items.length === before.length && items.every(({ key }, at) => key === before[at]?.key);
    if (isSame) return;
    const keys = new Set(items.map(({ key }) => key));
    for (const [key, loading] of this.#loading) if (!keys.has(key)) loading.abort();
    for (const key of this.#failed) if (!keys.has(key)) this.#failed.delete(key);
    this.#next();
    this.#tell();
  }

  /** What was loaded; undefined where it is not there, or not yet. */
  get(key: string): Value | undefined {
    const known = this.#values.get(key);
    if (known === undefined) return undefined;
    // The one that was asked for last is forgotten last.
    this.#values.delete(key);
    this.#values.set(key, known);
    return known.value;
  }

  get state(): LoaderState {
    if (this.#failed.size > 0) return "failed";
    return this.#wanted.some(({ key }) => !this.#values.has(key)) ? "loading" : "ready";
  }

  /** Tries at once what failed. */
  readonly retry = (): void => {
    clearTimeout(this.#again);
    this.#again = undefined;
    this.#failed.clear();
    this.#next();
    this.#tell();
  };

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  #next(): void {
    // One failed: the others would as well, and whoever does not answer is not asked more, but less.
    if (this.#listeners.size === 0 || this.#again !== undefined) return;
    for (const item of this.#wanted) {
      if (this.#loading.size >= this.#options.atOnce) return;
      const { key } = item;
      if (this.#values.has(key) || this.#loading.has(key) || this.#failed.has(key)) continue;
      void this.#load(item);
    }
  }

  async #load(item: Item): Promise<void> {
    const { key } = item;
    const loading = new AbortController();
    this.#loading.set(key, loading);
    try {
      this.#keep(key, await this.#options.read(item, loading.signal));
      this.#failures = 0;
    } catch (problem) {
      // What nobody wished for any more did not fail.
      if (!loading.signal.aborted) this.#fail(key, problem);
    }
    this.#loading.delete(key);
    this.#next();
    this.#tell();
  }

  #fail(key: string, problem: unknown): void {
    console.info("Not loaded", key, problem);
    this.#failed.add(key);
    if (this.#again !== undefined) return;
    const wait = Math.min(LATEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#again = setTimeout(this.retry, wait);
  }

  #keep(key: string, value: Value | undefined): void {
    const { kept, release } = this.#options;
    this.#values.set(key, { value });
    const wanted = new Set(this.#wanted.map((item) => item.key));
    for (const [oldest, old] of this.#values) {
      if (this.#values.size <= kept) return;
      if (wanted.has(oldest)) continue;
      this.#values.delete(oldest);
      if (old.value !== undefined) release?.(old.value);
    }
  }
}
