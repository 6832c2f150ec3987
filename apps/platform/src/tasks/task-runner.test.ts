import assert from "node:assert/strict";
import { test } from "node:test";
import { openStore } from "../store/index.ts";
import { type OnStore, onPostgres, storeTest, testWorld } from "../store/store-for-tests.ts";
import { retryDelay } from "./retry-delay.ts";
import { scheduleTask } from "./schedule-task.ts";
import { startTasks } from "./task-runner.ts";

storeTest("a task runs when it is due, and never again", async ({ store, world }) => {
  const done: unknown[] = [];
  await using tasks = startTasks(store, world, {
    greet: async (payload) => void done.push(payload),
  });
  await store.commit((tx) =>
    scheduleTask(tx, world, { kind: "greet", payload: "hi", at: world.now() + 1000 }),
  );
  await tasks.idle();
  assert.deepEqual(done, []);
  world.time += 1000;
  await tasks.idle();
  await tasks.idle();
  assert.deepEqual(done, ["hi"]);
});

storeTest("a commit wakes the runner", async ({ store, world }) => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  await using tasks = startTasks(store, world, { greet: async (payload) => resolve(payload) });
  await tasks.idle();
  await store.commit((tx) =>
    scheduleTask(tx, world, { kind: "greet", payload: 1, at: world.now() }),
  );
  assert.equal(await promise, 1);
});

storeTest("what fails comes again later, and is given up after its attempts", async (on) => {
  const { store, world } = on;
  const attempts: number[] = [];
  const dead: unknown[] = [];
  const uneven = 0.123_456;
  await using tasks = startTasks(
    store,
    { ...world, random: () => uneven },
    {
      call: {
        run: async (_, attempt) => {
          attempts.push(attempt);
          throw new Error("nobody answers");
        },
        attempts: 3,
        onDead: async (_, payload, error) => void dead.push([payload, error]),
      },
    },
    { onDead: async (_, task) => void dead.push(task) },
  );
  await store.commit((tx) =>
    scheduleTask(tx, world, { kind: "call", key: "a", payload: 7, at: world.now() }),
  );
  await tasks.idle();
  assert.deepEqual(attempts, [1]);
  world.time += retryDelay(1, uneven) - 1;
  await tasks.idle();
  assert.deepEqual(attempts, [1]);
  world.time += 1;
  await tasks.idle();
  world.time += retryDelay(2, uneven);
  await tasks.idle();
  assert.deepEqual(attempts, [1, 2, 3]);
  assert.deepEqual(dead, [
    [7, "nobody answers"],
    { kind: "call", key: "a", payload: 7, attempts: 3, error: "nobody answers" },
  ]);
  assert.deepEqual(await store.db.selectFrom("tasks").selectAll().execute(), []);
});

storeTest("a wish of the same key while it runs is done after it", async ({ store, world }) => {
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  let running = 0;
  await using tasks = startTasks(store, world, {
    call: async (payload) => {
      running += 1;
      assert.equal(running, 1);
      seen.push(payload);
      begun.resolve();
      await go.promise;
      running -= 1;
    },
  });
  const wish = (payload: unknown) =>
    store.commit((tx) =>
      scheduleTask(tx, world, { kind: "call", key: "a", payload, at: world.now() }),
    );
  await wish("first");
  await begun.promise;
  await wish("second");
  go.resolve();
  await tasks.idle();
  assert.deepEqual(seen, ["first", "second"]);
});

storeTest("no more run at one time than may", async ({ store, world }) => {
  let running = 0;
  let most = 0;
  await using tasks = startTasks(
    store,
    world,
    {
      call: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
      },
    },
    { parallel: 3 },
  );
  await store.commit(async (tx) => {
    for (let at = 0; at < 10; at++) {
      await scheduleTask(tx, world, { kind: "call", payload: at, at: world.now() });
    }
  });
  await tasks.idle();
  assert.equal(most, 3);
  assert.deepEqual(await store.db.selectFrom("tasks").selectAll().execute(), []);
});

/** A task that a program had taken for so long, milliseconds. */
async function taken({ store, world }: OnStore, forMs: number): Promise<void> {
  await store.commit(async (tx) => {
    await scheduleTask(tx, world, { kind: "call", payload: 1, at: world.now() });
    const leased_until = world.now() + forMs;
    await tx.updateTable("tasks").set({ leased_until, attempt: 1 }).execute();
  });
}

storeTest("what a program that is gone had taken runs again", async (on) => {
  await taken(on, 1_000_000);
  const attempts: number[] = [];
  await using tasks = startTasks(on.store, on.world, {
    call: async (_, attempt) => void attempts.push(attempt),
  });
  await tasks.idle();
  assert.deepEqual(attempts, [2]);
});

onPostgres(
  "what another program has taken is its own, for as long as it said",
  async (location) => {
    await using store = await openStore(location);
    await using other = await openStore(location);
    const world = testWorld();
    await taken({ store: other, world }, 1_000_000);
    const attempts: number[] = [];
    await using tasks = startTasks(store, world, {
      call: async (_, attempt) => void attempts.push(attempt),
    });
    await tasks.idle();
    assert.deepEqual(attempts, []);
    world.time += 1_000_000;
    await tasks.idle();
    assert.deepEqual(attempts, [2]);
  },
);

storeTest("what runs for long stays taken, and runs once", async ({ store, world }) => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  let calls = 0;
  const call = async (): Promise<void> => {
    calls += 1;
    begun.resolve();
    await end.promise;
  };
  await using tasks = startTasks(store, world, { call }, { renewMs: 5 });
  await store.commit((tx) =>
    scheduleTask(tx, world, { kind: "call", payload: 1, at: world.now() }),
  );
  await begun.promise;
  const until = async (): Promise<number> =>
    (await store.db.selectFrom("tasks").select("leased_until").executeTakeFirst())?.leased_until ??
    0;
  const first = await until();
  // A machine that slept, or a database that was away: the time is over before it could be renewed.
  world.time = first + 1;
  while ((await until()) <= first) await store.commit(async () => undefined);
  end.resolve();
  await tasks.idle();
  assert.deepEqual([calls, await store.db.selectFrom("tasks").selectAll().execute()], [1, []]);
});

storeTest("a runner that stops gives back what it did not end", async ({ store, world }) => {
  const begun = Promise.withResolvers<void>();
  const tasks = startTasks(store, world, {
    call: (_, __, signal) =>
      new Promise((_resolve, reject) => {
        begun.resolve();
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  await store.commit((tx) =>
    scheduleTask(tx, world, { kind: "call", payload: 1, at: world.now() }),
  );
  await begun.promise;
  await tasks[Symbol.asyncDispose]();
  const [row] = await store.db.selectFrom("tasks").selectAll().execute();
  assert.deepEqual([row?.attempt, row?.leased_until], [0, null]);
});

storeTest("a kind that nobody does stays where it is", async ({ store, world }) => {
  await using tasks = startTasks(store, world, { call: async () => undefined });
  await store.commit((tx) =>
    scheduleTask(tx, world, { kind: "other", payload: 1, at: world.now() }),
  );
  await tasks.idle();
  assert.equal((await store.db.selectFrom("tasks").selectAll().execute()).length, 1);
});

test("delays double up to five minutes, between half of that and all", () => {
  assert.deepEqual(
    [1, 2, 3, 9, 10, 1000].map((attempts) => retryDelay(attempts, 0)),
    [500, 1000, 2000, 128_000, 150_000, 150_000],
  );
  assert.deepEqual([retryDelay(1000, 0.9999), retryDelay(1, 0.123_456)], [299_985, 562]);
});
