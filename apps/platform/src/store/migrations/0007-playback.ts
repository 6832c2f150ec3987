import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** What playback tokens are signed with, and what the media server was told of who may watch. */
export const playback: Migration = async (db, dialect) => {
  const big = dialect === "sqlite" ? "integer" : "int8";
  await sql
    .raw(
      `create table playback_keys (name text primary key, kid text not null, secret text not null,
        created_at ${big} not null)`,
    )
    .execute(db);
  await sql
    .raw(
      `create table playback_policies (subject text primary key, policy text not null,
        held_until ${big} not null default 0)`,
    )
    .execute(db);
};
