import { type Kysely, sql } from "kysely";
import { firstTables } from "./migrations/0001-first-tables.ts";
import { recordedAddresses } from "./migrations/0002-recorded-addresses.ts";
import { playbackKeys } from "./migrations/0003-playback-keys.ts";
import { uploads } from "./migrations/0004-uploads.ts";
import { markers } from "./migrations/0005-markers.ts";
import { recordedRenditions } from "./migrations/0006-recorded-renditions.ts";
import type { DialectName, Migration } from "./migrations/migration.ts";
import type { Schema } from "./schema.ts";

/** In order; the number of a migration is its place, from 1. */
const MIGRATIONS: readonly Migration[] = [
  firstTables,
  recordedAddresses,
  playbackKeys,
  uploads,
  markers,
  recordedRenditions,
];

/** Any number: servers that start together on PostgreSQL agree on it. */
const ADVISORY_LOCK = 0x0_0b0_03;

/** Brings the tables up to date in one transaction. Throws when the database is newer than this server. */
export async function migrate(db: Kysely<Schema>, dialect: DialectName): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (dialect === "postgres")
      await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx);
    await sql`create table if not exists migrations (number integer primary key)`.execute(tx);
    const found = await sql<{ last: number | null }>`
      select max(number) as last from migrations`.execute(tx);
    const last = found.rows[0]?.last ?? 0;
    if (last > MIGRATIONS.length) {
      throw new Error(
        `Cannot open the database: its tables are of step ${last}, this server knows ${MIGRATIONS.length}. Start the newer server again`,
      );
    }
    for (const [index, migration] of MIGRATIONS.entries()) {
      if (index < last) continue;
      await migration(tx, dialect);
      await sql`insert into migrations (number) values (${index + 1})`.execute(tx);
    }
  });
}
