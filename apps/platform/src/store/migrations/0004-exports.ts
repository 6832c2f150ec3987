import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Files that people wished for, and events that came before anybody knew whose they are. */
export const exportWishes: Migration = async (db, dialect) => {
  const big = dialect === "sqlite" ? "integer" : "int8";
  await sql
    .raw(
      `create table export_wishes (id text primary key, video text not null, channel text not null,
        stream text not null, title text not null, from_at ${big}, to_at ${big},
        options text not null, asked_by text, asked_by_name text, state text not null, export text,
        life text not null, pin text, needed integer not null, created_at ${big} not null,
        heard_at ${big} not null, ended_at ${big})`,
    )
    .execute(db);
  await sql`create unique index export_wishes_export on export_wishes (export)`.execute(db);
  await sql`create index export_wishes_video on export_wishes (video, created_at)`.execute(db);
  await sql`create index export_wishes_channel on export_wishes (channel, created_at)`.execute(db);
  await sql`create index export_wishes_state on export_wishes (state, created_at)`.execute(db);
  await sql`create index export_wishes_created on export_wishes (created_at)`.execute(db);
  await sql
    .raw(
      `create table export_strays (id text primary key, export text not null,
        sequence ${big} not null, event text not null, at ${big} not null)`,
    )
    .execute(db);
  await sql`create index export_strays_export on export_strays (export, sequence)`.execute(db);
};
