import { Kysely, PostgresDialect, sql } from "kysely";
import { type CustomTypesConfig, Pool, types } from "pg";
import { migrate } from "./migrate.ts";
import type { OpenDatabase, OpenOptions } from "./open-database.ts";

const POOL = 8;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;

/** Type ids of int8 and numeric. Our times, sizes and sums stay below 2^53. */
const NUMBERS: ReadonlySet<number> = new Set([20, 1700]);

const typeParsers: CustomTypesConfig = {
  getTypeParser: (oid, format) => (NUMBERS.has(oid) ? Number : types.getTypeParser(oid, format)),
};

/** Opens a PostgreSQL database that several programs may share. */
export async function openPostgres<Schema, Event = never>(
  url: string,
  {
    migrations,
    saveEvents = async () => undefined,
    onBroken = () => undefined,
  }: OpenOptions<Schema, Event>,
): Promise<OpenDatabase<Schema, Event>> {
  const pool = new Pool({
    connectionString: url,
    max: POOL,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    application_name: "oxbow",
    types: typeParsers,
  });
  pool.on("error", onBroken);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, "postgres", migrations);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    dialect: "postgres",
    db,
    durable: (work) => db.transaction().execute(work),
    relaxed: (work) =>
      db.transaction().execute(async (tx) => {
        await sql`set local synchronous_commit = off`.execute(tx);
        return work(tx);
      }),
    saveEvents,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
