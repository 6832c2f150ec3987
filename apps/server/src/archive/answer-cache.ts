import type { DvrAnswer } from "./archive-door.ts";

type Entry = { readonly version: string; readonly answer: Promise<DvrAnswer | undefined> };

/**
 * Answers that many viewers ask for, bounded by their bytes; the one not asked for longest goes first.
 * Whoever asks while an answer is being made waits for the same one.
 */
export class AnswerCache {
  readonly #limit: number;
  readonly #entries = new Map<string, Entry>();
  readonly #held = new Map<string, number>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /**
   * The answer for `key` as it is at `version`, or what `make` makes. `held`: memory that it keeps, where
   * its buffers are shared with others.
   */
  get(
    key: string,
    version: string,
    make: () => Promise<DvrAnswer | undefined>,
    held: (answer: DvrAnswer) => number = heldBytes,
  ): Promise<DvrAnswer | undefined> {
    const known = this.#entries.get(key);
    this.#entries.delete(key);
    if (known?.version === version) {
      this.#entries.set(key, known);
      return known.answer;
    }
    this.#release(key);
    const entry = { version, answer: make() };
    this.#entries.set(key, entry);
    entry.answer.then(
      (answer) => this.#keep(key, entry, answer, held),
      () => this.#drop(key, entry),
    );
    return entry.answer;
  }

  clear(): void {
    this.#entries.clear();
    this.#held.clear();
    this.#bytes = 0;
  }

  #keep(
    key: string,
    entry: Entry,
    answer: DvrAnswer | undefined,
    held: (answer: DvrAnswer) => number,
  ): void {
    if (answer === undefined) this.#drop(key, entry);
    if (answer === undefined || this.#entries.get(key) !== entry) return;
    const bytes = held(answer);
    this.#held.set(key, bytes);
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limit) return;
      this.#entries.delete(oldest);
      this.#release(oldest);
    }
  }

  #drop(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  #release(key: string): void {
    this.#bytes -= this.#held.get(key) ?? 0;
    this.#held.delete(key);
  }
}

/** Memory that an answer keeps: its buffers may be views on larger ones. */
function heldBytes({ body }: DvrAnswer): number {
  const buffers = new Set(body.map(({ buffer }) => buffer));
  let bytes = 512;
  for (const buffer of buffers) bytes += buffer.byteLength;
  return bytes;
}
