import { sql } from "kysely";
import type { Migration } from "./migration.ts";

/**
 * Ids of updates come from a row that the transaction holds until it ends. Those of a sequence are
 * given before the commit, and who reads the log would pass by one that is committed late.
 */
export const updateLog: Migration = async (db, dialect) => {
  const big = dialect === "sqlite" ? "integer" : "int8";
  await sql`drop table updates`.execute(db);
  await sql
    .raw(
      `create table updates (id ${big} primary key, topic text not null, type text not null,
        data text not null, at ${big} not null)`,
    )
    .execute(db);
  await sql`create index updates_topic on updates (topic, id)`.execute(db);
  await sql.raw(`create table update_log (last ${big} not null)`).execute(db);
  await sql`insert into update_log (last) values (0)`.execute(db);
};
