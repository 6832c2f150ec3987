import type { DialectName } from "@oxbow/database";
import { type Kysely, sql } from "kysely";
import type { Schema } from "../schema.ts";

/** Moments of broadcasts that have names. */
export async function markers(db: Kysely<Schema>, dialect: DialectName): Promise<void> {
  const whole = sql.raw(dialect === "sqlite" ? "integer" : "int8");
  const real = sql.raw(dialect === "sqlite" ? "real" : "float8");
  await sql`
    create table markers (
      id text not null primary key,
      stream_id text not null,
      broadcast_id text not null,
      at_ms ${whole} not null,
      duration ${real},
      label text not null,
      created_at ${whole} not null,
      removed_at ${whole}
    )`.execute(db);
  await sql`create index markers_broadcast on markers (broadcast_id, at_ms)`.execute(db);
  await sql`create index markers_stream on markers (stream_id, id)`.execute(db);
  await sql`create index markers_removed on markers (removed_at) where removed_at is not null`.execute(
    db,
  );
}
