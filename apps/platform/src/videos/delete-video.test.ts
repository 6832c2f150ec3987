import assert from "node:assert/strict";
import { createClient } from "@oxbow/sdk";
import { storeTest } from "../store/store-for-tests.ts";
import { deleteVideo } from "./delete-video.ts";
import { addChannel, addVideo, owner } from "./video-for-tests.ts";

storeTest("a plan that is discarded leaves the stream to the channel's settings", async (on) => {
  const { store } = on;
  const media = createClient({ url: "http://127.0.0.1:1", key: "nobody is there", retries: 0 });
  await store.commit(async (tx) => {
    await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" });
    await addVideo(tx, { id: "vid_plan", channel: "chn_1", state: "planned", source: "none" });
    await addVideo(tx, { id: "vid_old", channel: "chn_1" });
  });
  const kinds = async () => {
    const rows = await store.db
      .selectFrom("tasks")
      .select(["kind", "key"])
      .orderBy("kind")
      .execute();
    return rows.map(({ kind, key }) => `${kind} ${key}`);
  };
  await deleteVideo({ ...on, media }, owner, "vid_old");
  assert.deepEqual(await kinds(), ["videos.removeMedia vid_old"]);
  await deleteVideo({ ...on, media }, owner, "vid_plan");
  assert.deepEqual(await kinds(), [
    "channels.prepareNext chn_1",
    "videos.removeMedia vid_old",
    "videos.removeMedia vid_plan",
  ]);
});
