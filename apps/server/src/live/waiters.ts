import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";

/** Readers of one window that may be held at a time. */
const MOST_WAITERS = 10_000;

type Waiter<Answer> = {
  readonly until: Millis;
  /** What it gets; "wait" while that is not there. */
  readonly look: () => Answer | undefined | "wait";
  readonly settle: (answer: Answer | undefined) => void;
  readonly fail: (error: unknown) => void;
};

/** Readers whose answers are held until there is one. Bounded in number and in time. */
export class Waiters<Answer> {
  readonly #limit: number;
  readonly #waiters = new Set<Waiter<Answer>>();
  #scheduled = false;

  constructor(limit = MOST_WAITERS) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /**
   * Holds an answer until `look` has it. Undefined where `gone` aborts first. Fault `unavailable` at
   * `until`, `limit_reached` where too many are held.
   */
  hold(
    look: Waiter<Answer>["look"],
    until: Millis,
    gone: AbortSignal | undefined,
  ): Promise<Answer | undefined> {
    if (gone?.aborted) return Promise.resolve(undefined);
    if (this.#waiters.size >= this.#limit) {
      throw new Fault("limit_reached", `Cannot hold an answer: ${this.#limit} are held`, {
        details: { retryAfter: 1 },
      });
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        gone?.removeEventListener("abort", left);
        this.#waiters.delete(waiter);
      };
      const left = (): void => {
        leave();
        resolve(undefined);
      };
      const waiter: Waiter<Answer> = {
        until,
        look,
        settle: (answer) => {
          leave();
          resolve(answer);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      gone?.addEventListener("abort", left);
      this.#waiters.add(waiter);
    });
  }

  /**
   * Something changed: whoever can be answered is, once this turn of the event loop has done all its
   * changes, so that they share one rendering.
   */
  changed(): void {
    if (this.#scheduled || this.#waiters.size === 0) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#lookAll();
    });
  }

  /** Refuses those who have waited long enough. */
  expire(now: Millis): void {
    for (const waiter of this.#waiters) {
      if (waiter.until > now) continue;
      waiter.fail(
        new Fault("unavailable", "What the playlist announces did not come in time", {
          details: { retryAfter: 1 },
        }),
      );
    }
  }

  #lookAll(): void {
    for (const waiter of this.#waiters) {
      try {
        const answer = waiter.look();
        if (answer !== "wait") waiter.settle(answer);
      } catch (error) {
        waiter.fail(error);
      }
    }
  }
}
