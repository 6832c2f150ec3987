import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** What needs an operator, who has seen it, and what was sent about it. */
export const alerts: Migration = async (db, dialect) => {
  const big = dialect === "sqlite" ? "integer" : "int8";
  await sql
    .raw(
      `create table alerts (id text primary key, kind text not null, key text not null,
        open_key text unique, severity text not null, about text not null, data text not null,
        count integer not null, first_at ${big} not null, last_at ${big} not null,
        resolved_at ${big}, resolved_by text)`,
    )
    .execute(db);
  await sql`create index alerts_last on alerts (last_at)`.execute(db);
  await sql
    .raw(`create table alert_mails (open_key text primary key, at ${big} not null)`)
    .execute(db);
  await sql
    .raw(
      `create table alert_readers (person text primary key, seen_at ${big} not null,
        mail_from text not null)`,
    )
    .execute(db);
  await sql
    .raw(
      `create table alert_deliveries (id text primary key, alert text, body text not null,
        state text not null, attempts integer not null, log text not null, next_at ${big},
        created_at ${big} not null)`,
    )
    .execute(db);
  await sql`create index alert_deliveries_created on alert_deliveries (created_at)`.execute(db);
};
