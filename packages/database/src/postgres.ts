import { Kysely, PostgresDialect, sql, type Transaction } from "kysely";
import { type CustomTypesConfig, Pool, types } from "pg";
import { migrate } from "./migrate.ts";
import type { OpenDatabase, OpenOptions } from "./open-database.ts";
import { Presence } from "./presence.ts";
import { refuse as refuseByDefault } from "./refusal.ts";
import { WriteTurns } from "./write-turns.ts";

/** Connections for statements; one more says that this program is there. */
const POOL = 8;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Any number: programs that change one database one at a time agree on it. */
const WRITER_LOCK = 0x0_0b0_04;

/** Type ids of int8 and numeric. Our times, sizes and sums stay below 2^53. */
const NUMBERS: ReadonlySet<number> = new Set([20, 1700]);

const typeParsers: CustomTypesConfig = {
  getTypeParser: (oid, format) => (NUMBERS.has(oid) ? Number : types.getTypeParser(oid, format)),
};

/** Opens a PostgreSQL database that several programs may share. */
export async function openPostgres<Schema, Event = never>(
  url: string,
  options: OpenOptions<Schema, Event>,
): Promise<OpenDatabase<Schema, Event>> {
  const {
    saveEvents = async () => undefined,
    refuse = refuseByDefault,
    onBroken = () => undefined,
    oneAtATime = false,
  } = options;
  const pool = new Pool({
    connectionString: url,
    max: POOL + 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    application_name: "oxbow",
    types: typeParsers,
  });
  pool.on("error", onBroken);
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  let presence: Presence;
  try {
    await migrate(db, "postgres", options);
    presence = await Presence.open(pool, onBroken);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const turns = new WriteTurns(refuse);
  // Who waits for others of this process holds no connection meanwhile: those are for reading.
  const inTurn = async <T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T> => {
    await turns.take(true);
    try {
      return await db.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(${WRITER_LOCK})`.execute(tx);
        return work(tx);
      });
    } finally {
      turns.pass();
    }
  };
  return {
    dialect: "postgres",
    db,
    durable: oneAtATime ? inTurn : (work) => db.transaction().execute(work),
    relaxed: (work) =>
      db.transaction().execute(async (tx) => {
        await sql`set local synchronous_commit = off`.execute(tx);
        return work(tx);
      }),
    saveEvents,
    whileAlone: (work) => presence.whileAlone(work),
    async [Symbol.asyncDispose]() {
      await presence[Symbol.asyncDispose]();
      await db.destroy();
    },
  };
}
