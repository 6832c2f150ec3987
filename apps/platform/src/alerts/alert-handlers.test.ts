import assert from "node:assert/strict";
import type { Caller } from "../calls/index.ts";
import { storeTest } from "../store/store-for-tests.ts";
import { alertHandlers } from "./alert-handlers.ts";
import { raiseSink } from "./alerts-for-tests.ts";
import { raiseAlert } from "./raise-alert.ts";

const caller: Caller = {
  person: { id: "p1", name: "Ana", email: "ana@site.test", role: "operator", language: "en" },
  address: "192.0.2.1",
};
const call = { caller, params: {}, query: undefined, body: undefined };

storeTest(
  "alerts are unread until an operator looks, and again when they come again",
  async (on) => {
    const { store, world } = on;
    const handlers = alertHandlers(on);
    await raiseSink(store, world);
    assert.deepEqual(await handlers["alerts.unread"](call), { open: 1, unread: 1 });
    assert.deepEqual(await handlers["alerts.see"](call), { open: 1, unread: 0 });
    world.time += 1;
    await raiseSink(store, world);
    assert.deepEqual(await handlers["alerts.unread"](call), { open: 1, unread: 1 });
  },
);

storeTest("who resolves an alert is shown beside it and in the audit trail", async (on) => {
  const { store, world } = on;
  const handlers = alertHandlers(on);
  await raiseSink(store, world);
  const page = { state: "open", limit: 50 } as const;
  const [alert] = (await handlers["alerts.list"]({ ...call, query: page })).items;
  const params = { alert: alert?.id ?? "" };
  const resolved = await handlers["alerts.resolve"]({ ...call, params });
  assert.deepEqual([resolved.state, resolved.resolvedBy], ["resolved", "Ana"]);
  await handlers["alerts.resolve"]({ ...call, params });
  const acts = await store.db.selectFrom("audit").select(["action", "about", "person"]).execute();
  assert.deepEqual(acts, [{ action: "alert.resolved", about: params.alert, person: "p1" }]);
  await assert.rejects(handlers["alerts.resolve"]({ ...call, params: { alert: "alr_none" } }), {
    code: "not_found",
  });
});

storeTest("alerts are listed by pages, the newest first", async ({ store, world }) => {
  for (const key of ["a", "b", "c"]) {
    world.time += 1;
    const data = { task: key, message: "" };
    await store.commit((tx) =>
      raiseAlert(tx, world, { kind: "task_failed", key, severity: "info", data }),
    );
  }
  const handlers = alertHandlers({ store, world });
  const page = async (cursor?: string) => {
    const more = cursor === undefined ? {} : { cursor };
    const query = { state: "open", limit: 2, ...more } as const;
    const { items, next } = await handlers["alerts.list"]({ ...call, query });
    return { keys: items.map(({ key }) => key), next };
  };
  const first = await page();
  assert.deepEqual(first.keys, ["c", "b"]);
  assert.deepEqual(await page(first.next ?? ""), { keys: ["a"], next: null });
});

storeTest("an operator says which alerts come by e-mail", async (on) => {
  const handlers = alertHandlers(on);
  assert.deepEqual(await handlers["alerts.getMail"](call), { from: "warning" });
  await handlers["alerts.setMail"]({ ...call, body: { from: "critical" } });
  assert.deepEqual(await handlers["alerts.getMail"](call), { from: "critical" });
});
