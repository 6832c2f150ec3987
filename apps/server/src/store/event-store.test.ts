import assert from "node:assert/strict";
import type { EventType } from "@oxbow/contract";
import { plus, rfc3339 } from "@oxbow/media";
import { Registry } from "prom-client";
import { createEvents, type Events } from "../events/index.ts";
import { onBothDatabases } from "./databases-for-tests.ts";
import { eventStore } from "./event-store.ts";
import { about, box, emit, event, started, untilDelivery } from "./events-for-tests.ts";
import { WebhookReceiver } from "./webhook-receiver-for-tests.ts";

const { test } = await onBothDatabases();
test("an event is delivered signed, in its envelope, and its delivery tells so", async (on) => {
  await using receiver = await WebhookReceiver.open();
  receiver.answer = () => ({ status: 200, body: "thanks".padEnd(5_000, "!") });
  await using events = await started(on);
  const { secret, ...sink } = await events.sinks.create({ url: receiver.url });
  await emit(on.store, event(1, { ...about("a"), broadcast: "brd_1" }));
  await receiver.until(1);
  const [logged] = (await events.list({ limit: 10 })).items;
  assert.deepEqual(receiver.verified(secret ?? ""), [
    {
      id: logged?.id,
      type: "stream_updated",
      sequence: 1,
      time: rfc3339(on.world.time),
      stream: { id: "str_a", name: "a" },
      broadcast: "brd_1",
      data: { n: 1 },
    },
  ]);
  assert.equal(receiver.received[0]?.headers["webhook-id"], logged?.id);
  const [delivery] = await untilDelivery(events, sink.id, ([state]) => state === "delivered");
  assert.deepEqual(delivery && { ...delivery, log: delivery.log.map((a) => a.status) }, {
    id: delivery?.id,
    sink: sink.id,
    event: { id: logged?.id, type: "stream_updated", sequence: 1 },
    state: "delivered",
    attempts: 1,
    log: [200],
    nextAttemptAt: null,
    createdAt: rfc3339(on.world.time),
  });
  assert.equal(delivery?.log[0]?.answer, "thanks".padEnd(1_000, "!"));
  assert.deepEqual(await events.sinks.get(sink.id), sink);
});

test("each stream's events come in order, though many streams are sent beside each other", async (on) => {
  await using receiver = await WebhookReceiver.open();
  await using events = await started(on);
  await events.sinks.create({ url: receiver.url });
  const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
  for (let n = 0; n < 20; n += 1) {
    await emit(on.store, ...names.map((name) => event(n, about(name))));
  }
  await receiver.until(200);
  const came = receiver.received.map(({ body }) => JSON.parse(body));
  for (const name of names) {
    const ofStream = came.filter((one) => one.stream.name === name);
    assert.deepEqual(
      ofStream.map((one) => one.data.n),
      Array.from({ length: 20 }, (_, n) => n),
    );
  }
});

test("a delivery that fails holds up its own stream alone, and is sent again with the same id", async (on) => {
  await using receiver = await WebhookReceiver.open();
  let broken = true;
  receiver.answer = ({ body }) => ({ status: broken && body.includes('"a"') ? 500 : 204 });
  await using events = await started(on);
  const sink = await events.sinks.create({ url: receiver.url });
  await emit(on.store, event(1, about("a")), event(2, about("a")), event(3, about("b")));
  await receiver.until(2);
  await untilDelivery(events, sink.id, (states) => states.join() === "delivered,pending,pending");
  const numbers = (): number[] => receiver.received.map(({ body }) => JSON.parse(body).data.n);
  assert.deepEqual(
    numbers().toSorted((a, b) => a - b),
    [1, 3],
  );
  broken = false;
  on.world.time = plus(on.world.time, 2_000);
  await receiver.until(4);
  assert.deepEqual(numbers().slice(2), [1, 2]);
  const ids = receiver.received
    .filter(({ body }) => JSON.parse(body).data.n === 1)
    .map(({ headers }) => headers["webhook-id"]);
  assert.equal(ids[0], ids[1]);
});

test("a sink that is down delays no other sink", async (on) => {
  await using down = await WebhookReceiver.open();
  await using up = await WebhookReceiver.open();
  const never = Promise.withResolvers<{ status: number }>();
  down.answer = () => never.promise;
  await using events = await started(on);
  await events.sinks.create({ url: down.url });
  await events.sinks.create({ url: up.url });
  for (let n = 0; n < 5; n += 1) await emit(on.store, event(n));
  await up.until(5);
  never.resolve({ status: 204 });
  await down.until(5);
});

test("410 ends the delivery, disables the sink, and is told", async (on) => {
  await using receiver = await WebhookReceiver.open();
  receiver.answer = () => ({ status: 410, body: "Gone" });
  await using events = await started(on);
  const sink = await events.sinks.create({ url: receiver.url });
  await emit(on.store, event(1));
  await untilDelivery(events, sink.id, ([state]) => state === "dead");
  for (;;) {
    const { items } = await events.list({ limit: 10, types: ["sink_disabled"] });
    if (items.length === 0) continue;
    assert.deepEqual(items[0]?.data, {
      sink: sink.id,
      url: receiver.url,
      reason: "gone",
      lastAnswer: { status: 410, answer: "Gone" },
    });
    break;
  }
  const { enabled, disabledReason } = await events.sinks.get(sink.id);
  assert.deepEqual({ enabled, disabledReason }, { enabled: false, disabledReason: "gone" });
  await emit(on.store, event(2));
  receiver.answer = () => ({ status: 204 });
  await events.sinks.update(sink.id, { enabled: true });
  await emit(on.store, event(3));
  await receiver.until(2);
  assert.deepEqual(
    receiver.received.map(({ body }) => JSON.parse(body).data.n),
    [1, 3],
  );
});

test("Retry-After holds the whole sink back for as long as it asks, and no other", async (on) => {
  await using receiver = await WebhookReceiver.open();
  await using other = await WebhookReceiver.open();
  receiver.answer = (_, count) =>
    count === 1 ? { status: 429, headers: { "retry-after": "60" } } : { status: 204 };
  await using events = await started(on);
  const sink = await events.sinks.create({ url: receiver.url });
  await events.sinks.create({ url: other.url });
  await emit(on.store, event(1, about("a")));
  await receiver.until(1);
  await untilDelivery(events, sink.id, ([state]) => state === "pending");
  on.world.time = plus(on.world.time, 59_000);
  await emit(on.store, event(2, about("b")), event(3, about("c")));
  await other.until(3);
  assert.equal(receiver.received.length, 1);
  on.world.time = plus(on.world.time, 2_000);
  await receiver.until(4);
});

test("a sink gets only the types and streams that it asks for, in batches if it asks for them", async (on) => {
  await using receiver = await WebhookReceiver.open();
  await using events = await started(on);
  const types: EventType[] = ["stream_updated"];
  await events.sinks.create({ url: receiver.url, types, streams: ["a"], batch: 10 });
  await emit(
    on.store,
    event(1, about("a")),
    event(2, about("b")),
    event(3, { ...about("a"), type: "stream_deleted" }),
    event(4, about("a")),
  );
  await receiver.until(1);
  const [body] = receiver.received.map((received) => JSON.parse(received.body));
  assert.deepEqual(
    body.map((one: { data: { n: number } }) => one.data.n),
    [1, 4],
  );
});

test("while a secret rotates both verify, and a day later the new one alone", async (on) => {
  await using receiver = await WebhookReceiver.open();
  await using events = await started(on);
  const { id, secret: old = "" } = await events.sinks.create({ url: receiver.url });
  const { secret: fresh = "" } = await events.sinks.rotate(id);
  assert.equal((await events.sinks.test(id)).delivered, true);
  const sent = receiver.verified(old);
  assert.deepEqual(receiver.verified(fresh), sent);
  assert.deepEqual(
    sent.map(({ type, data }) => ({ type, data })),
    [{ type: "sink_test", data: { sink: id } }],
  );
  assert.equal((await events.list({ limit: 1 })).items.length, 0);
  on.world.time = plus(on.world.time, 24 * 3_600_000);
  receiver.received.length = 0;
  await events.sinks.test(id);
  const signatures = String(receiver.received[0]?.headers["webhook-signature"]).split(" ");
  assert.equal(signatures.length, 1);
});

test("what was being attempted when the server died is delivered after the next start", async (on) => {
  await using receiver = await WebhookReceiver.open();
  const asked = Promise.withResolvers<void>();
  const never = Promise.withResolvers<{ status: number }>();
  receiver.answer = () => {
    asked.resolve();
    return never.promise;
  };
  const dead = await started(on);
  const sink = await dead.sinks.create({ url: receiver.url });
  await emit(on.store, event(1));
  await asked.promise;
  receiver.answer = () => ({ status: 204 });
  // Elsewhere another server may be at it, so a claim has to age there.
  if (on.store.dialect === "postgres") on.world.time = plus(on.world.time, 60_001);
  const own = { ...on.world, now: on.world.now, metrics: new Registry() };
  await using events = createEvents({ store: eventStore(on.store, box, own), world: own });
  await events.start();
  await receiver.until(2);
  await untilDelivery(events, sink.id, ([state]) => state === "delivered");
  const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
  assert.equal(ids[0], ids[1]);
  never.resolve({ status: 500 });
  await dead[Symbol.asyncDispose]();
  const [delivery] = (await events.sinks.deliveries(sink.id, { limit: 1 })).items;
  assert.equal(delivery?.state, "delivered");
});

test("events are replayed after a sequence or from a time, without those still to be delivered", async (on) => {
  await using receiver = await WebhookReceiver.open();
  await using events = await started(on);
  for (const n of [1, 2, 3]) {
    await emit(on.store, event(n));
    on.world.time = plus(on.world.time, 1_000);
  }
  const { id } = await events.sinks.create({ url: receiver.url });
  assert.deepEqual(await events.sinks.replay(id, { after: 1 }), { deliveries: 2 });
  await receiver.until(2);
  await untilDelivery(events, id, (states) => states.join() === "delivered,delivered");
  const from = plus(on.world.time, -3_000);
  assert.deepEqual(await events.sinks.replay(id, { from, to: plus(from, 1_001) }), {
    deliveries: 2,
  });
  await receiver.until(4);
  assert.deepEqual(
    receiver.received.map(({ body }) => JSON.parse(body).sequence),
    [2, 3, 1, 2],
  );
  await assert.rejects(events.sinks.replay(id, { from, to: from }), { code: "range_invalid" });
});

test("a delivery is redelivered when asked for; one of a removed sink is dropped", async (on) => {
  await using receiver = await WebhookReceiver.open();
  await using events = await started(on);
  const { id } = await events.sinks.create({ url: receiver.url });
  await emit(on.store, event(1));
  const [delivery] = await untilDelivery(events, id, ([state]) => state === "delivered");
  assert.equal((await events.sinks.redeliver(delivery?.id ?? "")).state, "pending");
  await receiver.until(2);
  await assert.rejects(events.sinks.redeliver("dlv_none"), { code: "delivery_unknown" });
  receiver.answer = () => ({ status: 500 });
  await emit(on.store, event(2));
  await receiver.until(3);
  await untilDelivery(events, id, ([state]) => state === "pending");
  await events.sinks.remove(id);
  const states = await on.store.db.selectFrom("deliveries").select("state").orderBy("id").execute();
  assert.deepEqual(states, [{ state: "delivered" }, { state: "dropped" }]);
  await assert.rejects(events.sinks.get(id), { code: "sink_unknown" });
  await assert.rejects(events.sinks.remove(id), { code: "sink_unknown" });
});

test("the log is read by pages, types and stream, and followed as it grows", async (on) => {
  await using events = await started(on);
  await emit(on.store, event(1, about("a")), event(2), event(3, about("a")));
  const page = await events.list({ limit: 2 });
  assert.deepEqual([page.items.map(({ sequence }) => sequence), page.next], [[1, 2], "2"]);
  const rest = await events.list({ after: 2, limit: 2 });
  assert.deepEqual([rest.items.map(({ sequence }) => sequence), rest.next], [[3], null]);
  const ofStream = await events.list({ stream: "str_a", types: ["stream_updated"], limit: 9 });
  assert.deepEqual(
    ofStream.items.map(({ sequence }) => sequence),
    [1, 3],
  );
  const stop = new AbortController();
  const followed: number[] = [];
  for await (const { sequence } of events.follow({ after: 1, stream: "str_a" }, stop.signal)) {
    followed.push(sequence);
    if (sequence === 3) await emit(on.store, event(4), event(5, about("a")));
    if (sequence === 5) stop.abort();
  }
  assert.deepEqual(followed, [3, 5]);
});

test("the log is read from its end, and by times", async (on) => {
  await using events = await started(on);
  for (const n of [1, 2, 3, 4]) {
    await emit(on.store, event(n));
    on.world.time = plus(on.world.time, 1_000);
  }
  const numbers = async (query: Omit<Parameters<Events["list"]>[0], "limit">) => {
    const { items, next } = await events.list({ ...query, limit: 2 });
    return [items.map(({ sequence }) => sequence), next];
  };
  assert.deepEqual(await numbers({ newestFirst: true }), [[4, 3], "3"]);
  assert.deepEqual(await numbers({ newestFirst: true, before: 3 }), [[2, 1], null]);
  const from = plus(on.world.time, -3_000);
  assert.deepEqual(await numbers({ from, to: plus(from, 1_001) }), [[2, 3], null]);
});

test("deliveries are asked for by state and by event", async (on) => {
  await using receiver = await WebhookReceiver.open();
  receiver.answer = ({ body }) => ({ status: body.includes('"n":1') ? 204 : 410 });
  await using events = await started(on);
  const { id } = await events.sinks.create({ url: receiver.url });
  await emit(on.store, event(1));
  await untilDelivery(events, id, ([state]) => state === "delivered");
  await emit(on.store, event(2));
  await untilDelivery(events, id, ([state]) => state === "dead");
  const asked = async (query: Parameters<Events["sinks"]["deliveries"]>[1]) =>
    (await events.sinks.deliveries(id, query)).items.map((delivery) => delivery.event.sequence);
  assert.deepEqual(await asked({ state: "dead", limit: 5 }), [2]);
  const [first] = (await events.list({ limit: 1 })).items;
  assert.deepEqual(await asked({ event: first?.id, limit: 5 }), [1]);
  assert.deepEqual(await asked({ event: first?.id, state: "dead", limit: 5 }), []);
});

test("events and deliveries older than thirty days are removed", async (on) => {
  await using receiver = await WebhookReceiver.open();
  {
    await using events = await started(on);
    const { id } = await events.sinks.create({ url: receiver.url });
    await emit(on.store, event(1), event(2));
    await untilDelivery(events, id, (states) => states.join() === "delivered,delivered");
    on.world.time = plus(on.world.time, 29 * 24 * 3_600_000);
    await emit(on.store, event(3));
    await receiver.until(3);
  }
  on.world.time = plus(on.world.time, 2 * 24 * 3_600_000);
  const log = eventStore(on.store, box, on.world);
  const before = plus(on.world.time, -30 * 24 * 3_600_000);
  assert.deepEqual(
    [await log.sweep(before), await log.sweep(before), await log.sweep(before)],
    [2, 2, 0],
  );
  const kept = await on.store.db.selectFrom("events").select("sequence").execute();
  assert.deepEqual(kept, [{ sequence: 3 }]);
});

test("a sink that was down for two days gets all, in the order of each stream", async (on) => {
  await using receiver = await WebhookReceiver.open();
  receiver.answer = () => ({ status: 500 });
  await using events = await started(on);
  const sink = await events.sinks.create({ url: receiver.url });
  const names = ["a", "b", "c"];
  for (let hour = 0; hour < 48; hour += 1) {
    const before = receiver.received.length;
    // A commit wakes the deliveries; an hour is the longest that a head waits.
    await emit(on.store, ...names.map((name) => event(hour, about(name))));
    await receiver.until(before + names.length);
    await untilDelivery(events, sink.id, (states) => !states.includes("attempting"));
    on.world.time = plus(on.world.time, 3_600_000);
  }
  receiver.received.length = 0;
  receiver.answer = () => ({ status: 204 });
  await emit(on.store, event(48, about("a")));
  await receiver.until(3 * 48 + 1);
  const came = receiver.received.map(({ body }) => JSON.parse(body));
  for (const name of names) {
    assert.deepEqual(
      came.filter((one) => one.stream.name === name).map((one) => one.data.n),
      Array.from({ length: name === "a" ? 49 : 48 }, (_, hour) => hour),
    );
  }
});

test("a clock that is set back holds nothing up", async (on) => {
  await using receiver = await WebhookReceiver.open();
  await using events = await started(on);
  await events.sinks.create({ url: receiver.url });
  await emit(on.store, event(1));
  on.world.time = plus(on.world.time, -3_600_000);
  await emit(on.store, event(2));
  await receiver.until(2);
});

test("a sink's rate is kept, over all its streams", async (on) => {
  await using receiver = await WebhookReceiver.open();
  await using events = await started(on);
  await events.sinks.create({ url: receiver.url, rate: 50 });
  const began = performance.now();
  await emit(on.store, ...["a", "b", "c", "d", "e"].map((name) => event(1, about(name))));
  await receiver.until(5);
  // Four waits of 20 ms; a slow machine only makes it later.
  assert.ok(performance.now() - began >= 79);
});
