import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { sql } from "kysely";
import { testWorld } from "./databases-for-tests.ts";
import { openStore } from "./open-store.ts";

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "oxbow-sqlite-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test("a data folder that another server uses is refused, and free when that one has ended", async (t) => {
  const file = join(await folder(t), "oxbow.db");
  {
    await using first = await openStore({ file }, testWorld());
    assert.equal(first.dialect, "sqlite");
    await assert.rejects(openStore({ file }, testWorld()), {
      message: `Cannot open "${file}": another server uses this data folder. Stop it, or set OXBOW_DATA to another folder`,
    });
  }
  await using second = await openStore({ file }, testWorld());
  assert.equal(second.dialect, "sqlite");
});

test("db only reads", async (t) => {
  await using store = await openStore({ file: join(await folder(t), "oxbow.db") }, testWorld());
  await assert.rejects(
    store.db.insertInto("meta").values({ key: "a", value: "b" }).execute(),
    /readonly/,
  );
  await assert.rejects(
    store.db.transaction().execute(async () => undefined),
    { code: "internal" },
  );
});

test("changes of both kinds that come together all commit, each by its own kind", async (t) => {
  await using store = await openStore({ file: join(await folder(t), "oxbow.db") }, testWorld());
  await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const row = { key: String(index).padStart(2, "0"), value: "" };
      if (index % 4 < 2) {
        await store.relaxed((tx) => tx.insertInto("meta").values(row).execute());
      } else {
        await store.commit(async (tx) => {
          await tx.insertInto("meta").values(row).execute();
          return { value: undefined, events: [] };
        });
      }
    }),
  );
  const rows = await store.db.selectFrom("meta").select("key").orderBy("key").execute();
  assert.deepEqual(
    rows.map(({ key }) => Number(key)),
    Array.from({ length: 100 }, (_, index) => index),
  );
});

test("many rows go in by few statements, whatever their number", async (t) => {
  await using store = await openStore({ file: join(await folder(t), "oxbow.db") }, testWorld());
  const events = Array.from({ length: 4_567 }, () => ({
    type: "server_started" as const,
    data: {},
  }));
  await store.commit(async () => ({ value: undefined, events }));
  const { count } = await store.db
    .selectFrom("events")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  assert.equal(count, 4_567);
});

test("a full disk fails the changes that it hits, and those after it go on when there is room", async (t) => {
  await using store = await openStore({ file: join(await folder(t), "oxbow.db") }, testWorld());
  const limit = (pages: number) =>
    store.relaxed((tx) => sql.raw(`pragma max_page_count = ${pages}`).execute(tx));
  const add = (key: string, bytes: number) =>
    store.commit(async (tx) => {
      await tx
        .insertInto("meta")
        .values({ key, value: "x".repeat(bytes) })
        .execute();
      return { value: key, events: [{ type: "server_started", data: {} }] };
    });
  await add("before", 1);
  await limit(1);
  const outcomes = await Promise.allSettled(["a", "b", "c"].map((key) => add(key, 100_000)));
  for (const outcome of outcomes) {
    assert.equal(outcome.status, "rejected");
    assert.equal(outcome.reason.code, "storage_full");
  }
  await limit(1_000_000);
  assert.equal(await add("after", 100_000), "after");
  const keys = await store.db.selectFrom("meta").select("key").orderBy("key").execute();
  assert.deepEqual(keys, [{ key: "after" }, { key: "before" }]);
  const events = await store.db.selectFrom("events").select("sequence").execute();
  assert.deepEqual(events, [{ sequence: 1 }, { sequence: 2 }]);
});
