import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/** Pictures that owners chose for their videos. */
export const posters: Migration = async (db, dialect) => {
  await sql`alter table videos add column poster text`.execute(db);
  await sql
    .raw(
      `create table video_posters (
        id text primary key, video text not null unique references videos (id) on delete cascade,
        jpeg ${dialect === "sqlite" ? "blob" : "bytea"} not null)`,
    )
    .execute(db);
};
