import assert from "node:assert/strict";
import type { Event } from "@oxbow/sdk";
import type { Store } from "../store/index.ts";
import { storeTest, type TestWorld } from "../store/store-for-tests.ts";
import { policyFacts } from "./policy-facts.ts";
import { addChannel, addVideo } from "./video-for-tests.ts";
import { videoProjection } from "./video-projection.ts";

const T0 = Date.parse("2026-03-01T20:00:00.000Z");
const at = (seconds: number): string => new Date(T0 + seconds * 1000).toISOString();

/** Events of the channel's stream, in order. */
function eventsOf(stream = "str_ana", broadcast = "brd_1") {
  let sequence = 0;
  return (type: string, data: object): Event => {
    sequence++;
    const event = { id: `evt_${sequence}`, type, sequence, time: at(sequence), broadcast, data };
    const told = { ...event, stream: { id: stream, name: stream }, streamSequence: sequence };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the media server tells it
    return told as unknown as Event;
  };
}

const begin = { from: at(0), tracks: [], playback: {} };
const end = (seconds: number, gaps: object[] = []) => ({
  from: at(0),
  to: at(seconds),
  duration: seconds,
  gaps,
  sessions: [],
  reason: "unpublished",
  playback: { hls: "http://media.test/dvr/ana/index.m3u8" },
});

async function apply(store: Store, world: TestWorld, ...events: readonly Event[]): Promise<void> {
  const projection = videoProjection(world);
  for (const event of events) {
    assert.ok(projection.types.includes(event.type), event.type);
    await store.commit((tx) => projection.apply(tx, event));
  }
}

const videosIn = (store: Store) =>
  store.db
    .selectFrom("videos")
    .select(["id", "title", "state", "source", "broadcast", "visibility"])
    .orderBy("id")
    .execute();

storeTest("an encoder without a plan gets a video by its channel's defaults", async (on) => {
  const { store, world } = on;
  await store.commit((tx) => addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" }));
  const event = eventsOf();
  await apply(store, world, event("broadcast_started", begin), event("playback_ready", {}));
  const [made] = await videosIn(store);
  assert.deepEqual(made, {
    id: made?.id,
    title: "A show",
    state: "live",
    source: "live",
    broadcast: "brd_1",
    visibility: "public",
  });
  const gap = { from: at(10), to: at(15), reason: "reconnect" };
  await apply(store, world, event("broadcast_ended", end(60, [gap])));
  const row = await store.db.selectFrom("videos").selectAll().executeTakeFirstOrThrow();
  assert.deepEqual(
    [row.state, row.source, row.from_at, row.to_at, row.gap_ms],
    ["ended", "recording", T0, T0 + 60_000, 5000],
  );
});

storeTest("a planned video is the broadcast's, and pages are told", async ({ store, world }) => {
  world.time = T0;
  await store.commit(async (tx) => {
    await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" });
    const planned = { state: "planned", source: "none", asset: null, published_at: null } as const;
    await addVideo(tx, { id: "vid_1", channel: "chn_1", ...planned, title: "The plan" });
  });
  await apply(store, world, eventsOf()("broadcast_started", begin));
  assert.deepEqual(
    (await videosIn(store)).map(({ id, state, broadcast }) => [id, state, broadcast]),
    [["vid_1", "live", "brd_1"]],
  );
  const told = await store.db.selectFrom("updates").select(["topic", "type"]).execute();
  assert.deepEqual(
    told.filter(({ topic }) => topic !== "channel:chn_1"),
    [
      { topic: "video:vid_1", type: "video.changed" },
      { topic: "home", type: "home.changed" },
    ],
  );
});

storeTest(
  "what comes late, or is of a stream that is not the site's, changes nothing",
  async (on) => {
    const { store, world } = on;
    await store.commit((tx) => addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" }));
    const event = eventsOf();
    const started = event("broadcast_started", begin);
    const interrupted = event("broadcast_interrupted", { windowEnds: at(30) });
    const resumed = event("broadcast_resumed", { gap: null, seconds: 1 });
    await apply(store, world, started, resumed, interrupted);
    assert.equal((await videosIn(store))[0]?.state, "live");
    await apply(store, world, started, eventsOf("str_other", "brd_2")("broadcast_started", begin));
    assert.equal((await videosIn(store)).length, 1);
  },
);

storeTest("retention takes recordings, and with them what is private of a stream", async (on) => {
  const { store, world } = on;
  await store.commit((tx) => addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" }));
  const event = eventsOf();
  await apply(store, world, event("broadcast_started", begin), event("broadcast_ended", end(60)));
  const facts = policyFacts(store.db);
  assert.equal(await facts.isStreamPrivate("str_ana"), false);
  await store.commit((tx) => tx.updateTable("videos").set({ visibility: "private" }).execute());
  assert.equal(await facts.isStreamPrivate("str_ana"), true);
  await store.commit((tx) => tx.updateTable("videos").set({ deleted_at: 1 }).execute());
  assert.equal(await facts.isStreamPrivate("str_ana"), true, "its media is still there");
  const gone = { from: at(-10), to: at(60), bytes: 1, rule: "days" };
  await apply(store, world, event("archive_evicted", gone));
  assert.deepEqual((await videosIn(store))[0]?.source, "none");
  assert.equal(await facts.isStreamPrivate("str_ana"), false);
  const tasks = await store.db.selectFrom("tasks").select(["kind", "key"]).execute();
  assert.deepEqual(tasks, [{ kind: "playback.policy", key: "str_ana" }]);
});

storeTest(
  "a file that is gone leaves the recording; one that no public video plays is private",
  async (on) => {
    const { store, world } = on;
    const facts = policyFacts(store.db);
    assert.equal(await facts.isAssetPrivate("ast_1"), true);
    await store.commit(async (tx) => {
      await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" });
      const kept = { kept_from: T0, kept_to: T0 + 60_000 };
      await addVideo(tx, { id: "vid_1", channel: "chn_1", ...kept, asset: "ast_1" });
    });
    assert.equal(await facts.isAssetPrivate("ast_1"), false);
    await apply(store, world, eventsOf()("asset_deleted", { asset: "ast_1" }));
    assert.equal((await videosIn(store))[0]?.source, "recording");
  },
);
