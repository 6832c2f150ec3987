import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { AlertMessage } from "@oxbow/site-contract";
import { Webhook } from "standardwebhooks";
import type { Store } from "../store/index.ts";
import { storeTest, type TestWorld } from "../store/store-for-tests.ts";
import { startTasks, type TaskRunner } from "../tasks/index.ts";
import { alertTasks } from "./alert-tasks.ts";
import { lastDeliveries, testWebhook } from "./alert-webhook.ts";
import { raiseSink, SINK } from "./alerts-for-tests.ts";
import { resolveAlert } from "./raise-alert.ts";
import { rotateWebhookSecret } from "./webhook-secret.ts";

const HOUR = 3_600_000;

type Received = { readonly headers: Record<string, string>; readonly body: string };

/** Where alerts are posted. Signatures are checked against the real time, so the world begins there. */
async function openReceiver(answer: (count: number) => number) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    received.push({ headers, body });
    response.writeHead(answer(received.length)).end("told");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return {
    url: `http://127.0.0.1:${address.port}/alerts`,
    received,
    verified: (secret: string): AlertMessage[] =>
      received.map(({ headers, body }) =>
        AlertMessage.parse(new Webhook(secret).verify(body, headers)),
      ),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function runAlerts(store: Store, world: TestWorld, webhookUrl: string | undefined): TaskRunner {
  const options = { store, world, webhookUrl, mailWorks: false, site: "https://live.test" };
  return startTasks(store, world, alertTasks(options));
}

const told = async (store: Store) =>
  (await lastDeliveries(store, 9))
    .toReversed()
    .map(({ type, kind, state, log }) => [type, kind, state, log.map(({ status }) => status)]);

storeTest("an alert is posted signed when it opens and when it is over", async (on) => {
  const { store, world } = on;
  world.time = Date.now();
  await using receiver = await openReceiver(() => 204);
  const secret = await store.commit((tx) => rotateWebhookSecret(tx, world.now()));
  await using tasks = runAlerts(store, world, receiver.url);
  await raiseSink(store, world);
  await raiseSink(store, world);
  await tasks.idle();
  await store.commit((tx) => resolveAlert(tx, world, SINK));
  await tasks.idle();
  assert.deepEqual(
    receiver.verified(secret).map(({ type, data, text, url }) => [type, data?.key, text, url]),
    ["alert.raised", "alert.resolved"].map((type) => [
      type,
      "snk_1",
      "Events are no longer delivered to http://hooks.test/\nThe last answer was 410. Repair the receiver, enable the sink, and replay what it missed.",
      "https://live.test/operator",
    ]),
  );
  assert.deepEqual(await told(store), [
    ["alert.raised", "sink_disabled", "delivered", [204]],
    ["alert.resolved", "sink_disabled", "delivered", [204]],
  ]);
});

storeTest("what is refused comes again with the same id", async ({ store, world }) => {
  world.time = Date.now();
  await using receiver = await openReceiver((count) => (count === 1 ? 500 : 200));
  const secret = await store.commit((tx) => rotateWebhookSecret(tx, world.now()));
  await using tasks = runAlerts(store, world, receiver.url);
  await raiseSink(store, world);
  await tasks.idle();
  const [pending] = await lastDeliveries(store, 1);
  assert.equal(pending?.nextAt, new Date(world.time + 5_000).toISOString());
  world.time += 5_000;
  await tasks.idle();
  assert.equal(receiver.verified(secret).length, 2);
  const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
  assert.equal(ids[0], ids[1]);
  assert.deepEqual(await told(store), [["alert.raised", "sink_disabled", "delivered", [500, 200]]]);
});

storeTest("after a day without an answer it is given up and shown", async ({ store, world }) => {
  world.time = Date.now();
  let status = 503;
  await using receiver = await openReceiver(() => status);
  await using tasks = runAlerts(store, world, receiver.url);
  await raiseSink(store, world);
  for (let hour = 0; hour < 40; hour += 1) {
    await tasks.idle();
    world.time += HOUR;
  }
  const open = async () =>
    (
      await store.db.selectFrom("alerts").select("kind").where("open_key", "is not", null).execute()
    ).map(({ kind }) => kind);
  assert.deepEqual(
    (await lastDeliveries(store, 9)).map((one) => [one.kind, one.state, one.log.length]),
    [["sink_disabled", "dead", 10]],
  );
  assert.deepEqual(await open(), ["sink_disabled", "webhook_dead"]);
  status = 200;
  await store.commit((tx) => resolveAlert(tx, world, SINK));
  await tasks.idle();
  assert.deepEqual(await open(), []);
});

storeTest("both secrets sign for a day after a rotation", async ({ store, world }) => {
  world.time = Date.now();
  await using receiver = await openReceiver(() => 200);
  const [old, fresh] = await store.commit(async (tx) => [
    await rotateWebhookSecret(tx, world.now()),
    await rotateWebhookSecret(tx, world.now()),
  ]);
  const site = "https://live.test";
  const attempt = await testWebhook({ store, world, site }, receiver.url);
  assert.deepEqual([attempt.status, attempt.answer], [200, "told"]);
  for (const secret of [old, fresh]) {
    assert.deepEqual(
      receiver.verified(secret ?? "").map(({ type }) => type),
      ["alert.test"],
    );
  }
  world.time += 24 * HOUR;
  await testWebhook({ store, world, site }, receiver.url);
  assert.equal(receiver.received[1]?.headers["webhook-signature"]?.split(" ").length, 1);
});

storeTest("nothing is kept for a webhook that is not set", async ({ store, world }) => {
  await using tasks = runAlerts(store, world, undefined);
  await raiseSink(store, world);
  await tasks.idle();
  assert.deepEqual(await lastDeliveries(store, 9), []);
});
