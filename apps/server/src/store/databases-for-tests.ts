import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { type Millis, millis } from "@oxbow/media";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { World } from "../world.ts";
import { openStore, type StoreLocation } from "./open-store.ts";
import { startPostgres } from "./postgres-for-tests.ts";
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
  readonly t: TestContext;
};

/** Says how to run a test on SQLite and on PostgreSQL, each on an empty database of its own. */
export async function onBothDatabases(): Promise<
  (name: string, body: (on: OnDatabase) => Promise<void>) => void
> {
  const postgres = await startPostgres();
  const skip = "missing" in postgres ? postgres.missing : false;
  if (!("missing" in postgres)) after(() => postgres[Symbol.asyncDispose]());
  return (name, body) => {
    void test(`${name} (SQLite)`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), "oxbow-store-"));
      try {
        await run({ file: join(folder, "oxbow.db") }, t, body);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
    void test(`${name} (PostgreSQL)`, { skip }, async (t) => {
      if ("missing" in postgres) return;
      await run({ url: await postgres.database() }, t, body);
    });
  };
}

async function run(
  location: StoreLocation,
  t: TestContext,
  body: (on: OnDatabase) => Promise<void>,
): Promise<void> {
  const world = testWorld();
  await using store = await openStore(location, world);
  await body({ location, world, store, t });
}
