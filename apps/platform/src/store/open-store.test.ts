import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Migration, openDatabase } from "@oxbow/database";
import { sql } from "kysely";
import { until } from "../../../../tests/until.ts";
import { openStore } from "./open-store.ts";
import type { Store, Tx } from "./store.ts";
import { onPostgres, storeTest } from "./store-for-tests.ts";

const value = (name: string) => ({ name, value: "" });

storeTest("every table is there, and what a commit throws undoes it all", async ({ store }) => {
  let told = 0;
  const stop = store.onCommit(() => (told += 1));
  await store.commit((tx) => tx.insertInto("site_values").values(value("kept")).execute());
  await assert.rejects(
    store.commit(async (tx) => {
      await tx.insertInto("site_values").values(value("undone")).execute();
      throw new Error("no");
    }),
    { message: "no" },
  );
  stop();
  await store.commit((tx) => tx.insertInto("site_values").values(value("later")).execute());
  const rows = await store.db.selectFrom("site_values").select("name").orderBy("name").execute();
  assert.deepEqual([rows, told], [[{ name: "kept" }, { name: "later" }], 1]);
});

storeTest("commits that come together are all kept", async ({ store }) => {
  const names = Array.from({ length: 40 }, (_, n) => String(n).padStart(2, "0"));
  await Promise.all(
    names.map((name) =>
      store.commit((tx) => tx.insertInto("site_values").values(value(name)).execute()),
    ),
  );
  const rows = await store.db.selectFrom("site_values").select("name").orderBy("name").execute();
  assert.deepEqual(
    rows.map(({ name }) => name),
    names,
  );
});

/** Reads a value, and writes it with one sign more, from several stores at once; answers how many were kept. */
async function addTogether(stores: readonly Store[]): Promise<number> {
  const [first] = stores;
  assert.ok(first !== undefined);
  await first.commit((tx) => tx.insertInto("site_values").values(value("n")).execute());
  const add = async (tx: Tx): Promise<void> => {
    const found = tx.selectFrom("site_values").select("value");
    const before = await found.executeTakeFirstOrThrow();
    await tx
      .updateTable("site_values")
      .set({ value: `${before.value}+` })
      .execute();
  };
  await Promise.all(stores.map((store) => store.commit(add)));
  const after = await first.db.selectFrom("site_values").select("value").executeTakeFirstOrThrow();
  return after.value.length;
}

storeTest("a commit sees what those before it have done", async ({ store }) => {
  assert.equal(await addTogether(Array.from({ length: 40 }, () => store)), 40);
});

onPostgres("so do commits of two platforms on one database", async (location) => {
  await using one = await openStore(location);
  await using other = await openStore(location);
  assert.equal(await addTogether(Array.from({ length: 20 }, (_, n) => (n % 2 ? one : other))), 20);
});

onPostgres(
  "the media server's database is not the platform's, nor the other way round",
  async (location) => {
    const server: Migration = async (db) => {
      await sql`create table counters (name text)`.execute(db);
    };
    const open = () => openDatabase(location, { migrations: [server], own: "counters" });
    {
      await using theirs = await open();
      await assert.rejects(openStore(location), /holds the tables of another program/);
      assert.deepEqual((await sql`select * from counters`.execute(theirs.db)).rows, []);
    }
    {
      await using again = await open();
      await sql`drop table counters`.execute(again.db);
      await sql`drop table migrations`.execute(again.db);
    }
    await using ours = await openStore(location);
    await assert.rejects(open(), /holds the tables of another program/);
    assert.equal(await ours.whileAlone(async () => undefined), true);
  },
);

onPostgres("whose connections broke is known to be there all the same", async (location) => {
  await using one = await openStore(location);
  await using other = await openStore(location);
  const shared = sql<{ pid: number }>`select pid from pg_locks join pg_database on oid = database
    where datname = current_database() and locktype = 'advisory' and mode = 'ShareLock'`;
  const alive = async (): Promise<number[]> =>
    (await shared.execute(one.db)).rows.map(({ pid }) => pid);
  const before = await alive();
  for (const pid of before) await sql`select pg_terminate_backend(${pid})`.execute(one.db);
  const again = await until("both to be back", async () => {
    const pids = (await alive()).filter((pid) => !before.includes(pid));
    return pids.length === 2 ? pids : undefined;
  });
  assert.deepEqual([before.length, again.length], [2, 2]);
  assert.equal(await other.whileAlone(async () => undefined), false);
  await one[Symbol.asyncDispose]();
  await until("one to be gone", async () =>
    (await other.whileAlone(async () => undefined)) ? true : undefined,
  );
});

test("a second platform on the same file is refused, and what is read only is not written", async () => {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-platform-"));
  try {
    const file = join(folder, "platform.db");
    await using store = await openStore({ file });
    await assert.rejects(openStore({ file }), /another server uses this data folder/);
    await assert.rejects(
      store.db.insertInto("site_values").values(value("a")).execute(),
      /readonly/,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
