import assert from "node:assert/strict";
import type { NewEvent } from "@oxbow/contract";
import { isUniqueViolation } from "@oxbow/database";
import { onBothDatabases } from "./databases-for-tests.ts";
import { openStore } from "./open-store.ts";
import type { OpenStore } from "./store.ts";

const { test } = await onBothDatabases();

const event = (stream?: { id: string; name: string }): NewEvent => ({
  type: "stream_updated",
  ...(stream && { stream }),
  data: { title: "é" },
});

async function addStream(store: OpenStore, id: string, name: string): Promise<void> {
  await store.commit(async (tx) => {
    await tx
      .insertInto("streams")
      .values({
        id,
        name,
        title: null,
        publish_key: "sealed",
        publish_key_hash: `hash of ${id}`,
        policy: "{}",
        state: "{}",
        broadcast_id: null,
        created_at: 1,
        deleted_at: null,
      })
      .execute();
    return { value: undefined, events: [] };
  });
}

async function addSink(
  store: OpenStore,
  id: string,
  filter: { types?: string[]; streams?: string[]; enabled?: number },
): Promise<void> {
  await store.commit(async (tx) => {
    await tx
      .insertInto("sinks")
      .values({
        id,
        url: "http://127.0.0.1/",
        types: JSON.stringify(filter.types ?? []),
        streams: JSON.stringify(filter.streams ?? []),
        secret: "sealed",
        previous_secret: null,
        previous_secret_until: null,
        enabled: filter.enabled ?? 1,
        rate: null,
        batch: 1,
        disabled_reason: null,
        created_at: 1,
      })
      .execute();
    return { value: undefined, events: [] };
  });
}

test("a commit saves the change and its events together", async ({ store, world }) => {
  await addStream(store, "str_a", "story");
  const value = await store.commit(async (tx) => {
    await tx.insertInto("meta").values({ key: "a", value: "b" }).execute();
    const stream = { id: "str_a", name: "story" };
    return { value: 7, events: [event(), { ...event(stream), broadcast: "brd_1" }, event(stream)] };
  });
  assert.equal(value, 7);
  const common = { type: "stream_updated", time: world.time, data: '{"title":"é"}' };
  const rows = await store.db.selectFrom("events").selectAll().orderBy("sequence").execute();
  assert.deepEqual(
    rows.map(({ id: _id, ...row }) => row),
    [
      {
        ...common,
        sequence: 1,
        stream_id: null,
        stream_name: null,
        stream_sequence: null,
        broadcast_id: null,
      },
      {
        ...common,
        sequence: 2,
        stream_id: "str_a",
        stream_name: "story",
        stream_sequence: 1,
        broadcast_id: "brd_1",
      },
      {
        ...common,
        sequence: 3,
        stream_id: "str_a",
        stream_name: "story",
        stream_sequence: 2,
        broadcast_id: null,
      },
    ],
  );
  assert.deepEqual(await store.db.selectFrom("meta").selectAll().execute(), [
    { key: "a", value: "b" },
  ]);
});

test("work that throws leaves neither change nor event nor a gap in the sequence", async ({
  store,
}) => {
  const failed = store.commit(async (tx) => {
    await tx.insertInto("meta").values({ key: "a", value: "b" }).execute();
    throw new Error("on purpose");
  });
  await assert.rejects(failed, { message: "on purpose" });
  await store.commit(async () => ({ value: undefined, events: [event()] }));
  assert.deepEqual(await store.db.selectFrom("meta").selectAll().execute(), []);
  assert.deepEqual(await store.db.selectFrom("events").select("sequence").execute(), [
    { sequence: 1 },
  ]);
});

test("changes made at one time, some of which fail, keep sequences without gap", async ({
  store,
}) => {
  await addStream(store, "str_a", "story");
  const heard: number[] = [];
  store.onCommit((events) => heard.push(events));
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, async (_, index) =>
      store.commit(async (tx) => {
        await tx
          .insertInto("meta")
          .values({ key: `${index}`, value: "" })
          .execute();
        if (index % 3 === 0) throw new Error("on purpose");
        if (index % 7 === 0)
          await tx
            .insertInto("meta")
            .values({ key: `${index}`, value: "" })
            .execute();
        return { value: index, events: [event({ id: "str_a", name: "story" })] };
      }),
    ),
  );
  const kept = outcomes.flatMap(({ status }, index) => (status === "fulfilled" ? [index] : []));
  assert.deepEqual(
    kept,
    Array.from({ length: 200 }, (_, index) => index).filter((i) => i % 3 !== 0 && i % 7 !== 0),
  );
  const rows = await store.db
    .selectFrom("events")
    .select(["sequence", "stream_sequence"])
    .orderBy("sequence")
    .execute();
  assert.deepEqual(
    rows,
    kept.map((_, index) => ({ sequence: index + 1, stream_sequence: index + 1 })),
  );
  const keys = await store.db.selectFrom("meta").select("key").execute();
  assert.deepEqual(
    keys.map(({ key }) => Number(key)).toSorted((a, b) => a - b),
    kept,
  );
  assert.deepEqual(heard, Array(kept.length).fill(1));
});

test("an event becomes one delivery for each enabled sink that asks for it", async ({ store }) => {
  await addStream(store, "str_a", "story");
  await addSink(store, "snk_all", {});
  await addSink(store, "snk_type", { types: ["stream_deleted"] });
  await addSink(store, "snk_name", { streams: ["story"] });
  await addSink(store, "snk_id", { streams: ["str_a"], types: ["stream_updated"] });
  await addSink(store, "snk_off", { enabled: 0 });
  await store.commit(async () => ({
    value: undefined,
    events: [event({ id: "str_a", name: "story" }), { ...event(), type: "stream_deleted" }],
  }));
  const rows = await store.db
    .selectFrom("deliveries")
    .select(["sink_id", "event_sequence", "lane", "state", "attempts"])
    .orderBy("sink_id")
    .orderBy("event_sequence")
    .execute();
  const pending = { state: "pending", attempts: 0 };
  assert.deepEqual(rows, [
    { ...pending, sink_id: "snk_all", event_sequence: 1, lane: "str_a" },
    { ...pending, sink_id: "snk_all", event_sequence: 2, lane: "" },
    { ...pending, sink_id: "snk_id", event_sequence: 1, lane: "str_a" },
    { ...pending, sink_id: "snk_name", event_sequence: 1, lane: "str_a" },
    { ...pending, sink_id: "snk_type", event_sequence: 2, lane: "" },
  ]);
});

test("a name is free again once its stream is deleted", async ({ store }) => {
  await addStream(store, "str_a", "story");
  await assert.rejects(addStream(store, "str_b", "story"), isUniqueViolation);
  await store.commit(async (tx) => {
    await tx.updateTable("streams").set({ deleted_at: 2 }).where("id", "=", "str_a").execute();
    return { value: undefined, events: [] };
  });
  await addStream(store, "str_b", "story");
});

test("what was committed is there after the store was closed and opened again", async ({
  store,
  location,
  world,
}) => {
  await store.commit(async () => ({ value: undefined, events: [event()] }));
  await store.relaxed((tx) => tx.insertInto("meta").values({ key: "a", value: "b" }).execute());
  await store[Symbol.asyncDispose]();
  await using again = await openStore(location, world);
  await again.commit(async () => ({ value: undefined, events: [event()] }));
  assert.deepEqual(await again.db.selectFrom("meta").selectAll().execute(), [
    { key: "a", value: "b" },
  ]);
  assert.deepEqual(
    await again.db.selectFrom("events").select("sequence").orderBy("sequence").execute(),
    [{ sequence: 1 }, { sequence: 2 }],
  );
});

test("numbers come back as numbers, sums and counts too", async ({ store }) => {
  await store.commit(async () => ({ value: undefined, events: [event(), event()] }));
  const row = await store.db
    .selectFrom("events")
    .select(({ fn }) => [
      fn.countAll<number>().as("count"),
      fn.sum<number>("sequence").as("sum"),
      fn.max("time").as("time"),
    ])
    .executeTakeFirstOrThrow();
  assert.deepEqual(row, { count: 2, sum: 3, time: 1_700_000_000_000 });
});

test("a database of a newer server is refused", async ({ store, location, world }) => {
  await store.commit(async (tx) => {
    const migrations = tx.withTables<{ migrations: { number: number } }>();
    await migrations.insertInto("migrations").values({ number: 999 }).execute();
    return { value: undefined, events: [] };
  });
  await store[Symbol.asyncDispose]();
  await assert.rejects(openStore(location, world), {
    message: /its tables are of step 999, this server knows \d+\. Start the newer server again/,
  });
});

test("a query that was not awaited can't write after its transaction", async ({ store }) => {
  const over = Promise.withResolvers<void>();
  let late: Promise<unknown> = Promise.resolve();
  await store.commit(async (tx) => {
    late = over.promise.then(() =>
      tx.insertInto("meta").values({ key: "late", value: "" }).execute(),
    );
    return { value: undefined, events: [] };
  });
  over.resolve();
  await assert.rejects(late);
  assert.deepEqual(await store.db.selectFrom("meta").selectAll().execute(), []);
});
