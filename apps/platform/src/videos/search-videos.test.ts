import assert from "node:assert/strict";
import { storeTest } from "../store/store-for-tests.ts";
import { searchVideos } from "./search-videos.ts";
import { addChannel, addVideo } from "./video-for-tests.ts";

storeTest("what everybody may find is found by words, the best first", async ({ store }) => {
  await store.commit(async (tx) => {
    await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana Conceição" });
    await addChannel(tx, { id: "chn_2", handle: "bob", name: "Bob", owner: "per_bob" });
    const video = (id: string, title: string, more = {}) =>
      addVideo(tx, { id, channel: "chn_1", title, ...more });
    await video("vid_said", "An evening", { description: "Ana tells the dragon's tale" });
    await video("vid_named", "The dragon's tale", { description: "An evening" });
    await video("vid_bobs", "Dragões do mar", { channel: "chn_2" });
    await video("vid_planned", "Dragon, planned", { state: "planned", source: "none" });
    await video("vid_unlisted", "Dragon, unlisted", { visibility: "unlisted" });
    await video("vid_private", "Dragon, private", { visibility: "private" });
    await video("vid_deleted", "Dragon, deleted", { deleted_at: 1 });
  });
  const find = async (q: string, more: { cursor?: string; limit?: number } = {}) => {
    const { items, next } = await searchVideos(store, { q, limit: 24, ...more });
    return [...items.map(({ id }) => id), ...(next === null ? [] : [next])];
  };

  assert.deepEqual(await find("dragon"), ["vid_named", "vid_said"]);
  assert.deepEqual(await find("dragon", { limit: 1 }), ["vid_named", "1"]);
  assert.deepEqual(await find("dragon", { limit: 1, cursor: "1" }), ["vid_said"]);
  assert.deepEqual(
    await find("evening DRAG"),
    ["vid_named", "vid_said"],
    "the last may be unfinished",
  );
  assert.deepEqual(await find("drag evening"), [], "the others may not");
  assert.deepEqual(
    await find("conceicao tale"),
    ["vid_named", "vid_said"],
    "a channel's name counts",
  );
  assert.deepEqual(await find("dragoes"), ["vid_bobs"], "with or without accents");
  assert.deepEqual(await find("dragões bob"), ["vid_bobs"]);
  for (const odd of ["", "  ", '"', 'dragon" OR "a', "*", "AND NOT (", "'", "a:b & !"])
    assert.deepEqual(await find(odd), [], `"${odd}"`);
});

storeTest("the index follows what happens to videos and channels", async ({ store }) => {
  await store.commit(async (tx) => {
    await addChannel(tx, { id: "chn_1", handle: "ana", name: "Ana" });
    await addVideo(tx, { id: "vid_1", channel: "chn_1", title: "First" });
  });
  const found = async (q: string) => (await searchVideos(store, { q, limit: 9 })).items.length;
  const change = (to: Parameters<typeof changed>[0]) => changed(to);
  const changed = (to: {
    title?: string;
    visibility?: "public" | "private";
    deleted_at?: number;
  }) => store.commit((tx) => tx.updateTable("videos").set(to).where("id", "=", "vid_1").execute());

  await change({ title: "Second" });
  assert.deepEqual([await found("first"), await found("second")], [0, 1]);
  await change({ visibility: "private" });
  assert.equal(await found("second"), 0);
  await change({ visibility: "public" });
  assert.equal(await found("second"), 1);
  await store.commit((tx) => tx.updateTable("channels").set({ name: "Beatriz" }).execute());
  assert.deepEqual(
    [await found("ana"), await found("beatriz")],
    [1, 1],
    "the handle is a name, too",
  );
  await change({ deleted_at: 5 });
  assert.equal(await found("second"), 0);
});
