import assert from "node:assert/strict";
import { HOOK, inboxTest, receive } from "./inbox-for-tests.ts";
import { progressOfTests } from "./media-server-for-tests.ts";

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
