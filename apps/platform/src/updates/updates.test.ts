import assert from "node:assert/strict";
import type { Store } from "../store/index.ts";
import { storeTest, type TestWorld } from "../store/store-for-tests.ts";
import { tellListenersChanged, tellSessionChanged, tellUpdate } from "./tell-update.ts";
import { UpdateLog } from "./update-log.ts";
import { serveUpdates, signedIn, type TestPage } from "./updates-for-tests.ts";

const tell = (store: Store, world: TestWorld, topic: "home" | `chat:${string}`, data: unknown) =>
  store.commit((tx) => tellUpdate(tx, world, { topic, type: "told", data }));

const dataOf = (page: TestPage): unknown[] => page.updates.map(({ data }) => data);

storeTest("each page is told what it listens to, in order, and nothing else", async (on) => {
  const { store, world } = on;
  await using server = await serveUpdates(store, world);
  const [a, b] = [await server.open(), await server.open()];
  await a.listen({ listen: ["chat:vid_1"] });
  await b.listen({ listen: ["chat:vid_1", "home"] });
  await tell(store, world, "chat:vid_1", 1);
  await tell(store, world, "home", 2);
  await tell(store, world, "chat:vid_2", 3);
  await tell(store, world, "chat:vid_1", 4);
  await a.until(() => a.updates.length === 2);
  await b.until(() => b.updates.length === 3);
  assert.deepEqual(
    [dataOf(a), dataOf(b)],
    [
      [1, 4],
      [1, 2, 4],
    ],
  );
});

storeTest("what a transaction takes back was never told", async ({ store, world }) => {
  await using server = await serveUpdates(store, world);
  const page = await server.open();
  await page.listen({ listen: ["home"] });
  await assert.rejects(
    store.commit(async (tx) => {
      await tellUpdate(tx, world, { topic: "home", type: "told", data: "never" });
      throw new Error("no");
    }),
  );
  await tell(store, world, "home", "this");
  await page.until(() => page.updates.length > 0);
  assert.deepEqual(
    page.updates.map(({ id, data }) => [id, data]),
    [[1, "this"]],
  );
});

storeTest("a topic begins with what was told a moment ago, not with what is older", async (on) => {
  const { store, world } = on;
  await using server = await serveUpdates(store, world);
  await tell(store, world, "home", "old");
  world.time += 16_000;
  await tell(store, world, "home", "new");
  const page = await server.open();
  await page.listen({ listen: ["home"] });
  assert.deepEqual(dataOf(page), ["new"]);
});

storeTest("a page that comes back gets what it missed, once", async ({ store, world }) => {
  await using server = await serveUpdates(store, world);
  const page = await server.open();
  await page.listen({ listen: ["home"] });
  await tell(store, world, "home", 1);
  await page.until(() => page.updates.length === 1);
  page.cut();
  await tell(store, world, "home", 2);
  await tell(store, world, "chat:vid_1", "another's");
  world.time += 60_000;
  const again = await server.open();
  const { last, lost } = await again.listen({ listen: ["home"], after: 1 });
  await tell(store, world, "home", 3);
  await again.until(() => again.updates.length === 2);
  assert.deepEqual([dataOf(again), last, lost], [[2, 3], 3, false]);
});

storeTest("what is no longer in the log is told as lost", async ({ store, world }) => {
  await using server = await serveUpdates(store, world);
  for (let told = 1; told <= 9; told++) await tell(store, world, "home", told);
  await using log = await UpdateLog.open(store, world, () => undefined, {
    updates: 4,
    ageMs: 60_000,
  });
  await log.prune();
  const lostAfter = async (after: number) => {
    const page = await server.open();
    const { lost } = await page.listen({ listen: ["home"], after });
    return [lost, dataOf(page)];
  };
  assert.deepEqual(await lostAfter(4), [true, []]);
  assert.deepEqual(await lostAfter(5), [false, [6, 7, 8, 9]]);
  assert.deepEqual(await lostAfter(9), [false, []]);
  // As after a backup was put back.
  assert.deepEqual(await lostAfter(10), [true, []]);
  world.time += 61_000;
  await log.prune();
  assert.deepEqual(await lostAfter(8), [true, []]);
});

storeTest("who missed more than is told again asks for everything anew", async (on) => {
  const { store, world } = on;
  await using server = await serveUpdates(store, world, { limits: { missed: 2 } });
  for (let told = 1; told <= 3; told++) await tell(store, world, "home", told);
  const page = await server.open();
  assert.equal((await page.listen({ listen: ["home"], after: 0 })).lost, true);
  const other = await server.open();
  assert.equal((await other.listen({ listen: ["home"], after: 1 })).lost, false);
});

storeTest("a topic that is not for this person is refused; the others are told", async (on) => {
  const { store, world } = on;
  await using server = await serveUpdates(store, world, {
    mayListen: async (_, topic) => topic !== "video:vid_private",
  });
  const page = await server.open();
  const { listening } = await page.listen({
    listen: ["me", "operator", "video:vid_private", "home"],
  });
  const refused = page.heard.flatMap((said) => ("refused" in said ? said.refused : []));
  assert.deepEqual([listening, refused], [["home"], ["me", "operator", "video:vid_private"]]);
});

storeTest("me is the person alone", async ({ store, world }) => {
  await using server = await serveUpdates(store, world);
  server.callers.set("ana", signedIn("per_ana")).set("bea", signedIn("per_bea"));
  const [ana, bea] = [await server.open("ana"), await server.open("bea")];
  await ana.listen({ listen: ["me"] });
  await bea.listen({ listen: ["me", "home"] });
  await store.commit((tx) =>
    tellUpdate(tx, world, { topic: "me:per_ana", type: "told", data: "for Ana" }),
  );
  await tell(store, world, "home", "for all");
  await ana.until(() => ana.updates.length === 1);
  await bea.until(() => bea.updates.length === 1);
  assert.deepEqual(ana.updates, [{ id: 1, topic: "me", type: "told", data: "for Ana" }]);
  assert.deepEqual(dataOf(bea), ["for all"]);
});

storeTest("a session that ends ends its sockets, and those of others stay", async (on) => {
  const { store, world } = on;
  await using server = await serveUpdates(store, world);
  server.callers.set("phone", signedIn("per_ana")).set("desk", signedIn("per_ana"));
  const [phone, desk] = [await server.open("phone"), await server.open("desk")];
  await phone.listen({ listen: ["me"] });
  await desk.listen({ listen: ["me"] });
  server.callers.delete("phone");
  await store.commit((tx) => tellSessionChanged(tx, world, "per_ana"));
  assert.equal(await phone.closed, "4001 session");
  await store.commit((tx) =>
    tellUpdate(tx, world, { topic: "me:per_ana", type: "told", data: "still here" }),
  );
  await desk.until(() => desk.updates.length === 1);
  assert.deepEqual([dataOf(phone), dataOf(desk)], [[], ["still here"]]);
});

storeTest("another role is another socket", async ({ store, world }) => {
  await using server = await serveUpdates(store, world);
  server.callers.set("boss", signedIn("per_boss", "operator"));
  const page = await server.open("boss");
  await page.listen({ listen: ["operator"] });
  server.callers.set("boss", signedIn("per_boss", "viewer"));
  const data = { role: "viewer" };
  await store.commit((tx) =>
    tellUpdate(tx, world, { topic: "me:per_boss", type: "person.changed", data }),
  );
  assert.equal(await page.closed, "4001 session");
});

storeTest("what was made private is told no longer", async ({ store, world }) => {
  let isPrivate = false;
  await using server = await serveUpdates(store, world, {
    mayListen: async ({ person }) => !isPrivate || person !== null,
  });
  server.callers.set("owner", signedIn("per_owner"));
  const [owner, stranger] = [await server.open("owner"), await server.open()];
  await owner.listen({ listen: ["chat:vid_1"] });
  await stranger.listen({ listen: ["chat:vid_1"] });
  isPrivate = true;
  await store.commit((tx) => tellListenersChanged(tx, world, "chat:vid_1"));
  await stranger.until(() => stranger.heard.some((said) => "refused" in said));
  await tell(store, world, "chat:vid_1", "secret");
  await owner.until(() => owner.updates.length === 1);
  assert.deepEqual([dataOf(owner), dataOf(stranger)], [["secret"], []]);
});

storeTest("a page that does not read is closed, and then resumes without loss", async (on) => {
  const { store, world } = on;
  await using server = await serveUpdates(store, world, { limits: { waitingBytes: 200_000 } });
  const [slow, quick] = [await server.open(), await server.open()];
  await slow.listen({ listen: ["home"] });
  await quick.listen({ listen: ["home"] });
  slow.pause();
  const long = "x".repeat(500_000);
  let told = 0;
  // The kernel takes some megabytes before anything waits with us.
  while (server.updates.listeners("home") > 1 && told < 200) {
    await tell(store, world, "home", `${told++}${long}`);
    await quick.until(() => quick.updates.length === told);
  }
  assert.equal(server.updates.listeners("home"), 1);
  slow.resume();
  assert.equal(await slow.closed, "4008 slow");
  const again = await server.open();
  await again.listen({ listen: ["home"], after: slow.updates.at(-1)?.id ?? 0 });
  const heard = [...slow.updates, ...again.updates].map(({ id }) => id);
  assert.deepEqual(
    heard,
    Array.from({ length: told }, (_, at) => at + 1),
  );
});

storeTest("pages that speak nonsense, or too much, are closed", async ({ store, world }) => {
  await using server = await serveUpdates(store, world, { limits: { burst: 3, topics: 2 } });
  for (const nonsense of [
    "no JSON",
    `{"listen":"home"}`,
    `{"listen":["video:"]}`,
    `{"listen":["me:per_ana"]}`,
    `{"listen":["home"],"after":-1}`,
    `{"listen":["video:a","video:b","video:c"]}`,
  ]) {
    const page = await server.open();
    page.say(nonsense);
    assert.equal(await page.closed, "1008 no such message", nonsense);
  }
  const talker = await server.open();
  for (let said = 0; said < 4; said++) talker.say({ listen: ["home"] });
  assert.equal(await talker.closed, "4008 too much");
  const shouter = await server.open();
  shouter.say(JSON.stringify({ listen: ["home"], more: "x".repeat(9000) }));
  assert.match(await shouter.closed, /^1009/);
});

storeTest(
  "an address and a person have so many sockets, and get more as they close",
  async (on) => {
    const { store, world } = on;
    await using server = await serveUpdates(store, world, {
      limits: { socketsOfAddress: 3, socketsOfPerson: 1 },
    });
    server.callers.set("ana", signedIn("per_ana"));
    const first = await server.open("ana");
    await assert.rejects(server.open("ana"), /429/);
    await server.open();
    await server.open();
    await assert.rejects(server.open(), /429/);
    first.cut();
    // The server sees the end of a connection a moment later.
    for (let tries = 0; tries < 100; tries++) {
      const opened = await server.open("ana").then(
        () => true,
        () => false,
      );
      if (opened) return;
    }
    assert.fail("The place was not given back");
  },
);

storeTest("of a gauge the newest is told, and one who comes hears it, too", async (on) => {
  const { store, world } = on;
  await using server = await serveUpdates(store, world);
  const counts: number[] = [];
  server.updates.onListeners((topic, count) => topic === "video:vid_1" && counts.push(count));
  server.updates.tellNow({ topic: "video:vid_1", type: "video.viewers", data: "nobody hears" });
  const page = await server.open();
  await page.listen({ listen: ["video:vid_1"] });
  for (let viewers = 1; viewers <= 5; viewers++) {
    server.updates.tellNow({ topic: "video:vid_1", type: "video.viewers", data: { viewers } });
  }
  await page.until(() => page.heard.some((said) => "gauge" in said));
  const late = await server.open();
  await late.listen({ listen: ["video:vid_1"] });
  const gauge = { topic: "video:vid_1", type: "video.viewers", data: { viewers: 5 } };
  const gauges = [page, late].map(({ heard }) =>
    heard.flatMap((said) => ("gauge" in said ? said.gauge : [])),
  );
  assert.deepEqual(gauges, [[gauge], [gauge]]);
  await late.listen({ listen: [] });
  assert.deepEqual(counts, [1, 2, 1]);
});

storeTest("a peer that is dead is dropped; one that lives is told where the log is", async (on) => {
  const { store, world } = on;
  await using server = await serveUpdates(store, world, { beatMs: 40 });
  const [dead, alive] = [await server.open(), await server.open()];
  await dead.listen({ listen: ["chat:vid_1"] });
  await alive.listen({ listen: ["chat:vid_1"] });
  dead.pause();
  await tell(store, world, "home", 1);
  await alive.until(() => alive.heard.some((said) => "last" in said && said.last === 1));
  await new Promise<void>((dropped) => {
    server.updates.onListeners((_, count) => count === 1 && dropped());
    if (server.updates.listeners("chat:vid_1") === 1) dropped();
  });
  assert.equal(server.updates.listeners("chat:vid_1"), 1);
});

storeTest("at the end of the process pages are asked to come back", async ({ store, world }) => {
  await using server = await serveUpdates(store, world);
  const page = await server.open();
  await page.listen({ listen: ["home"] });
  await server.updates[Symbol.asyncDispose]();
  assert.equal(await page.closed, "1012 restart");
  await assert.rejects(server.open(), /503/);
});
