import assert from "node:assert/strict";
import type { Event } from "@oxbow/sdk";
import type { Store } from "../store/index.ts";
import { storeTest, type TestWorld } from "../store/store-for-tests.ts";
import { createInbox } from "./create-inbox.ts";
import type { EventProjection } from "./event-projection.ts";
import type { InboxOptions } from "./inbox.ts";
import {
  type MediaServerForTests,
  mediaServerForTests,
  progressOfTests,
} from "./media-server-for-tests.ts";

const HOOK = "http://127.0.0.1:3000/hooks/media";

type On = {
  readonly store: Store;
  readonly world: TestWorld;
  readonly server: MediaServerForTests;
  /** Events that the projection was given, in order. */
  readonly seen: string[];
  readonly open: (more?: Partial<InboxOptions>) => ReturnType<typeof createInbox>;
};

function inboxTest(name: string, body: (on: On) => Promise<void>): void {
  storeTest(name, async ({ store, world }) => {
    await using server = await mediaServerForTests(world);
    const seen: string[] = [];
    const projection: EventProjection = {
      types: ["dvr_mp4_export_progress"],
      apply: async (_, event) => void seen.push(event.id),
    };
    const open = (more: Partial<InboxOptions> = {}) =>
      createInbox({
        store,
        world,
        client: server.client,
        projections: { seen: projection },
        ...more,
      });
    await body({ store, world, server, seen, open });
  });
}

const receive = (inbox: ReturnType<typeof createInbox>, on: On, event: Event) => {
  const { body, headers } = on.server.webhook(event);
  return inbox.receive(body, headers);
};

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

inboxTest(
  "a wrong signature, an old timestamp and a body that was changed are refused",
  async (on) => {
    const { server, world } = on;
    await using inbox = on.open();
    await inbox.start(HOOK);
    const event = progressOfTests(world, 1, 10);
    const other = server.webhook(event, { secret: "whsec_c29tZWJvZHkgZWxzZQ==" });
    const old = server.webhook(event, { at: world.now() - 301_000 });
    const early = server.webhook(event, { at: world.now() + 301_000 });
    const good = server.webhook(event);
    const changed = { ...good, body: Buffer.from(good.body.toString().replace("10", "99")) };
    const bare = { ...good, headers: {} };
    for (const { body, headers } of [other, old, early, changed, bare]) {
      assert.deepEqual(await inbox.receive(body, headers), { status: 401 });
    }
    assert.deepEqual(on.seen, []);
    assert.equal(inbox.state().counts.refused, 5);
  },
);

inboxTest("both secrets hold while one is changed", async (on) => {
  const { server, world } = on;
  await using inbox = on.open();
  await inbox.start(HOOK);
  const before = server.webhook(progressOfTests(world, 1, 10));
  await inbox.rotateSecret();
  const after = server.webhook(progressOfTests(world, 2, 20));
  assert.notEqual(before.headers["webhook-signature"], after.headers["webhook-signature"]);
  assert.equal((await inbox.receive(before.body, before.headers)).status, 204);
  assert.equal((await inbox.receive(after.body, after.headers)).status, 204);
  assert.deepEqual(on.seen, ["evt_1", "evt_2"]);
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

inboxTest("after an absence the media server is told that the site is there again", async (on) => {
  const { server, world } = on;
  const opened = async () => {
    await using inbox = on.open();
    await inbox.start(HOOK);
    return server.requests.slice(-3);
  };
  await opened();
  server.events.push(progressOfTests(world, 1, 10));
  world.time += 60_000;
  const late = server.webhook(progressOfTests(world, 1, 10));
  // When the log has told all: what waits there is known already when it comes.
  assert.deepEqual(await opened(), ["GET /events", "GET /sinks/snk_1", "PATCH /sinks/snk_1"]);
  assert.deepEqual(on.seen, ["evt_1"]);
  await using inbox = on.open();
  await inbox.start(HOOK);
  assert.equal(server.sinks.length, 1);
  assert.equal((await inbox.receive(late.body, late.headers)).status, 204);
  assert.equal((await receive(inbox, on, progressOfTests(world, 2, 20))).status, 204);
  assert.deepEqual(on.seen, ["evt_1", "evt_2"]);
});

inboxTest("what somebody has set at the site's own sink by hand loses no event", async (on) => {
  const { server } = on;
  {
    await using inbox = on.open();
    await inbox.start(HOOK);
  }
  const [sink] = server.sinks;
  assert.ok(sink);
  const wanted = { ...sink };
  Object.assign(sink, { streams: ["str_1"], batch: 10, types: ["asset_ready"] });
  await using inbox = on.open();
  await inbox.start(HOOK);
  assert.deepEqual(sink, wanted);
});

inboxTest("a secret that was changed elsewhere is changed once more, by the site", async (on) => {
  const { server, world } = on;
  await using inbox = on.open({ lookMs: 5, everyMs: 60_000 });
  await inbox.start(HOOK);
  const [sink] = server.sinks;
  const before = server.webhook(progressOfTests(world, 1, 10));
  await server.client.sinks.rotate(sink?.id ?? "");
  // While both secrets sign, nothing is wrong; after a day the new one signs alone.
  assert.equal((await inbox.receive(before.body, before.headers)).status, 204);
  const looks = server.requests.length;
  world.time += 61_000;
  while (server.requests.length < looks + 2) await new Promise((resolve) => setTimeout(resolve, 5));
  const event = progressOfTests(world, 2, 20);
  assert.equal((await receive(inbox, on, event)).status, 401);
  server.events.push(progressOfTests(world, 1, 10), event);
  const rotations = () => server.requests.filter((line) => line.endsWith("/rotate")).length;
  assert.equal(rotations(), 1);
  world.time += 61_000;
  while (rotations() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await inbox.reconcile();
  const next = progressOfTests(world, 3, 30);
  while ((await receive(inbox, on, next)).status !== 204) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.deepEqual(on.seen, ["evt_1", "evt_2", "evt_3"]);
  // Anybody may send what is signed wrongly: that changes no secret every minute.
  const wrong = server.webhook(next, { secret: "whsec_c29tZWJvZHkgZWxzZQ==" });
  await inbox.receive(wrong.body, wrong.headers);
  server.events.push(next, progressOfTests(world, 4, 40));
  world.time += 61_000;
  while (on.seen.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(rotations(), 2);
});

inboxTest(
  "clocks that are too far apart are told, and so is that they no longer are",
  async (on) => {
    const { server, world } = on;
    const told: number[] = [];
    const onClocks = async (_: unknown, apart: number) => void told.push(apart);
    await using inbox = on.open({ lookMs: 5, everyMs: 60_000, onClocks });
    await inbox.start(HOOK);
    const until = async (times: number) => {
      world.time += 61_000;
      while (told.length < times) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const event = progressOfTests(world, 1, 10);
    const ofOther = server.webhook(event, { secret: "whsec_c29tZWJvZHkgZWxzZQ==", at: 0 });
    const ahead = server.webhook(event, { at: world.now() + 400_000 });
    assert.equal((await inbox.receive(ofOther.body, ofOther.headers)).status, 401);
    assert.equal((await inbox.receive(ahead.body, ahead.headers)).status, 401);
    await until(1);
    assert.equal((await receive(inbox, on, event)).status, 204);
    await until(2);
    assert.deepEqual(told, [-400, 0]);
  },
);

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
  "a sink that was disabled is enabled again, and what it missed comes first",
  async (on) => {
    const { server, world } = on;
    {
      await using inbox = on.open();
      await inbox.start(HOOK);
    }
    const [sink] = server.sinks;
    assert.ok(sink);
    Object.assign(sink, { enabled: false, disabledReason: "unreachable" });
    const inbox = on.open();
    // One comes by webhook as soon as the sink is enabled; the one before it was told to nobody.
    const [missed, next] = [progressOfTests(world, 1, 10), progressOfTests(world, 2, 20)];
    const answers: Promise<unknown>[] = [];
    server.changed = () => {
      server.events.push(missed, next);
      answers.push(receive(inbox, on, next));
    };
    await inbox.start("http://127.0.0.1:3001/hooks/media");
    assert.deepEqual(await Promise.all(answers), [{ status: 204 }]);
    assert.deepEqual(on.seen, ["evt_1", "evt_2"]);
    assert.deepEqual([sink.enabled, sink.url], [true, "http://127.0.0.1:3001/hooks/media"]);
    await inbox[Symbol.asyncDispose]();
  },
);

inboxTest("a sink whose secret was lost is found by its address, with a new secret", async (on) => {
  const { server, store, world } = on;
  {
    await using inbox = on.open();
    await inbox.start(HOOK);
  }
  await store.commit((tx) => tx.deleteFrom("media_state").where("key", "=", "sink").execute());
  await using inbox = on.open();
  await inbox.start(HOOK);
  assert.equal(server.sinks.length, 1);
  assert.equal((await receive(inbox, on, progressOfTests(world, 1, 1))).status, 204);
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
  inboxTest(`where events are gone, ${name}, states are asked for once`, async (on) => {
    const { server, world } = on;
    let asked = 0;
    await using inbox = on.open({ resync: [async () => void asked++] });
    server.events.push(progressOfTests(world, 5, 1));
    await inbox.start(HOOK);
    assert.equal(inbox.state().cursor, 5);
    server.events.splice(0, 1, ...log);
    await inbox.reconcile();
    await inbox.reconcile();
    assert.equal(asked, 1);
    assert.deepEqual(
      on.seen,
      log.map(({ id }) => id),
    );
  });
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
