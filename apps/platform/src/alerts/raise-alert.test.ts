import assert from "node:assert/strict";
import type { Store } from "../store/index.ts";
import { storeTest } from "../store/store-for-tests.ts";
import { toAlert } from "./alert-row.ts";
import { raiseSink, SINK } from "./alerts-for-tests.ts";
import { resolveAlert } from "./raise-alert.ts";

const allAlerts = async (store: Store) =>
  (await store.db.selectFrom("alerts").selectAll().orderBy("first_at").execute()).map(toAlert);

storeTest("the same again counts up, and tells what is so now", async ({ store, world }) => {
  await raiseSink(store, world, "warning", 500);
  world.time += 60_000;
  await raiseSink(store, world);
  const [alert, ...others] = await allAlerts(store);
  assert.deepEqual(others, []);
  assert.deepEqual(alert, {
    id: "alr_00000001",
    ...SINK,
    severity: "critical",
    state: "open",
    about: { sink: "snk_1" },
    data: { url: "http://hooks.test/", reason: "gone", status: 410 },
    count: 2,
    firstAt: "2023-11-14T22:13:20.000Z",
    lastAt: "2023-11-14T22:14:20.000Z",
    resolvedAt: null,
    resolvedBy: null,
  });
});

storeTest("what was resolved opens anew", async ({ store, world }) => {
  await raiseSink(store, world, "warning", 500);
  await store.commit((tx) => resolveAlert(tx, world, SINK, "Ana"));
  world.time += 1;
  await raiseSink(store, world, "warning", 500);
  assert.deepEqual(
    (await allAlerts(store)).map(({ state, count, resolvedBy }) => ({ state, count, resolvedBy })),
    [
      { state: "resolved", count: 1, resolvedBy: "Ana" },
      { state: "open", count: 1, resolvedBy: null },
    ],
  );
});

storeTest("pages are told of each change; nothing is told of nothing", async ({ store, world }) => {
  await store.commit((tx) => resolveAlert(tx, world, SINK));
  await raiseSink(store, world, "warning", 500);
  await raiseSink(store, world, "warning", 500);
  await store.commit((tx) => resolveAlert(tx, world, SINK));
  const updates = await store.db.selectFrom("updates").selectAll().orderBy("id").execute();
  assert.deepEqual(
    updates.map(({ topic, type, data }) => [topic, type, JSON.parse(data).count]),
    [
      ["operator", "alert.changed", 1],
      ["operator", "alert.changed", 2],
      ["operator", "alert.changed", 2],
    ],
  );
});
