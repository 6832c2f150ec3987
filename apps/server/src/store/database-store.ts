import { Fault, type NewEvent } from "@oxbow/contract";
import type { Kysely } from "kysely";
import { asFault, isTransactionConflict } from "./database-error.ts";
import type { DialectName } from "./migrations/migration.ts";
import type { Schema } from "./schema.ts";
import type { OpenStore, Tx } from "./store.ts";

const WORK_TIMEOUT_MS = 30_000;
const RUNS = 4;

type Parts = {
  readonly dialect: DialectName;
  readonly reader: Kysely<Schema>;
  readonly durable: Kysely<Schema>;
  readonly relaxed: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Saves events with the transaction; the last act in it. */
  readonly saveEvents: (tx: Tx, events: readonly NewEvent[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** The store over a database of either kind. */
export function databaseStore({
  dialect,
  reader,
  durable,
  relaxed,
  saveEvents,
  close,
}: Parts): OpenStore {
  const listeners = new Set<(events: number) => void>();
  const tell = (events: number): void => {
    for (const listener of listeners) listener(events);
  };
  let closed: Promise<void> | undefined;
  return {
    dialect,
    db: reader,
    async commit<T>(work: (tx: Tx) => Promise<{ value: T; events: readonly NewEvent[] }>) {
      const { value, events } = await again(() =>
        durable.transaction().execute((tx) =>
          inTime(async () => {
            const done = await work(tx);
            if (done.events.length > 0) await saveEvents(tx, done.events);
            return done;
          }),
        ),
      );
      if (events.length > 0) tell(events.length);
      return value;
    },
    relaxed: (work) => again(() => relaxed((tx) => inTime(() => work(tx)))),
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.asyncDispose]: () => (closed ??= close()),
  };
}

async function inTime<T>(work: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Fault("unavailable", "The change took too long and was undone")),
    WORK_TIMEOUT_MS,
  );
  try {
    return await Promise.race([work(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function again<T>(transaction: () => Promise<T>): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (run === RUNS || !isTransactionConflict(error)) throw asFault(error);
    }
  }
}
