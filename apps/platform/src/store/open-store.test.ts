import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openStore } from "./open-store.ts";
import { storeTestOnBoth } from "./store-for-tests.ts";

const onBoth = await storeTestOnBoth();
const value = (name: string) => ({ name, value: "" });

onBoth("every table is there, and what a commit throws undoes it all", async ({ store }) => {
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

onBoth("commits that come together are all kept", async ({ store }) => {
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
