import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pino } from "pino";
import type { World } from "../world.ts";
import { openStore } from "./open-store.ts";
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

/** A test on a database of its own. */
export function storeTest(
  name: string,
  body: (on: { readonly store: Store; readonly world: TestWorld }) => Promise<void>,
): void {
  void test(name, async () => {
    const folder = await mkdtemp(join(tmpdir(), "oxbow-platform-"));
    try {
      await using store = await openStore({ file: join(folder, "platform.db") });
      await body({ store, world: testWorld() });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
