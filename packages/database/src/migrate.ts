import { type Kysely, sql } from "kysely";
import type { DialectName, Migration } from "./migration.ts";

/** Any number: servers that start together on PostgreSQL agree on it. */
const ADVISORY_LOCK = 0x0_0b0_03;

/**
 * Brings the tables up to date in one transaction. Throws where the database is newer than this program,
 * or another program's: one without the table `own`.
 */
export async function migrate<Schema>(
  db: Kysely<Schema>,
  dialect: DialectName,
  { migrations, own }: { readonly migrations: readonly Migration[]; readonly own?: string },
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (dialect === "postgres")
      await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(tx);
    await sql`create table if not exists migrations (number integer primary key)`.execute(tx);
    const found = await sql<{ last: number | null }>`
      select max(number) as last from migrations`.execute(tx);
    const last = found.rows[0]?.last ?? 0;
    if (last > 0 && own !== undefined && !(await hasTable(tx, dialect, own))) {
      throw new Error(
        "Cannot open the database: it holds the tables of another program. Give each program a database of its own",
      );
    }
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

async function hasTable<Schema>(
  db: Kysely<Schema>,
  dialect: DialectName,
  name: string,
): Promise<boolean> {
  const found =
    dialect === "sqlite"
      ? sql`select 1 from sqlite_master where type = 'table' and name = ${name}`
      : sql`select 1 where to_regclass(${name}) is not null`;
  return (await found.execute(db)).rows.length > 0;
}
