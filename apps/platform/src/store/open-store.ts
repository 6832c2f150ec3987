import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { Kysely, SqliteDialect, sql } from "kysely";
import { migrations } from "./migrations/all.ts";
import type { Schema } from "./schema.ts";
import type { Store } from "./store.ts";

/** An SQLite file of this platform alone, or a PostgreSQL database. */
export type StoreLocation = { readonly file: string } | { readonly url: string };

/** Opens the database and brings its tables up to date. */
export async function openStore(location: StoreLocation): Promise<Store> {
  if (!("file" in location)) throw new Error("PostgreSQL is not there yet");
  await mkdir(dirname(location.file), { recursive: true });
  const connection = new Database(location.file);
  connection.pragma("journal_mode = WAL");
  connection.pragma("synchronous = FULL");
  connection.pragma("foreign_keys = ON");
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: connection }) });
  await db.transaction().execute(async (tx) => {
    await sql`create table if not exists migrations (number integer primary key)`.execute(tx);
    const found = await sql<{ last: number | null }>`
      select max(number) as last from migrations`.execute(tx);
    for (const [index, migration] of migrations.entries()) {
      if (index < (found.rows[0]?.last ?? 0)) continue;
      await migration(tx, "sqlite");
      await sql`insert into migrations (number) values (${index + 1})`.execute(tx);
    }
  });
  const listeners = new Set<() => void>();
  return {
    dialect: "sqlite",
    db,
    async commit(work) {
      const value = await db.transaction().execute(work);
      for (const listener of listeners) listener();
      return value;
    },
    onCommit(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      await db.destroy();
    },
  };
}
