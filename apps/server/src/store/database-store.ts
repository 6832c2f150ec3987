import type { NewEvent } from "@oxbow/contract";
import { inTime, type OpenDatabase, type Refuse, runAgain } from "@oxbow/database";
import { asFault } from "./database-error.ts";
import type { Schema } from "./schema.ts";
import type { OpenStore, Tx } from "./store.ts";

/** The store over a database of either kind. */
export function databaseStore(database: OpenDatabase<Schema, NewEvent>, refuse: Refuse): OpenStore {
  const listeners = new Set<(events: number) => void>();
  const tell = (events: number): void => {
    for (const listener of listeners) listener(events);
  };
  let closed: Promise<void> | undefined;
  return {
    dialect: database.dialect,
    db: database.db,
    whileAlone: (work) => database.whileAlone(work),
    async commit<T>(work: (tx: Tx) => Promise<{ value: T; events: readonly NewEvent[] }>) {
      const { value, events } = await again(() =>
        database.durable((tx) =>
          inTime(async () => {
            const done = await work(tx);
            if (done.events.length > 0) await database.saveEvents(tx, done.events);
            return done;
          }, refuse),
        ),
      );
      if (events.length > 0) tell(events.length);
      return value;
    },
    relaxed: (work) => again(() => database.relaxed((tx) => inTime(() => work(tx), refuse))),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.asyncDispose]: () => (closed ??= Promise.resolve(database[Symbol.asyncDispose]())),
  };
}

async function again<T>(transaction: () => Promise<T>): Promise<T> {
  try {
    return await runAgain(transaction);
  } catch (error) {
    throw asFault(error);
  }
}
