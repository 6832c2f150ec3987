import { type Kysely, sql } from "kysely";
import type { Schema } from "../schema.ts";

/** The first or last file of a rendition is found as fast as if there were no others. */
export async function recordedRenditions(db: Kysely<Schema>): Promise<void> {
  await sql`create index stretches_rendition on stretches (stream_id, rendition, from_ms)`.execute(
    db,
  );
  await sql`drop index stretches_end`.execute(db);
  await sql`create index stretches_end on stretches (stream_id, rendition, to_ms)`.execute(db);
  await sql`drop index stretches_broadcast`.execute(db);
  await sql`create index stretches_broadcast on stretches (broadcast_id, rendition, from_ms)`.execute(
    db,
  );
}
