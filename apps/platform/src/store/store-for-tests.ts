import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startPostgres } from "@oxbow/database/for-tests";
import { pino } from "pino";
import type { World } from "../world.ts";
import { openStore, type StoreLocation } from "./open-store.ts";
import type { Store } from "./store.ts";

export type TestWorld = World & { time: number };

/** A world that is silent, whose clock stands until it is moved, and whose ids count. */
export function testWorld(start = 1_700_000_000_000): TestWorld {
  let ids = 0;
  const world: TestWorld = {
    time: start,
    now: () => world.time,
    id: (prefix) => `${prefix}_${String(++ids).padStart(8, "0")}`,
    random: () => 0.5,
    log: pino({ level: "silent" }),
  };
  return world;
}

/** A database of the test's own that is empty: an SQLite file, or a PostgreSQL. */
type DatabaseTest = (name: string, body: (location: StoreLocation) => Promise<void>) => void;

export const onSqlite: DatabaseTest = (name, body) => {
  void test(`${name} (SQLite)`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "oxbow-platform-"));
    try {
      await body({ file: join(folder, "platform.db") });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
};

let ofThisFile: ReturnType<typeof startPostgres> | undefined;
after(async () => {
  const postgres = await ofThisFile;
  if (postgres !== undefined && !("missing" in postgres)) await postgres[Symbol.asyncDispose]();
});

/** On a PostgreSQL that is started by the first test of a file that wants one. */
export const onPostgres: DatabaseTest = (name, body) => {
  void test(`${name} (PostgreSQL)`, async (context) => {
    const postgres = await (ofThisFile ??= startPostgres());
    if ("missing" in postgres) context.skip(postgres.missing);
    else await body({ url: await postgres.database() });
  });
};

/**
 * A PostgreSQL where there is one, else a file in a folder: for what whole systems do on SQLite again and
 * again.
 */
export async function preferPostgres(folder: string): Promise<StoreLocation> {
  const postgres = await (ofThisFile ??= startPostgres());
  if ("missing" in postgres) return { file: join(folder, "platform.db") };
  return { url: await postgres.database() };
}

export type OnStore = { readonly store: Store; readonly world: TestWorld };

/** A test on a store in SQLite, and again on one in PostgreSQL. */
export function storeTest(name: string, body: (on: OnStore) => Promise<void>): void {
  for (const on of [onSqlite, onPostgres]) {
    on(name, async (location) => {
      await using store = await openStore(location);
      await body({ store, world: testWorld() });
    });
  }
}
