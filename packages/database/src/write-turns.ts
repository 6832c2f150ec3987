import type { Refuse } from "./refusal.ts";

/** Transactions that may wait for their turn. */
const LIMIT = 5_000;
const TIMEOUT_MS = 30_000;

type Waiting = {
  readonly durable: boolean;
  readonly resolve: () => void;
  readonly timer: NodeJS.Timeout;
};

/** Lets one transaction write at a time, in the order in which they came. */
export class WriteTurns {
  readonly #refuse: Refuse;
  #taken = false;
  readonly #waiting: Waiting[] = [];

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  /** Resolves when it is this caller's turn. Full queue or half a minute: refused as `unavailable`. */
  take(durable: boolean): Promise<void> {
    if (!this.#taken) {
      this.#taken = true;
      return Promise.resolve();
    }
    if (this.#waiting.length >= LIMIT) {
      return Promise.reject(this.#refuse("unavailable", "Too many changes wait for the database"));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(this.#refuse("unavailable", "The database is too slow to take the change"));
      }, TIMEOUT_MS);
      const waiting: Waiting = { durable, resolve, timer };
      this.#waiting.push(waiting);
    });
  }

  /** Whether the next one could join a group of this kind: a relaxed change may be durable sooner, not the other way round. */
  hasNext(durable: boolean): boolean {
    const [next] = this.#waiting;
    return next !== undefined && (durable || !next.durable);
  }

  pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#taken = false;
      return;
    }
    clearTimeout(next.timer);
    next.resolve();
  }
}
