import type { Insertable, Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** Parameters that one statement may have: SQLite takes 32,766, PostgreSQL 65,535. */
const PARAMETERS = 8_000;

/** Inserts rows by few statements. Their number is rounded down to powers of two, so that few texts are prepared. */
export async function insertRows<Table extends keyof Schema>(
  db: Kysely<Schema>,
  table: Table,
  rows: readonly Insertable<Schema[Table]>[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const most = Math.max(1, Math.floor(PARAMETERS / Object.keys(first).length));
  for (let from = 0; from < rows.length; ) {
    const count = 2 ** Math.floor(Math.log2(Math.min(most, rows.length - from)));
    await db
      .insertInto(table)
      .values(rows.slice(from, from + count))
      .execute();
    from += count;
  }
}
