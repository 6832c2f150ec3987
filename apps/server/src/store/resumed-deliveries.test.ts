import assert from "node:assert/strict";
import { plus, rfc3339 } from "@oxbow/media";
import type { Events } from "../events/index.ts";
import { type OnDatabase, onBothDatabases } from "./databases-for-tests.ts";
import { about, emit, event, started, untilDelivery } from "./events-for-tests.ts";
import { WebhookReceiver } from "./webhook-receiver-for-tests.ts";

const { test } = await onBothDatabases();

/** A sink whose deliveries have failed for hours, with five events of two streams. */
async function failedForLong(on: OnDatabase, events: Events, receiver: WebhookReceiver) {
  receiver.answer = () => ({ status: 500 });
  const { id } = await events.sinks.create({ url: receiver.url });
  const kept = async () => (await events.sinks.deliveries(id, { limit: 10 })).items;
  for (let hour = 1; hour <= 6; hour += 1) {
    const more = hour === 6 ? [3, 4].map((n) => event(n, about("a"))) : [];
    const news = hour === 1 ? [event(1, about("a")), event(2, about("b"))] : more;
    await emit(on.store, ...news, event(hour, { ...about("c"), type: "stream_deleted" }));
    await receiver.until(3 * hour);
    await untilDelivery(events, id, (states) => !states.includes("attempting"));
    if (hour < 6) on.world.time = plus(on.world.time, 3_600_000);
  }
  return { id, kept };
}

test("a sink that is enabled again gets all that waits at once, in order, once and under the same ids", async (on) => {
  await using receiver = await WebhookReceiver.open();
  await using events = await started(on);
  const { id, kept } = await failedForLong(on, events, receiver);
  const before = await kept();
  const waiting = before.filter(
    ({ nextAttemptAt }) => (nextAttemptAt ?? "") > rfc3339(on.world.time),
  );
  assert.equal(waiting.length, 3);
  receiver.received.length = 0;
  receiver.answer = () => ({ status: 204 });
  // The clock stands: nothing would be sent for an hour.
  await events.sinks.update(id, { enabled: true });
  const after = await untilDelivery(events, id, (states) =>
    states.every((one) => one === "delivered"),
  );
  const came = receiver.received.map(({ body }) => JSON.parse(body));
  const ofStream = (name: string) =>
    came.filter(({ stream }) => stream.name === name).map(({ data }) => data.n);
  assert.deepEqual([ofStream("a"), ofStream("b")], [[1, 3, 4], [2]]);
  assert.deepEqual(ofStream("c"), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(
    after.map((one) => one.id),
    before.map((one) => one.id),
  );
  const first = after.at(-1)?.log.map(({ status }) => status);
  assert.deepEqual(first, [500, 500, 500, 500, 500, 500, 204]);
  assert.equal(after.at(-1)?.attempts, 1);
});

test("an attempt that was under way to where a sink was before costs no wait, and no sink", async (on) => {
  for (const status of [500, 410]) {
    await using old = await WebhookReceiver.open();
    await using fresh = await WebhookReceiver.open();
    const asked = Promise.withResolvers<void>();
    const held = Promise.withResolvers<{ status: number }>();
    old.answer = () => {
      asked.resolve();
      return held.promise;
    };
    await using events = await started(on);
    const { id } = await events.sinks.create({ url: old.url });
    await emit(on.store, event(1, about("a")), event(2, about("a")));
    await asked.promise;
    await events.sinks.update(id, { url: fresh.url });
    held.resolve({ status });
    await fresh.until(2);
    const sent = await untilDelivery(
      events,
      id,
      (states) => states.join() === "delivered,delivered",
    );
    assert.deepEqual(
      fresh.received.map(({ body }) => JSON.parse(body).data.n),
      [1, 2],
    );
    assert.deepEqual(
      sent.at(-1)?.log.map((one) => one.status),
      [status, 204],
    );
    assert.equal((await events.sinks.get(id)).enabled, true);
    await events.sinks.remove(id);
  }
});

test("a sink that asked for a pause has it, until somebody says that it is there", async (on) => {
  await using receiver = await WebhookReceiver.open();
  receiver.answer = () => ({ status: 503, headers: { "retry-after": "600" } });
  await using events = await started(on);
  const { id } = await events.sinks.create({ url: receiver.url });
  await emit(on.store, event(1));
  await receiver.until(1);
  await untilDelivery(events, id, (states) => states.join() === "pending");
  receiver.answer = () => ({ status: 204 });
  await events.sinks.update(id, { rate: 100, types: [] });
  const [delivery] = (await events.sinks.deliveries(id, { limit: 1 })).items;
  assert.equal(delivery?.nextAttemptAt, rfc3339(plus(on.world.time, 600_000)));
  await events.sinks.update(id, { enabled: true });
  await untilDelivery(events, id, (states) => states.join() === "delivered");
  assert.equal(receiver.received.length, 2);
});
