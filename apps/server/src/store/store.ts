import type { NewEvent } from "@oxbow/contract";
import type { Kysely, Transaction } from "kysely";
import type { Schema } from "./schema.ts";

export type Tx = Transaction<Schema>;

/** The database, and the one way to change it. */
export interface Store extends AsyncDisposable {
  /** For reading. */
  readonly db: Kysely<Schema>;
  /**
   * Runs `work` in one transaction, saves the events that it returns in the same one (outbox), and
   * wakes the deliveries after it. State and event commit together, or neither does.
   */
  commit<T>(work: (tx: Tx) => Promise<{ value: T; events: readonly NewEvent[] }>): Promise<T>;
}
