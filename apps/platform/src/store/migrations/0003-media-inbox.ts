import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Who runs a task; what the media server told, and where the platform stands in its log. */
export const mediaInbox: Migration = async (db, dialect) => {
  const big = dialect === "sqlite" ? "integer" : "int8";
  await sql.raw(`alter table tasks add column leased_until ${big}`).execute(db);
  await sql`create table media_state (key text primary key, value text not null)`.execute(db);
  await sql
    .raw(
      `create table media_inbox (id text primary key, sequence ${big} not null, type text not null,
        stream text, time ${big} not null, received_at ${big} not null, via text not null,
        outcome text not null, attempts integer not null, error text, failing text, event text)`,
    )
    .execute(db);
  await sql`create index media_inbox_received on media_inbox (received_at)`.execute(db);
  await sql`create index media_inbox_outcome on media_inbox (outcome, sequence)`.execute(db);
  await sql
    .raw(
      `create table media_things (thing text primary key, sequence ${big} not null,
        seen_at ${big} not null)`,
    )
    .execute(db);
  await sql`create index media_things_seen on media_things (seen_at)`.execute(db);
};
