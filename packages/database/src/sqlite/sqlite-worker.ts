import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import { lockDatabase } from "./database-lock.ts";
import { StatementCache } from "./statement-cache.ts";
import type { Reply, Request, StatementResult, WorkerSettings } from "./wire.ts";

// Runs in a worker thread: one connection, statements in the order in which they come. A commit waits
// here for the disk, so that the server's event loop never does.

const BUSY_TIMEOUT_MS = 5_000;

const settings: WorkerSettings = workerData;
const lock = settings.access === "write" ? lockDatabase(settings.file) : undefined;
const database = openConnection(settings);
const cache = new StatementCache(database);

function openConnection({ file, access }: WorkerSettings): Database.Database {
  const connection = new Database(file, {
    readonly: access === "read",
    timeout: BUSY_TIMEOUT_MS,
  });
  if (access === "write") {
    connection.pragma("journal_mode = WAL");
    connection.pragma("synchronous = FULL");
  }
  connection.pragma("foreign_keys = ON");
  return connection;
}

function run(request: Request): StatementResult {
  let last: StatementResult = { rows: [] };
  for (const { sql, parameters } of request.statements) {
    const statement = cache.get(sql);
    if (statement.reader) {
      last = { rows: statement.all(...parameters) };
    } else {
      const { changes, lastInsertRowid } = statement.run(...parameters);
      last = { rows: [], changes, insertId: lastInsertRowid };
    }
  }
  return last;
}

function answer(request: Request): Reply {
  try {
    return { id: request.id, result: run(request) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && "code" in error ? String(error.code) : "SQLITE_MISUSE";
    return { id: request.id, failed: { message, code } };
  }
}

parentPort?.on("message", (message: readonly Request[] | "close") => {
  if (message !== "close") {
    parentPort?.postMessage(
      message.map((request) => answer(request)),
      [],
    );
    return;
  }
  database.close();
  lock?.close();
  parentPort?.close();
});
