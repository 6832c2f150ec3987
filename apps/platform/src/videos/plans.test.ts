import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { type Client, createClient } from "@oxbow/sdk";
import { SiteFault } from "@oxbow/site-contract";
import { type ServerProcess, startServer } from "../../../../tests/server-process.ts";
import { channelProjection, channelTasks } from "../channels/index.ts";
import type { Store } from "../store/index.ts";
import { storeTest, type TestWorld } from "../store/store-for-tests.ts";
import { startTasks } from "../tasks/index.ts";
import { updateVideo } from "./change-video.ts";
import { deleteVideo } from "./delete-video.ts";
import { endVideo } from "./end-video.ts";
import { planVideo } from "./plan-video.ts";
import { addChannel, addVideo, owner } from "./video-for-tests.ts";
import type { VideoParts } from "./video-parts.ts";

const HOUR = 3_600_000;
const usual = { title: "A show", record: true, latency: "normal" };

type On = { readonly store: Store; readonly world: TestWorld };

void describe("plans of a channel, on a media server", () => {
  const away = createClient({ url: "http://127.0.0.1:1", key: "nobody is there", retries: 0 });
  let server: ServerProcess;
  let media: Client;
  let streams = 0;

  before(async () => {
    server = await startServer();
    media = createClient({ url: server.http, key: server.key });
  });
  after(() => server[Symbol.asyncDispose]());

  /** A channel with a stream of its own, and what its streamer does. */
  async function studio({ store, world }: On) {
    const stream = await media.streams.create({ name: `ana-${++streams}`, ladder: "source" });
    await store.commit(async (tx) => {
      await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" });
      await tx.updateTable("channels").set({ stream: stream.id }).execute();
    });
    const parts = (client: Client): VideoParts => ({
      store,
      world,
      media: client,
      playback: { of: async () => undefined, ensureSigned: async () => undefined },
      viewers: { of: async () => null },
    });
    const wish = { description: "", scheduledAt: null, chat: true };
    return {
      parts,
      plan: (title: string, more: object = {}, client = media) =>
        planVideo(parts(client), owner, { ...wish, title, ...more }),
      change: (id: string, change: object, client = media) =>
        updateVideo(parts(client), owner, id, change),
      setTo: async () => {
        const { title, record, latency } = await media.streams.get(stream.id);
        return { title, record, latency };
      },
      /** Lets `hours` pass, and does what is due. */
      pass: async (hours: number, client = media) => {
        world.time += hours * HOUR;
        await using tasks = startTasks(store, world, channelTasks({ store, world, media: client }));
        await tasks.idle();
      },
    };
  }

  storeTest("every field of a plan can be changed, and the stream follows at once", async (on) => {
    const { plan, change, setTo, parts } = await studio(on);
    const { id } = await plan("The dragon", { record: false });
    assert.deepEqual(await setTo(), { title: "The dragon", record: false, latency: "normal" });
    const scheduledAt = new Date(on.world.now() + HOUR).toISOString();
    const all = { title: "The dragon's tale", latency: "low", record: true, scheduledAt };
    const row = await change(id, { ...all, description: "It flies", chat: false });
    assert.deepEqual(
      [row.title, row.latency, row.record, row.scheduled_at, row.description, row.chat],
      ["The dragon's tale", "low", 1, Date.parse(scheduledAt), "It flies", 0],
    );
    assert.deepEqual(await setTo(), { title: all.title, record: true, latency: "low" });
    await deleteVideo(parts(media), owner, id);
    assert.deepEqual(await setTo(), usual);
  });

  storeTest("of two plans the stream is set for the one whose time comes", async (on) => {
    const { plan, change, setTo, pass } = await studio(on);
    const at = (hours: number) => new Date(on.world.now() + hours * HOUR).toISOString();
    await plan("Tonight", { scheduledAt: at(5), record: false });
    const next = await plan("Tomorrow", { scheduledAt: at(29), latency: "low" });
    await pass(2);
    assert.deepEqual(await setTo(), usual, "an encoder that starts now has no plan");
    await pass(1);
    const tonight = { title: "Tonight", record: false, latency: "normal" };
    assert.deepEqual(await setTo(), tonight);
    await change(next.id, { scheduledAt: at(2.5), title: "Sooner" });
    assert.deepEqual((await setTo()).title, "Tonight");
    await pass(2.1);
    assert.deepEqual(await setTo(), tonight);
    await pass(1);
    assert.deepEqual(
      await setTo(),
      { title: "Sooner", record: true, latency: "low" },
      "nobody came tonight",
    );
    await pass(12);
    assert.deepEqual(await setTo(), usual, "nobody came");
  });

  storeTest("a change while the media server is away is made when it is back", async (on) => {
    const { plan, change, setTo, pass } = await studio(on);
    const { id } = await plan("The dragon", { record: false }, away);
    const row = await change(id, { latency: "low" }, away);
    assert.deepEqual([row.record, row.latency], [0, "low"]);
    await pass(0.001, away);
    assert.deepEqual(await setTo(), { title: null, record: true, latency: "normal" });
    await on.store.commit(async (tx) => {
      const event = { type: "server_started", data: {} };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that is looked at
      await channelProjection(on.world).apply(tx, event as never);
    });
    await pass(0);
    assert.deepEqual(await setTo(), { title: "The dragon", record: false, latency: "low" });
  });

  storeTest("of plans there are as many as anybody needs", async (on) => {
    const { plan } = await studio(on);
    await on.store.commit(async (tx) => {
      const planned = { state: "planned", source: "none", asset: null } as const;
      for (let n = 0; n < 49; n++)
        await addVideo(tx, { id: `vid_plan_${n}`, channel: "chn_1", ...planned });
    });
    await plan("The fiftieth");
    await assert.rejects(plan("One more"), { code: "conflict", reason: "too_many_plans" });
  });

  storeTest("what is on air stays as it began, but for its words", async (on) => {
    const { plan, change, setTo, parts } = await studio(on);
    const { id } = await plan("The dragon", { latency: "low" });
    await on.store.commit((tx) =>
      tx.updateTable("videos").set({ state: "live", broadcast: "brd_1" }).execute(),
    );
    await plan("The next one", { record: false });
    assert.deepEqual(await setTo(), { title: "The dragon", record: true, latency: "low" });
    for (const field of ["latency", "record", "scheduledAt"] as const) {
      const value = { latency: "normal", record: false, scheduledAt: null }[field];
      const refused = await change(id, { [field]: value }).then(
        () => undefined,
        (error: unknown) => (error instanceof SiteFault ? [error.reason, error.field] : error),
      );
      assert.deepEqual(refused, ["not_planned", field]);
    }
    await change(id, { title: "The dragon's end", chat: false });
    assert.equal((await setTo()).title, "The dragon's end");
    // The media server is not on air with it any more: word of that is on its way.
    await endVideo(parts(media), owner, id);
    await on.store.commit((tx) => tx.updateTable("videos").set({ state: "ended" }).execute());
    assert.equal((await endVideo(parts(media), owner, id)).state, "ended");
  });
});
