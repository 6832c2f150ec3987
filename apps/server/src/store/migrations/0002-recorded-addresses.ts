import { type Kysely, sql } from "kysely";
import type { Schema } from "../schema.ts";

/**
 * A file of the archive tells which stretch of the packager it holds, since media URLs name that, and
 * its place in its broadcast's playlist. Files of earlier versions are their own stretch, and their
 * playlists count from 0.
 */
export async function recordedAddresses(db: Kysely<Schema>): Promise<void> {
  await sql`alter table stretches add column stretch_id text not null default ''`.execute(db);
  await sql`update stretches set stretch_id = id`.execute(db);
  await sql`alter table stretches add column sequence int8 not null default 0`.execute(db);
  await sql`alter table stretches add column discontinuity int8 not null default 0`.execute(db);
  await sql`create index stretches_address on stretches (stretch_id, first_segment)`.execute(db);
}
