import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { startPostgres } from "@oxbow/database/for-tests";
import { type Millis, millis } from "@oxbow/media";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { World } from "../world.ts";
import { openStore, type StoreLocation } from "./open-store.ts";
import type { OpenStore } from "./store.ts";

export type TestWorld = World & { time: Millis };

/** A world that is silent, whose clock stands until it is moved, and whose ids count. */
export function testWorld(start = 1_700_000_000_000): TestWorld {
  let ids = 0;
  const world: TestWorld = {
    time: millis(start),
    now: () => world.time,
    id: (prefix) => `${prefix}_${String(++ids).padStart(8, "0")}`,
    log: pino({ level: "silent" }),
    metrics: new Registry(),
  };
  return world;
}

export type OnDatabase = {
  readonly location: StoreLocation;
  readonly world: TestWorld;
  /** Opened on an empty database, and closed after the test. */
  readonly store: OpenStore;
};

type DatabaseTest = (name: string, body: (on: OnDatabase) => Promise<void>) => void;

const onSqlite: DatabaseTest = (name, body) => {
  void test(`${name} (SQLite)`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "oxbow-store-"));
    try {
      await run({ file: join(folder, "oxbow.db") }, body);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
};

/** How to run a test on SQLite and on PostgreSQL, or on one of them, each on an empty database of its own. */
export async function onBothDatabases(): Promise<{
  readonly test: DatabaseTest;
  readonly onSqlite: DatabaseTest;
  readonly onPostgres: DatabaseTest;
}> {
  const postgres = await startPostgres();
  const skip = "missing" in postgres ? postgres.missing : false;
  if (!("missing" in postgres)) after(() => postgres[Symbol.asyncDispose]());
  const onPostgres: DatabaseTest = (name, body) => {
    void test(`${name} (PostgreSQL)`, { skip }, async () => {
      if (!("missing" in postgres)) await run({ url: await postgres.database() }, body);
    });
  };
  return {
    test: (name, body) => {
      onSqlite(name, body);
      onPostgres(name, body);
    },
    onSqlite,
    onPostgres,
  };
}

async function run(
  location: StoreLocation,
  body: (on: OnDatabase) => Promise<void>,
): Promise<void> {
  const world = testWorld();
  await using store = await openStore(location, world);
  await body({ location, world, store });
}
