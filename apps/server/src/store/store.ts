import type { NewEvent } from "@oxbow/contract";
import type { DialectName } from "@oxbow/database";
import type { Kysely, Transaction } from "kysely";
import type { Schema } from "./schema.ts";

export type Tx = Transaction<Schema>;

/** The database, and the one way to change it. */
export interface Store extends AsyncDisposable {
  /** For reading. */
  readonly db: Kysely<Schema>;
  /**
   * Runs `work` in one transaction, saves the events that it returns in the same one (outbox), and
   * wakes the deliveries after it. State and event commit together, or neither does. What `work`
   * throws undoes it all and comes out again; so does a work that takes longer than 30 s.
   * Await every query inside `work`, and nothing slow but queries: on SQLite one transaction writes
   * at a time. On PostgreSQL `work` may run again from its beginning, when two transactions were
   * deadlocked.
   */
  commit<T>(work: (tx: Tx) => Promise<{ value: T; events: readonly NewEvent[] }>): Promise<T>;
}

/** The store as it is opened, with what the parts of the server that carry it need besides. */
export interface OpenStore extends Store {
  readonly dialect: DialectName;
  /** Does something if no other server uses the database, and lets none begin to until it is done. Answers whether it was. */
  whileAlone(work: () => Promise<void>): Promise<boolean>;
  /**
   * A change without events that a power cut (never a crash of the process) may undo: it costs no
   * fsync. For what is made again anyway: attempts, leases, progress, times of last use.
   */
  relaxed<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Calls `listener` after each commit that saved events, with their number. Answers how to stop it. */
  onCommit(listener: (events: number) => void): () => void;
}
