import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Where people stream from, and the encoders that were refused. */
export const channels: Migration = async (db, dialect) => {
  const big = dialect === "sqlite" ? "integer" : "int8";
  const counted =
    dialect === "sqlite"
      ? "integer primary key autoincrement"
      : "int8 generated always as identity primary key";
  await sql
    .raw(
      `create table channels (id text primary key, handle text not null unique, name text not null,
        about text not null, owner text not null unique, stream text unique,
        stream_name text not null unique, defaults text not null, created_at ${big} not null,
        session text, issues text not null, last_used text, owner_address text,
        owner_seen_at ${big})`,
    )
    .execute(db);
  await sql`create index channels_owner_address on channels (owner_address)`.execute(db);
  await sql
    .raw(
      `create table rejected_attempts (id ${counted}, channel text, at ${big} not null,
        code text not null, message text not null, protocol text not null, address text not null,
        encoder text)`,
    )
    .execute(db);
  await sql`create index rejected_attempts_channel on rejected_attempts (channel, id)`.execute(db);
};
