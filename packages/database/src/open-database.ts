import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Kysely, Transaction } from "kysely";
import type { DialectName, Migration } from "./migration.ts";
import type { Refuse } from "./refusal.ts";

/** An SQLite file of one process alone, or a PostgreSQL database that several share. */
export type DatabaseLocation = { readonly file: string } | { readonly url: string };

export type OpenOptions<Schema, Event> = {
  /** In order; the number of a migration is its place, from 1. */
  readonly migrations: readonly Migration[];
  /** A table that the first migration makes: a database without it is refused as another program's. */
  readonly own?: string;
  /**
   * Writes the events of a transaction, as its last act. On SQLite those of transactions that commit
   * together come together.
   */
  readonly saveEvents?: (db: Kysely<Schema>, events: readonly Event[]) => Promise<void>;
  /** Makes the errors of what is refused before the database sees it. */
  readonly refuse?: Refuse;
  /** A connection of PostgreSQL that broke while it was idle: the next query takes another one. */
  readonly onBroken?: (error: Error) => void;
  /**
   * Whether durable transactions wait for each other on PostgreSQL, too, whichever process they are of:
   * what one reads stays so until it ends. Without it they meet, and each must lock what it reads.
   */
  readonly oneAtATime?: boolean;
};

/** A database whose tables are up to date. Errors of statements are the drivers' own: see `databaseTrouble`. */
export interface OpenDatabase<Schema, Event = never> extends AsyncDisposable {
  readonly dialect: DialectName;
  /** For reading; on SQLite it can do nothing else. */
  readonly db: Kysely<Schema>;
  /** One transaction that a power cut does not undo. On SQLite, or with `oneAtATime`, one at a time. */
  durable<T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** One that a power cut may undo, but no end of the process: it waits for no disk. */
  relaxed<T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T>;
  /**
   * Does something if no other program uses the database, and lets none begin to until it is done.
   * Answers whether it was; on SQLite always, as a file is one program's.
   */
  whileAlone(work: () => Promise<void>): Promise<boolean>;
  /** Adds events to a transaction that is under way, as its last act. */
  saveEvents(tx: Transaction<Schema>, events: readonly Event[]): Promise<void>;
}

/**
 * Opens a database and brings its tables up to date. An SQLite file is locked against other
 * processes. Throws with a message for the operator: the file is in use, the database is newer, or
 * another program's.
 */
export async function openDatabase<Schema, Event = never>(
  location: DatabaseLocation,
  options: OpenOptions<Schema, Event>,
): Promise<OpenDatabase<Schema, Event>> {
  // One of the two is used: the other's driver would only take memory and time to start.
  if ("url" in location) {
    const { openPostgres } = await import("./postgres.ts");
    return openPostgres(location.url, options);
  }
  const { openSqlite } = await import("./sqlite/open-sqlite.ts");
  await mkdir(dirname(location.file), { recursive: true });
  return openSqlite(location.file, options);
}
