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

type OnStore = { readonly store: Store; readonly world: TestWorld };
type StoreTest = (name: string, body: (on: OnStore) => Promise<void>) => void;

/** A test on an SQLite database of its own. */
export const storeTest: StoreTest = (name, body) => {
  void test(name, async () => {
    const folder = await mkdtemp(join(tmpdir(), "oxbow-platform-"));
    try {
      await run({ file: join(folder, "platform.db") }, body);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
};

/** For what is written in SQL of its own for each database: how to run a test on both of them. */
export async function storeTestOnBoth(): Promise<StoreTest> {
  const postgres = await startPostgres();
  const skip = "missing" in postgres ? postgres.missing : false;
  if (!("missing" in postgres)) after(() => postgres[Symbol.asyncDispose]());
  return (name, body) => {
    storeTest(`${name} (SQLite)`, body);
    void test(`${name} (PostgreSQL)`, { skip }, async () => {
      if (!("missing" in postgres)) await run({ url: await postgres.database() }, body);
    });
  };
}

async function run(location: StoreLocation, body: (on: OnStore) => Promise<void>): Promise<void> {
  await using store = await openStore(location);
  await body({ store, world: testWorld() });
}
