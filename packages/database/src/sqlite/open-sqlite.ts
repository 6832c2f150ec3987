import { Kysely, type Transaction } from "kysely";
import { migrate } from "../migrate.ts";
import type { OpenDatabase, OpenOptions } from "../open-database.ts";
import { refuse as refuseByDefault } from "../refusal.ts";
import { GroupCommit } from "./group-commit.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { sqliteStatements, sqliteTransactions } from "./sqlite-dialect.ts";

/** Opens an SQLite file: one connection that writes, one that reads, each in its own worker thread. */
export async function openSqlite<Schema, Event = never>(
  file: string,
  options: OpenOptions<Schema, Event>,
): Promise<OpenDatabase<Schema, Event>> {
  const { saveEvents = async () => undefined, refuse = refuseByDefault } = options;
  await using opened = new AsyncDisposableStack();
  const writing = opened.use(await SqliteConnection.open({ file, access: "write" }, refuse));
  // In the group's own transaction, whose statements go through the group.
  const inGroup = new Kysely<Schema>({
    dialect: sqliteStatements((statement) => commits.run(statement), refuse),
  });
  const commits: GroupCommit<Event> = new GroupCommit(
    writing,
    (events) => saveEvents(inGroup, events),
    refuse,
  );
  const durable = new Kysely<Schema>({ dialect: sqliteTransactions(commits, true, refuse) });
  const relaxed = new Kysely<Schema>({ dialect: sqliteTransactions(commits, false, refuse) });
  await migrate(durable, "sqlite", options);
  const reading = opened.use(await SqliteConnection.open({ file, access: "read" }, refuse));
  const db = new Kysely<Schema>({
    dialect: sqliteStatements((statement) => reading.run([statement]), refuse),
  });
  const closing = opened.move();
  return {
    dialect: "sqlite",
    db,
    durable: (work) => durable.transaction().execute(work),
    relaxed: <T>(work: (tx: Transaction<Schema>) => Promise<T>): Promise<T> =>
      relaxed.transaction().execute(work),
    whileAlone: async (work) => {
      await work();
      return true;
    },
    saveEvents: async (_tx, events) => commits.addEvents(events),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
