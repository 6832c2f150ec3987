import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createClient } from "@oxbow/sdk";
import { MOST_POSTER_BYTES } from "@oxbow/site-contract";
import { storeTest } from "../store/store-for-tests.ts";
import { disallowPerson } from "./allowed-people.ts";
import { updateVideo } from "./change-video.ts";
import { deleteVideo } from "./delete-video.ts";
import { posterBytes, removePoster, setPoster } from "./posters.ts";
import { toVideo } from "./to-video.ts";
import { addChannel, addVideo, owner } from "./video-for-tests.ts";
import type { VideoParts } from "./video-parts.ts";
import { videoOf } from "./video-row.ts";

const drawn = (size: string, seconds: string): Buffer =>
  execFileSync("ffmpeg", [
    ...["-v", "error", "-f", "lavfi", "-ss", seconds, "-i", `testsrc2=size=${size}`],
    ...["-frames:v", "1", "-f", "mjpeg", "pipe:1"],
  ]);
const [one, other] = [drawn("1280x720", "0"), drawn("1280x720", "5")];
const stranger = { ...owner, person: { ...owner.person, id: "per_stranger" } };

storeTest(
  "a video shows the picture that its owner chose, until that is taken away",
  async (on) => {
    const { store } = on;
    await store.commit(async (tx) => {
      await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" });
      await addVideo(tx, { id: "vid_1", channel: "chn_1", state: "planned", source: "none" });
    });
    const first = await setPoster(on, owner, "vid_1", one);
    const told = await toVideo(store.db, first);
    assert.deepEqual([told.poster, told.ownPoster], [`/posters/${first.poster}.jpg`, true]);
    assert.deepEqual(await posterBytes(store.db, first.poster ?? ""), one);

    const second = await setPoster(on, owner, "vid_1", other);
    assert.equal(await posterBytes(store.db, first.poster ?? ""), undefined);
    assert.deepEqual(await posterBytes(store.db, second.poster ?? ""), other);

    const bare = await removePoster(on, owner, "vid_1");
    assert.deepEqual(
      [bare.poster, await posterBytes(store.db, second.poster ?? "")],
      [null, undefined],
    );
  },
);

storeTest("who may not watch a video any more has no address of its picture", async (on) => {
  const { store } = on;
  const media = createClient({ url: "http://127.0.0.1:1", key: "nobody is there", retries: 0 });
  await store.commit(async (tx) => {
    await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" });
    await addVideo(tx, { id: "vid_1", channel: "chn_1" });
  });
  const before = await setPoster(on, owner, "vid_1", one);
  const parts: VideoParts = {
    ...on,
    media,
    playback: { of: async () => undefined, ensureSigned: async () => undefined },
    viewers: { of: async () => null },
  };
  const after = await updateVideo(parts, owner, "vid_1", { visibility: "private" });
  assert.equal(await posterBytes(store.db, before.poster ?? ""), undefined);
  assert.deepEqual(await posterBytes(store.db, after.poster ?? ""), one);
  assert.equal((await toVideo(store.db, after)).poster, null);
  await disallowPerson(on, owner, "vid_1", "per_stranger");
  assert.equal(await posterBytes(store.db, after.poster ?? ""), undefined);
  const { poster } = (await videoOf(store.db, "vid_1")) ?? after;
  assert.deepEqual(await posterBytes(store.db, poster ?? ""), one);

  await deleteVideo({ ...on, media }, owner, "vid_1");
  assert.equal(await posterBytes(store.db, poster ?? ""), undefined);
  assert.equal((await videoOf(store.db, "vid_1"))?.poster, null);
  await assert.rejects(setPoster(on, owner, "vid_1", one), { code: "not_found" });
});

storeTest("a picture is its owner's to choose, and a JPEG of the right size", async (on) => {
  const { store } = on;
  await store.commit(async (tx) => {
    await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" });
    await addVideo(tx, { id: "vid_1", channel: "chn_1" });
  });
  for (const by of [stranger, { ...owner, person: null }]) {
    await assert.rejects(setPoster(on, by, "vid_1", one), { code: "not_found" });
    await assert.rejects(removePoster(on, by, "vid_1"), { code: "not_found" });
  }
  const padded = Buffer.concat([one, Buffer.alloc(MOST_POSTER_BYTES)]);
  for (const wrong of [Buffer.alloc(0), drawn("720x1280", "0"), Buffer.from("<svg/>"), padded])
    await assert.rejects(setPoster(on, owner, "vid_1", wrong), { reason: "jpeg_invalid" });
  assert.equal((await videoOf(store.db, "vid_1"))?.poster, null);
});
