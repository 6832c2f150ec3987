import assert from "node:assert/strict";
import { plus } from "@oxbow/media";
import { apiKeys } from "./api-keys.ts";
import { onBothDatabases } from "./databases-for-tests.ts";

const { test } = await onBothDatabases();

test("a key is told once, found by its text, and kept as a hash", async ({ store, world }) => {
  const keys = apiKeys(store, world);
  const { apiKey, key } = await keys.create({ name: "platform", scope: "write" });
  assert.match(key, /^oxb_[\w-]{32}$/);
  assert.deepEqual(await keys.find(key), apiKey);
  assert.deepEqual(apiKey, {
    id: apiKey.id,
    name: "platform",
    scope: "write",
    hint: key.slice(0, 8),
    createdAt: world.time,
    lastUsedAt: null,
  });
  assert.equal(await keys.find(`${key}x`), undefined);
  const rows = await store.db.selectFrom("api_keys").selectAll().execute();
  assert.ok(!JSON.stringify(rows).includes(key));
});

test("the time of its last use is noted once a minute", async ({ store, world }) => {
  const keys = apiKeys(store, world);
  const { key } = await keys.create({ name: "platform", scope: "read" });
  const first = world.time;
  const used = async () => (await keys.list({ limit: 1 })).items[0]?.lastUsedAt;
  await Promise.all([keys.find(key), keys.find(key)]);
  assert.equal(await used(), first);
  world.time = plus(first, 59_999);
  await keys.find(key);
  assert.equal(await used(), first);
  world.time = plus(first, 60_000);
  await keys.find(key);
  assert.equal(await used(), world.time);
});

test("a key of the operator's own is taken once", async ({ store, world }) => {
  const keys = apiKeys(store, world);
  const one = await keys.adopt("from the environment", { name: "first", scope: "admin" });
  const two = await keys.adopt("from the environment", { name: "first", scope: "admin" });
  assert.deepEqual([two.id, (await keys.list({ limit: 9 })).items.length], [one.id, 1]);
});

test("keys are listed newest first by pages; a removed one opens nothing", async ({
  store,
  world,
}) => {
  const keys = apiKeys(store, world);
  const made = [];
  for (const name of ["a", "b", "c"]) made.push(await keys.create({ name, scope: "read" }));
  const page = await keys.list({ limit: 2 });
  assert.deepEqual(
    page.items.map(({ name }) => name),
    ["c", "b"],
  );
  const rest = await keys.list({ limit: 2, cursor: page.next ?? "" });
  assert.deepEqual([rest.items.map(({ name }) => name), rest.next], [["a"], null]);
  const [first] = made;
  await keys.remove(first?.apiKey.id ?? "");
  assert.equal(await keys.find(first?.key ?? ""), undefined);
  await assert.rejects(keys.remove(first?.apiKey.id ?? ""), { code: "api_key_unknown" });
});
