import assert from "node:assert/strict";
import { test } from "node:test";
import { storeTest } from "../store/store-for-tests.ts";
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
  await using tasks = startTasks(
    store,
    world,
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
  world.time += retryDelay(1, 0.5) - 1;
  await tasks.idle();
  assert.deepEqual(attempts, [1]);
  world.time += 1;
  await tasks.idle();
  world.time += retryDelay(2, 0.5);
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

storeTest("what a program that is gone had taken runs again", async ({ store, world }) => {
  await store.commit(async (tx) => {
    await scheduleTask(tx, world, { kind: "call", payload: 1, at: world.now() });
    await tx
      .updateTable("tasks")
      .set({ leased_until: world.now() + 1_000_000, attempt: 1 })
      .execute();
  });
  const attempts: number[] = [];
  await using tasks = startTasks(store, world, {
    call: async (_, attempt) => void attempts.push(attempt),
  });
  await tasks.idle();
  assert.deepEqual(attempts, [2]);
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
  assert.equal(retryDelay(1000, 0.9999).toFixed(), "299985");
});
