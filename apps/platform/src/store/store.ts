import type { Kysely, Transaction } from "kysely";
import type { DialectName } from "./migrations/migration.ts";
import type { Schema } from "./schema.ts";

export type Tx = Transaction<Schema>;

/** The platform's database, and the one way to change it. */
export interface Store extends AsyncDisposable {
  readonly dialect: DialectName;
  /** For reading. Inside a `commit`, use its `tx` instead. */
  readonly db: Kysely<Schema>;
  /**
   * Runs `work` in one durable transaction. What it throws undoes it all and comes out again. Await
   * every query inside, and nothing slow but queries: one transaction runs at a time, on PostgreSQL too.
   */
  commit<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Does something if no other platform uses the database, and lets none begin to until it is done. Answers whether it was. */
  whileAlone(work: () => Promise<void>): Promise<boolean>;
  /** Calls `listener` after each commit. Answers how to stop it. */
  onCommit(listener: () => void): () => void;
}
