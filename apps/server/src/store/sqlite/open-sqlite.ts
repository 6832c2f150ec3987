import { Kysely } from "kysely";
import type { World } from "../../world.ts";
import { databaseStore } from "../database-store.ts";
import { migrate } from "../migrate.ts";
import type { Schema } from "../schema.ts";
import type { OpenStore } from "../store.ts";
import { GroupCommit } from "./group-commit.ts";
import { SqliteConnection } from "./sqlite-connection.ts";
import { sqliteReader, sqliteWriter } from "./sqlite-dialect.ts";

/** Opens an SQLite file: one connection that writes, one that reads, each in its own worker thread. */
export async function openSqlite(file: string, world: World): Promise<OpenStore> {
  await using opened = new AsyncDisposableStack();
  const writing = opened.use(await SqliteConnection.open({ file, access: "write" }));
  const commits = new GroupCommit(writing);
  const durable = new Kysely<Schema>({ dialect: sqliteWriter(writing, commits, true) });
  const relaxed = new Kysely<Schema>({ dialect: sqliteWriter(writing, commits, false) });
  await migrate(durable, "sqlite");
  const reading = opened.use(await SqliteConnection.open({ file, access: "read" }));
  const reader = new Kysely<Schema>({ dialect: sqliteReader(reading) });
  const closing = opened.move();
  return databaseStore({
    dialect: "sqlite",
    reader,
    durable,
    relaxed: (work) => relaxed.transaction().execute(work),
    world,
    close: () => closing.disposeAsync(),
  });
}
