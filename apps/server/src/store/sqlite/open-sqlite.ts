import type { NewEvent } from "@oxbow/contract";
import { Kysely } from "kysely";
import type { World } from "../../world.ts";
import { databaseStore } from "../database-store.ts";
import { migrate } from "../migrate.ts";
import { saveEvents } from "../save-events.ts";
import type { Schema } from "../schema.ts";
import type { OpenStore } from "../store.ts";
import { GroupCommit } from "./group-commit.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { sqliteStatements, sqliteTransactions } from "./sqlite-dialect.ts";

/** Opens an SQLite file: one connection that writes, one that reads, each in its own worker thread. */
export async function openSqlite(file: string, world: World): Promise<OpenStore> {
  await using opened = new AsyncDisposableStack();
  const writing = opened.use(await SqliteConnection.open({ file, access: "write" }));
  // In the group's own transaction, whose statements go through the group.
  const inGroup = new Kysely<Schema>({
    dialect: sqliteStatements((statement) => commits.run(statement)),
  });
  const commits: GroupCommit<NewEvent> = new GroupCommit(writing, (events) =>
    saveEvents(inGroup, events, world),
  );
  const durable = new Kysely<Schema>({ dialect: sqliteTransactions(commits, true) });
  const relaxed = new Kysely<Schema>({ dialect: sqliteTransactions(commits, false) });
  await migrate(durable, "sqlite");
  const reading = opened.use(await SqliteConnection.open({ file, access: "read" }));
  const reader = new Kysely<Schema>({
    dialect: sqliteStatements((statement) => reading.run([statement])),
  });
  const closing = opened.move();
  return databaseStore({
    dialect: "sqlite",
    reader,
    durable,
    saveEvents: async (_tx, events) => commits.addEvents(events),
    relaxed: (work) => relaxed.transaction().execute(work),
    close: () => closing.disposeAsync(),
  });
}
