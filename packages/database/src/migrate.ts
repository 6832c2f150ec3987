import { type Kysely, sql } from "kysely";
import type { DialectName, Migration } from "./migration.ts";

/** Any number: servers that start together on PostgreSQL agree on it. */
const ADVISORY_LOCK = 0x0_0b0_03;

/** Brings the tables up to date in one transaction. Throws when the database is newer than this program. */
export async function migrate<Schema>(
  db: Kysely<Schema>,
  dialect: DialectName,
  migrations: readonly Migration[],
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (dialect === "postgres")
      await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx);
    await sql`create table if not exists migrations (number integer primary key)`.execute(tx);
    const found = await sql<{ last: number | null }>`
      select max(number) as last from migrations`.execute(tx);
    const last = found.rows[0]?.last ?? 0;
    if (last > migrations.length) {
      throw new Error(
        `Cannot open the database: its tables are of step ${last}, this server knows ${migrations.length}. Start the newer server again`,
      );
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < last) continue;
      await migration(tx, dialect);
      await sql`insert into migrations (number) values (${index + 1})`.execute(tx);
    }
  });
}
