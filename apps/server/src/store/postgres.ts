import { Kysely, PostgresDialect, sql } from "kysely";
import { type CustomTypesConfig, Pool, types } from "pg";
import type { World } from "../world.ts";
import { databaseStore } from "./database-store.ts";
import { migrate } from "./migrate.ts";
import { saveEvents } from "./save-events.ts";
import type { Schema } from "./schema.ts";
import type { OpenStore } from "./store.ts";

const POOL = 8;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;

/** Type ids of int8 and numeric. Our times, sizes and sums stay below 2^53. */
const NUMBERS: ReadonlySet<number> = new Set([20, 1700]);

const typeParsers: CustomTypesConfig = {
  getTypeParser: (oid, format) => (NUMBERS.has(oid) ? Number : types.getTypeParser(oid, format)),
};

/** Opens a PostgreSQL database that several servers may share. */
export async function openPostgres(url: string, world: World): Promise<OpenStore> {
  const pool = new Pool({
    connectionString: url,
    max: POOL,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    application_name: "oxbow",
    types: typeParsers,
  });
  // A connection that breaks while idle: the next query takes a new one, and tells what it meets.
  pool.on("error", (error) => world.log.warn({ err: error }, "a database connection broke"));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  try {
    await migrate(db, "postgres");
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return databaseStore({
    dialect: "postgres",
    reader: db,
    durable: db,
    saveEvents: (tx, events) => saveEvents(tx, events, world),
    relaxed: (work) =>
      db.transaction().execute(async (tx) => {
        await sql`set local synchronous_commit = off`.execute(tx);
        return work(tx);
      }),
    close: () => db.destroy(),
  });
}
