import assert from "node:assert/strict";
import { join } from "node:path";
import { createClient } from "@oxbow/sdk";
import { makeClip } from "../../../../fixtures/clip.ts";
import { publish } from "../../../../tests/publisher.ts";
import { startServer } from "../../../../tests/server-process.ts";
import { until } from "../../../../tests/until.ts";
import { openStore } from "../store/index.ts";
import { onSqlite, testWorld } from "../store/store-for-tests.ts";
import { resyncVideos } from "./resync-videos.ts";
import { addChannel } from "./video-for-tests.ts";

onSqlite("a broadcast of which no event came is found, and so is its end", async (location) => {
  await using store = await openStore(location);
  const world = testWorld();
  await using server = await startServer();
  const clip = join(server.data, "clip.flv");
  await makeClip(clip, { duration: 3, gop: 1, width: 160, height: 90 });
  const media = createClient({ url: server.http, key: server.key });
  const stream = await media.streams.create({ name: "ana" });
  await store.commit(async (tx) => {
    await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" });
    await tx.updateTable("channels").set({ stream: stream.id }).execute();
  });
  const parts = { store, world, media };
  const seen = () =>
    store.db.selectFrom("videos").select(["broadcast", "state", "source"]).execute();
  await resyncVideos(parts);
  assert.deepEqual(await seen(), []);

  await using encoder = publish(clip, stream.publish.rtmp.url ?? "");
  const broadcast = await until("it is on air", async () => {
    const { state, broadcast: id } = await media.streams.get("ana");
    if (state !== "live" || id === null) return undefined;
    // It can be asked for a moment after its stream is live.
    return media.broadcasts.get(id).then(
      () => id,
      () => undefined,
    );
  });
  await resyncVideos(parts);
  await resyncVideos(parts);
  assert.deepEqual(await seen(), [{ broadcast, state: "live", source: "live" }]);

  await encoder.done;
  await media.streams.end("ana");
  await until("it is over", async () => {
    const { state } = await media.broadcasts.get(broadcast);
    return state === "ended" ? true : undefined;
  });
  await media.streams.update("ana", { record: false });
  await resyncVideos(parts);
  assert.deepEqual(await seen(), [{ broadcast, state: "ended", source: "recording" }]);
  const tasks = await store.db.selectFrom("tasks").select(["kind", "key"]).execute();
  assert.deepEqual(tasks, [{ kind: "channels.prepareNext", key: "chn_1" }]);
});
