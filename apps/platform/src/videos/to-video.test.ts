import assert from "node:assert/strict";
import { storeTest } from "../store/store-for-tests.ts";
import { publishClip, publishRecording } from "./publish.ts";
import { toVideo } from "./to-video.ts";
import { addChannel, addVideo } from "./video-for-tests.ts";
import { videoOf } from "./video-row.ts";

const T0 = Date.parse("2026-03-01T20:00:00.000Z");
const at = (seconds: number): number => T0 + seconds * 1000;

storeTest("moments of a broadcast are chapters of its file and of its clips", async (on) => {
  const { store, world } = on;
  const told = async (id: string) => {
    const row = await videoOf(store.db, id);
    assert.ok(row);
    const { source, duration, markers, poster } = await toVideo(store.db, row);
    return { source, duration, poster, markers: markers.map((one) => [one.label, one.seconds]) };
  };
  const gap = { from: at(30), to: at(40), at: 20, filled: false };
  const cut = { from: at(10), to: at(100), gaps: [gap] };
  await store.commit(async (tx) => {
    await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" });
    await addVideo(tx, {
      id: "vid_1",
      channel: "chn_1",
      broadcast: "brd_1",
      from_at: T0,
      to_at: at(200),
      asset_cut: JSON.stringify(cut),
    });
    for (const [label, seconds] of [
      ["before", 5],
      ["middle", 50],
      ["after", 150],
    ] as const)
      await tx
        .insertInto("video_markers")
        .values({ id: `mrk_${label}`, video: "vid_1", at: at(seconds), label })
        .execute();
  });
  assert.deepEqual(await told("vid_1"), {
    source: "file",
    duration: 60,
    poster: "/videos/vid_1/poster.jpg?of=ast_1",
    markers: [["middle", 30]],
  });

  const clips = await store.commit(async (tx) => {
    const file = { asset: "ast_2", bytes: 1, duration: 20_000 };
    const stretch = { from: at(45), to: at(65) };
    const wish = { of: "vid_1", title: "The middle" };
    return [
      await publishClip(tx, world, { ...wish, file: { ...file, cut: { ...stretch, gaps: [] } } }),
      await publishRecording(tx, world, { ...wish, ...stretch }),
    ] as const;
  });
  assert.deepEqual(await told(clips[0]), {
    source: "file",
    duration: 20,
    poster: `/videos/${clips[0]}/poster.jpg?of=ast_2`,
    markers: [["middle", 5]],
  });
  assert.deepEqual(await told(clips[1]), {
    source: "recording",
    duration: 20,
    poster: `/videos/${clips[1]}/poster.jpg?of=recording`,
    markers: [["middle", null]],
  });
});
