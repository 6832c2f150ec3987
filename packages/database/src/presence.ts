import { setTimeout as delay } from "node:timers/promises";
import type { Pool, PoolClient } from "pg";

/** Any number: programs that share a database agree on it. */
const PRESENCE_LOCK = 0x0_0b0_05;
/** After a connection that could not be made, milliseconds. */
const AGAIN_MS = 1_000;

/**
 * A connection whose lock says that this program uses the database. The end of the program frees it,
 * however it comes; where the connection alone breaks, another one takes it again.
 */
export class Presence implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #onBroken: (error: Error) => void;
  readonly #stop = new AbortController();
  #client: PoolClient | undefined;
  #leave: (() => void) | undefined;

  private constructor(pool: Pool, onBroken: (error: Error) => void) {
    this.#pool = pool;
    this.#onBroken = onBroken;
  }

  static async open(pool: Pool, onBroken: (error: Error) => void): Promise<Presence> {
    const presence = new Presence(pool, onBroken);
    await presence.#take();
    return presence;
  }

  /**
   * Does something if no other program uses the database; none begins to until it is done. Answers
   * whether it was: not where others are there, or that can't be known.
   */
  async whileAlone(work: () => Promise<void>): Promise<boolean> {
    const client = this.#client;
    if (client === undefined) return false;
    // Shared locks of others stand in its way, that of its own session does not.
    const { rows } = await client.query<{ alone: boolean }>(
      "select pg_try_advisory_lock($1) as alone",
      [PRESENCE_LOCK],
    );
    if (rows[0]?.alone !== true) return false;
    try {
      await work();
      return true;
    } finally {
      await client.query("select pg_advisory_unlock($1)", [PRESENCE_LOCK]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#leave?.();
    this.#client = undefined;
  }

  async #take(): Promise<void> {
    const client = await this.#pool.connect();
    let left = false;
    // Not given back to the pool: its end frees the lock.
    const leave = (): void => {
      if (!left) client.release(true);
      left = true;
    };
    client.on("error", (error) => {
      leave();
      if (this.#client !== client) return;
      this.#onBroken(error);
      this.#client = undefined;
      void this.#retake();
    });
    try {
      await client.query("select pg_advisory_lock_shared($1)", [PRESENCE_LOCK]);
    } catch (error) {
      leave();
      throw error;
    }
    this.#client = client;
    this.#leave = leave;
    if (this.#stop.signal.aborted) leave();
  }

  async #retake(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        return await this.#take();
      } catch {
        // The database is away, which everything that asks it tells.
        await delay(AGAIN_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }
}
