import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** What is to be done later, and what open pages are told. */
export const tasksAndUpdates: Migration = async (db, dialect) => {
  const big = dialect === "sqlite" ? "integer" : "int8";
  const counted =
    dialect === "sqlite"
      ? "integer primary key autoincrement"
      : "int8 generated always as identity primary key";
  await sql
    .raw(
      `create table tasks (id text primary key, kind text not null, key text, payload text not null,
        at ${big} not null, attempt integer not null default 0, last_error text)`,
    )
    .execute(db);
  await sql`create index tasks_at on tasks (at)`.execute(db);
  await sql`create unique index tasks_key on tasks (kind, key)`.execute(db);
  await sql
    .raw(
      `create table updates (id ${counted}, topic text not null, type text not null,
        data text not null, at ${big} not null)`,
    )
    .execute(db);
};
