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
  readonly #stop = new AbortController();
  #client: PoolClient | undefined;

  private constructor(pool: Pool) {
    this.#pool = pool;
  }

  static async open(pool: Pool): Promise<Presence> {
    const presence = new Presence(pool);
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
    // Not given back to the pool: its end frees the lock.
    this.#client?.release(true);
    this.#client = undefined;
  }

  async #take(): Promise<void> {
    const client = await this.#pool.connect();
    client.once("error", (error) => {
      this.#client = undefined;
      client.release(error);
      void this.#retake();
    });
    await client.query("select pg_advisory_lock_shared($1)", [PRESENCE_LOCK]);
    this.#client = client;
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
