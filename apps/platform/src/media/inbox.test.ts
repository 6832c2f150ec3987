import assert from "node:assert/strict";
import type { Event } from "@oxbow/sdk";
import type { TestWorld } from "../store/store-for-tests.ts";
import type { EventProjection } from "./event-projection.ts";
import { HOOK, inboxTest, receive } from "./inbox-for-tests.ts";
import { progressOfTests } from "./media-server-for-tests.ts";

inboxTest("a signed event is applied once, however often it comes", async (on) => {
  await using inbox = on.open();
  await inbox.start(HOOK);
  const event = progressOfTests(on.world, 1, 10);
  assert.deepEqual(await receive(inbox, on, event), { status: 204 });
  assert.deepEqual(await receive(inbox, on, event), { status: 204 });
  assert.deepEqual(on.seen, ["evt_1"]);
  const { webhook, repeated } = inbox.state().counts;
  assert.deepEqual([webhook, repeated], [1, 1]);
});

inboxTest("what is older than what is known of its export is noted and not applied", async (on) => {
  await using inbox = on.open();
  await inbox.start(HOOK);
  await receive(inbox, on, progressOfTests(on.world, 2, 20));
  assert.equal((await receive(inbox, on, progressOfTests(on.world, 1, 10))).status, 204);
  assert.deepEqual(on.seen, ["evt_2"]);
  assert.equal(inbox.state().counts.older, 1);
});

inboxTest("what came by webhook is not applied by the log again, and the rest is", async (on) => {
  const { server, world } = on;
  await using inbox = on.open();
  await inbox.start(HOOK);
  const events = [1, 2, 3].map((sequence) => progressOfTests(world, sequence, sequence));
  server.events.push(...events);
  const [, second] = events;
  assert.ok(second);
  await receive(inbox, on, events[0] ?? second);
  await inbox.reconcile();
  assert.deepEqual(on.seen, ["evt_1", "evt_2", "evt_3"]);
  const { webhook, reconciliation, repeated } = inbox.state().counts;
  assert.deepEqual([webhook, reconciliation, repeated], [1, 2, 1]);
  assert.equal(inbox.state().cursor, 3);
});

inboxTest("after a restart the log is read from where it was left", async (on) => {
  const { server, world } = on;
  {
    await using inbox = on.open();
    await inbox.start(HOOK);
  }
  server.events.push(progressOfTests(world, 1, 10), progressOfTests(world, 2, 20));
  await using inbox = on.open();
  await inbox.start(HOOK);
  assert.deepEqual(on.seen, ["evt_1", "evt_2"]);
  assert.equal(server.sinks.length, 1);
  assert.equal(inbox.state().caughtUp, true);
});

inboxTest(
  "an event of a type that is newer than the site is noted, and nothing else",
  async (on) => {
    const { server, store, world } = on;
    await using inbox = on.open();
    await inbox.start(HOOK);
    const newer = Object.assign(progressOfTests(world, 1, 10), {
      type: "hologram_ready",
      version: 2,
    });
    const { body, headers } = server.webhook(newer);
    assert.deepEqual(await inbox.receive(body, headers), { status: 204 });
    assert.deepEqual(await inbox.receive(body, headers), { status: 204 });
    const rows = await store.db.selectFrom("media_inbox").select(["type", "outcome"]).execute();
    assert.deepEqual([rows, on.seen], [[{ type: "hologram_ready", outcome: "applied" }], []]);
  },
);

inboxTest(
  "an event that can't be applied comes again, is set aside, and blocks nothing",
  async (on) => {
    const { store, world } = on;
    const told: string[] = [];
    let broken = true;
    const picky: EventProjection = {
      types: ["dvr_mp4_export_progress"],
      apply: async (_, event) => {
        if (event.id === "evt_1" && broken) throw new Error("I do not like it");
        told.push(event.id);
      },
    };
    const good: EventProjection = {
      types: ["dvr_mp4_export_progress"],
      apply: async (_, event) => void on.seen.push(event.id),
    };
    const alarms: unknown[] = [];
    await using inbox = on.open({
      projections: { picky, good },
      onPoisoned: async (_, event, { failing }) => void alarms.push([event.id, failing]),
    });
    await inbox.start(HOOK);
    const event = progressOfTests(world, 1, 10);
    const answers = [];
    for (let at = 0; at < 6; at++) answers.push((await receive(inbox, on, event)).status);
    assert.deepEqual(answers, [500, 500, 500, 500, 204, 204]);
    assert.deepEqual(on.seen, ["evt_1"]);
    assert.deepEqual(alarms, [["evt_1", ["picky"]]]);
    assert.equal((await receive(inbox, on, progressOfTests(world, 2, 20))).status, 204);
    assert.deepEqual(told, ["evt_2"]);
    const [poisoned] = await inbox.poisoned();
    assert.deepEqual(
      [poisoned?.id, poisoned?.error, poisoned?.failing],
      ["evt_1", "picky: I do not like it", ["picky"]],
    );
    await assert.rejects(inbox.retryPoisoned("evt_1"), /do not like/);
    broken = false;
    assert.equal(await inbox.retryPoisoned("evt_1"), true);
    assert.equal(await inbox.retryPoisoned("evt_1"), false);
    assert.deepEqual(
      [told, on.seen],
      [
        ["evt_2", "evt_1"],
        ["evt_1", "evt_2"],
      ],
    );
    const rows = await store.db
      .selectFrom("media_inbox")
      .select(["id", "outcome"])
      .orderBy("id")
      .execute();
    assert.deepEqual(rows, [
      { id: "evt_1", outcome: "applied" },
      { id: "evt_2", outcome: "applied" },
    ]);
  },
);

inboxTest(
  "webhooks that come together: one that can't be applied holds up no other",
  async (on) => {
    const { store, world } = on;
    let commits = 0;
    const picky: EventProjection = {
      types: ["dvr_mp4_export_progress"],
      apply: async (_, event) => {
        if (event.id === "evt_3") throw new Error("Not this one");
      },
    };
    await using inbox = on.open({ projections: { picky } });
    await inbox.start(HOOK);
    store.onCommit(() => (commits += 1));
    const send = async (sequences: readonly number[]) => {
      const events = sequences.map((sequence) => {
        const event = progressOfTests(world, sequence, sequence);
        Object.assign(event.data, { export: `exp_${sequence}` });
        return event;
      });
      const answers = await Promise.all(events.map((event) => receive(inbox, on, event)));
      return answers.map(({ status }) => status);
    };
    assert.deepEqual(await send([1, 2, 3, 4, 5, 2]), [204, 204, 500, 204, 204, 204]);
    const rows = await store.db
      .selectFrom("media_inbox")
      .select(["id", "outcome", "attempts"])
      .orderBy("sequence")
      .execute();
    assert.deepEqual(
      rows.map(({ id, outcome, attempts }) => `${id} ${outcome} ${attempts}`),
      [
        "evt_1 applied 1",
        "evt_2 applied 1",
        "evt_3 failing 1",
        "evt_4 applied 1",
        "evt_5 applied 1",
      ],
    );
    assert.equal(inbox.state().counts.repeated, 1);
    commits = 0;
    const twenty = Array.from({ length: 20 }, (_, at) => at + 10);
    assert.deepEqual(new Set(await send(twenty)), new Set([204]));
    assert.ok(commits < 20, `${commits} transactions for twenty webhooks`);
  },
);

inboxTest("the log is taken in parts, and in order where one of them fails", async (on) => {
  const { store, world, server } = on;
  let commits = 0;
  let failures = 0;
  const told: string[] = [];
  const picky: EventProjection = {
    types: ["dvr_mp4_export_progress"],
    apply: async (_, event) => {
      if (event.id === "evt_101" && failures < 2) {
        failures += 1;
        throw new Error("Not now");
      }
      told.push(event.id);
    },
  };
  await using inbox = on.open({ projections: { picky } });
  await inbox.start(HOOK);
  store.onCommit(() => (commits += 1));
  const progress = (sequence: number) => progressOfTests(world, sequence, 1);
  server.events.push(...Array.from({ length: 100 }, (_, at) => progress(at + 1)));
  await inbox.reconcile();
  // Two parts, and the cursor.
  assert.deepEqual([told.length, commits], [100, 3]);
  told.length = 0;
  server.events.push(progress(101), progress(102));
  await inbox.reconcile();
  assert.deepEqual(told, ["evt_101", "evt_102"]);
  assert.equal(inbox.state().cursor, 102);
});

inboxTest("what a projection wrote is undone with the event that it refused", async (on) => {
  const { store, world } = on;
  await using inbox = on.open({
    projections: {
      half: {
        types: ["dvr_mp4_export_progress"],
        apply: async (tx) => {
          await tx.insertInto("media_state").values({ key: "half", value: "1" }).execute();
          throw new Error("no");
        },
      },
    },
  });
  await inbox.start(HOOK);
  assert.equal((await receive(inbox, on, progressOfTests(world, 1, 10))).status, 500);
  const half = await store.db
    .selectFrom("media_state")
    .where("key", "=", "half")
    .selectAll()
    .execute();
  assert.deepEqual(half, []);
});

inboxTest(
  "a media server that is away is no fault of the site, and is found when it is back",
  async (on) => {
    const { server, world } = on;
    server.away = true;
    await using inbox = on.open({ lookMs: 5 });
    await inbox.start(HOOK);
    assert.equal(inbox.state().caughtUp, false);
    assert.notEqual(inbox.state().trouble, null);
    server.away = false;
    while (!inbox.state().caughtUp || inbox.state().sink === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal((await receive(inbox, on, progressOfTests(world, 1, 1))).status, 204);
  },
);

inboxTest("silence is broken by a look at the log where something runs", async (on) => {
  const { server, world } = on;
  let running = false;
  await using inbox = on.open({ lookMs: 5, silenceMs: 60_000, expecting: async () => running });
  await inbox.start(HOOK);
  server.events.push(progressOfTests(world, 1, 10));
  world.time += 61_000;
  const before = server.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.equal(server.requests.length, before);
  running = true;
  while (on.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(on.seen, ["evt_1"]);
});

for (const [name, log] of [
  ["removed from the log by age", [progressTo(7, 70), progressTo(9, 90)]],
  ["of another log", [{ ...progressTo(1, 5), id: "evt_x" }]],
] as const) {
  inboxTest(
    `where events are gone, ${name}, states are asked for, until all have answered`,
    async (on) => {
      const { server, world } = on;
      let asked = 0;
      const ask = async () => {
        asked += 1;
        if (asked === 1) throw new Error("The media server is away again");
      };
      await using inbox = on.open({ resync: [ask] });
      server.events.push(progressOfTests(world, 5, 1));
      await inbox.start(HOOK);
      assert.equal(inbox.state().cursor, 5);
      server.events.splice(0, 1, ...log);
      await assert.rejects(inbox.reconcile(), /away again/);
      await inbox.reconcile();
      await inbox.reconcile();
      assert.equal(asked, 2);
      assert.deepEqual(
        on.seen,
        log.map(({ id }) => id),
      );
    },
  );
}

inboxTest(
  "what was older than another log knew is no longer, when the log is another",
  async (on) => {
    const { server, world } = on;
    await using inbox = on.open();
    await inbox.start(HOOK);
    server.events.push(progressOfTests(world, 5, 50));
    await inbox.reconcile();
    // The media server was restored from a backup: its sequences begin again.
    const again = { ...progressOfTests(world, 2, 20), id: "evt_again" };
    assert.equal((await receive(inbox, on, again)).status, 204);
    assert.deepEqual(on.seen, ["evt_5"]);
    server.events.splice(0, 1, again);
    await inbox.reconcile();
    assert.deepEqual(on.seen, ["evt_5", "evt_again"]);
  },
);

function progressTo(sequence: number, percent: number): Event {
  const time = 1_700_000_000_000;
  const world: TestWorld = Object.create({ time, now: () => time });
  return progressOfTests(world, sequence, percent);
}
