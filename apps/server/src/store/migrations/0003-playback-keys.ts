import type { DialectName } from "@oxbow/database";
import { type Kysely, sql } from "kysely";
import type { Schema } from "../schema.ts";

/** The keys that playback tokens are signed with. */
export async function playbackKeys(db: Kysely<Schema>, dialect: DialectName): Promise<void> {
  const time = dialect === "sqlite" ? "integer" : "int8";
  await sql
    .raw(
      `create table playback_keys (id text primary key, name text not null, kid text not null,
        algorithm text not null, sealed_key text not null, created_at ${time} not null)`,
    )
    .execute(db);
  await sql`create unique index playback_keys_kid on playback_keys (kid)`.execute(db);
}
