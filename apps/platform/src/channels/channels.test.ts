import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Client, createClient } from "@oxbow/sdk";
import { SiteFault } from "@oxbow/site-contract";
import { makeClip } from "../../../../fixtures/clip.ts";
import { publish } from "../../../../tests/publisher.ts";
import { type ServerProcess, startServer } from "../../../../tests/server-process.ts";
import { until } from "../../../../tests/until.ts";
import { addPerson } from "../alerts/alerts-for-tests.ts";
import type { Caller } from "../calls/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { preferPostgres, testWorld } from "../store/store-for-tests.ts";
import { startTasks } from "../tasks/index.ts";
import { channelHandlers } from "./channel-handlers.ts";
import { channelProjection } from "./channel-projection.ts";
import { channelById, channelOf } from "./channel-row.ts";
import { channelTasks } from "./channel-tasks.ts";
import { HealthSampler } from "./health-sampler.ts";

type Handlers = ReturnType<typeof channelHandlers>;

const caller = (id: string, role: "streamer" | "operator" = "streamer"): Caller => ({
  person: { id, name: id, email: `${id}@site.test`, role, language: "en" },
  address: "::ffff:127.0.0.1",
});

const [anna, bruno, olga] = [caller("anna"), caller("bruno"), caller("olga", "operator")];
const nothing = { params: {}, query: undefined, body: undefined } as const;

/** What a promise is refused with: code, and reason where it has one. */
async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => assert.fail("was not refused"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof SiteFault)) throw error;
  return error.reason === undefined ? error.code : `${error.code}: ${error.reason}`;
}

void describe("channels, on a media server", () => {
  const world = { ...testWorld(), now: Date.now };
  const gauges: unknown[] = [];
  let folder: string;
  let server: ServerProcess;
  let store: Store;
  let media: Client;
  let health: HealthSampler;
  let handlers: Handlers;
  let seen = 0;
  let listen: (topic: `channel:${string}`, count: number) => void = () => assert.fail();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "oxbow-channels-"));
    server = await startServer();
    store = await openStore(await preferPostgres(folder));
    media = createClient({ url: server.http, key: server.key });
    const updates = {
      onListeners: (watcher: typeof listen) => {
        listen = watcher;
        return () => undefined;
      },
      tellNow: ({ data }: { readonly data: unknown }) => void gauges.push(data),
    };
    health = new HealthSampler({ store, world, media, updates });
    const testOf = async () => ({ running: null, missing: null });
    handlers = channelHandlers({ store, world, media, health, testOf });
  });

  after(async () => {
    await health[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** Applies what the media server has told since the last time. */
  async function catchUp(): Promise<void> {
    const projection = channelProjection(world);
    for await (const event of media.events.list({ after: seen })) {
      seen = event.sequence;
      if (projection.types.includes(event.type)) {
        await store.commit((tx) => projection.apply(tx, event));
      }
    }
  }

  const create = (handle: string, by: Caller) =>
    handlers["channels.create"]({
      params: {},
      query: undefined,
      caller: by,
      body: { handle, name: `The ${handle}`, about: "", defaults: { quality: "source" } },
    });

  const of = (channel: string, by: Caller) => ({ ...nothing, params: { channel }, caller: by });

  void test("a channel has a stream of its own, made as the channel says", async () => {
    const channel = await create("dragon", anna);
    assert.deepEqual(
      (await handlers["channels.mine"]({ ...nothing, caller: anna })).channel,
      channel,
    );
    const stream = await media.streams.get(channel.stream?.id ?? "");
    assert.match(stream.name, /^dragon-[0-9a-f]{8}$/);
    assert.deepEqual(
      { title: stream.title, record: stream.record, ladder: stream.ladder },
      { title: "The dragon", record: true, ladder: "source" },
    );
  });

  void test("a handle that is taken or the site's own, and a second channel, are refused", async () => {
    assert.equal(await refusal(create("dragon", bruno)), "conflict: handle_taken");
    assert.equal(await refusal(create("studio", bruno)), "conflict: handle_reserved");
    assert.equal(await refusal(create("another", anna)), "conflict: channel_exists");
    assert.equal(await channelOf(store.db, "bruno"), undefined);
  });

  void test("a process that died between the stream and its note makes no second stream", async () => {
    const { id } = await create("river", bruno);
    // As it is when the process dies after the media server's answer.
    await store.commit(async (tx) => {
      await tx.updateTable("channels").set({ stream: null }).where("id", "=", id).execute();
      await tx.updateTable("tasks").set({ at: 0 }).where("key", "=", id).execute();
    });
    const tasks = startTasks(store, world, channelTasks({ store, world, media }));
    await until("the task", async () => (await channelById(store.db, id))?.stream ?? undefined);
    await tasks[Symbol.asyncDispose]();
    const row = await channelById(store.db, id);
    const named = (await media.streams.list()).items.filter(({ name }) => name.startsWith("river"));
    assert.deepEqual(
      named.map((stream) => stream.id),
      [row?.stream],
    );
  });

  void test("another streamer's channel is not there; an operator sees it", async () => {
    const channel = (await channelOf(store.db, "anna"))?.id ?? "";
    const tried = [
      handlers["channels.publishing"](of(channel, bruno)),
      handlers["channels.revealKey"](of(channel, bruno)),
      handlers["channels.resetKey"](of(channel, bruno)),
      handlers["channels.rejected"](of(channel, bruno)),
      handlers["channels.health"](of(channel, bruno)),
      handlers["channels.update"]({ ...of(channel, bruno), body: { name: "Mine now" } }),
    ];
    assert.deepEqual([...new Set(await Promise.all(tried.map(refusal)))], ["not_found"]);
    const { key } = await handlers["channels.revealKey"](of(channel, anna));
    const { rtmp } = await handlers["channels.publishing"](of(channel, olga));
    assert.equal(rtmp.keyPrefix, key.slice(0, 4));
  });

  void test("an encoder is seen while it publishes, a wrong key is told by its address, a reset sends it away", async () => {
    const channel = (await channelOf(store.db, "anna"))?.id ?? "";
    const clip = join(folder, "clip.mp4");
    await makeClip(clip, { duration: 30, width: 160, height: 90, fps: 10, gop: 1 });
    const { server: at, url } = await handlers["channels.revealKey"](of(channel, anna));
    await using encoder = publish(clip, url);
    await using wrong = publish(clip, `${at}/no-such-key`);
    await until("an encoder on air", async () => {
      await catchUp();
      const now = await handlers["channels.health"](of(channel, anna));
      return now.state === "live" && now.session !== null ? now : undefined;
    });
    assert.notEqual(await wrong.done, 0);
    await catchUp();
    const { items } = await handlers["channels.rejected"](of(channel, anna));
    assert.deepEqual(
      items.map(({ code, address, knownBy }) => ({ code, address, knownBy })),
      [{ code: "key_unknown", address: "127.0.0.1", knownBy: "address" }],
    );

    listen(`channel:${channel}`, 1);
    await until("a gauge", async () => gauges.at(-1));
    listen(`channel:${channel}`, 0);
    const { series, tracks } = await handlers["channels.health"](of(channel, anna));
    assert.ok(series.length >= 2 && Number(series.at(-1)?.bitrate) > 0);
    assert.deepEqual(tracks.map(({ kind }) => kind).toSorted(), ["audio", "video"]);

    const reset = await handlers["channels.resetKey"](of(channel, anna));
    assert.notEqual(reset.url, url);
    assert.notEqual(await encoder.done, 0);
    await until("the session's end", async () => {
      await catchUp();
      const row = await channelById(store.db, channel);
      return row?.session === null ? row : undefined;
    });
    const { lastUsed } = await handlers["channels.publishing"](of(channel, anna));
    assert.equal(lastUsed?.address, "127.0.0.1");
    const audited = await store.db
      .selectFrom("audit")
      .select(["action", "person"])
      .orderBy("at")
      .execute();
    assert.deepEqual(audited.at(-1), { action: "channel.key_reset", person: "anna" });
  });

  void test("what a plan asked of the stream is taken back when its broadcast is over", async () => {
    const { id, stream } = (await channelOf(store.db, "anna")) ?? {};
    await media.streams.update(stream ?? "", { record: false, latency: "low" });
    await media.streams.end(stream ?? "").catch(() => undefined);
    await using running = startTasks(store, world, channelTasks({ store, world, media }));
    await running.idle();
    await until("the channel's own settings", async () => {
      await catchUp();
      const { record, latency } = await media.streams.get(stream ?? "");
      return record && latency === "normal" ? id : undefined;
    });
  });

  void test("a stream that was deleted on the media server is made anew", async () => {
    const { id, stream } = (await channelOf(store.db, "bruno")) ?? {};
    await media.streams.delete(stream ?? "");
    await catchUp();
    const task = store.db
      .selectFrom("tasks")
      .selectAll()
      .where("key", "=", id ?? "");
    assert.equal((await task.execute()).length, 1);
    assert.equal((await channelById(store.db, id ?? ""))?.stream, null);
  });

  void test("a channel whose owner is gone is handed to another streamer, with a key that nobody knows", async () => {
    const { id = "", stream } = (await channelOf(store.db, "anna")) ?? {};
    const old = await media.streams.get(stream ?? "");
    await addPerson(store, "carla", { role: "streamer" });
    await addPerson(store, "vera", { role: "viewer" });
    await addPerson(store, "gone", { role: "streamer", suspended: 1 });
    await addPerson(store, "bruno", { role: "streamer" });
    const hand = (person: string, by = olga) =>
      handlers["channels.handOver"]({ ...of(id, by), body: { person } });
    const refused = ["vera", "gone", "nobody", "bruno"].map((to) => refusal(hand(to)));
    assert.deepEqual(await Promise.all(refused), [
      "conflict: no_streamer",
      "not_found: person_unknown",
      "not_found: person_unknown",
      "conflict: channel_exists",
    ]);
    assert.equal((await media.streams.get(stream ?? "")).publish.rtmp.key, old.publish.rtmp.key);
    assert.deepEqual((await hand("carla")).owner, { id: "carla", name: "carla" });
    assert.equal(await channelOf(store.db, "anna"), undefined);
    const { key } = await handlers["channels.revealKey"](of(id, caller("carla")));
    assert.notEqual(key, old.publish.rtmp.key);
    const trail = store.db.selectFrom("audit").select("detail").where("about", "=", id);
    const last = await trail.where("action", "=", "channel.handed_over").executeTakeFirstOrThrow();
    assert.deepEqual(JSON.parse(last.detail), { from: "anna", to: "carla" });
    const { items } = await handlers["channels.list"]({
      ...nothing,
      query: { limit: 50 },
      caller: olga,
    });
    assert.deepEqual(
      items.map(({ handle, owner }) => [handle, owner.name]),
      [
        ["dragon", "carla"],
        ["river", "bruno"],
      ],
    );
  });
});
