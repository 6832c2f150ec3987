import {
  type DatabaseLocation,
  databaseTrouble,
  inTime,
  openDatabase,
  runAgain,
} from "@oxbow/database";
import { SiteFault } from "@oxbow/site-contract";
import { migrations } from "./migrations/all.ts";
import type { Schema } from "./schema.ts";
import type { Store } from "./store.ts";

/** An SQLite file of this platform alone, or a PostgreSQL database. */
export type StoreLocation = DatabaseLocation;

const late = (_code: string, message: string): Error =>
  new SiteFault("internal", message, { reason: "database_busy" });

/**
 * Opens the database and brings its tables up to date. An SQLite file is locked against other
 * platforms. `onBroken` is told of a connection of PostgreSQL that broke while it was idle.
 */
export async function openStore(
  location: StoreLocation,
  onBroken: (error: Error) => void = () => undefined,
): Promise<Store> {
  const database = await openDatabase<Schema>(location, {
    migrations,
    own: "tasks",
    refuse: late,
    onBroken,
    oneAtATime: true,
  });
  const listeners = new Set<() => void>();
  let closed: Promise<void> | undefined;
  return {
    dialect: database.dialect,
    db: database.db,
    async commit(work) {
      const value = await runAgain(() =>
        database.durable((tx) => inTime(() => work(tx), late)),
      ).catch((cause: unknown) => {
        const trouble = databaseTrouble(cause);
        if (trouble === undefined) throw cause;
        throw new SiteFault("internal", "The site's database takes no changes", {
          reason: `database_${trouble}`,
          cause,
        });
      });
      for (const listener of listeners) listener();
      return value;
    },
    whileAlone: (work) => database.whileAlone(work),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.asyncDispose]: () => (closed ??= Promise.resolve(database[Symbol.asyncDispose]())),
  };
}
