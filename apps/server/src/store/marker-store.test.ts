import assert from "node:assert/strict";
import { type Millis, plus } from "@oxbow/media";
import { Markers } from "../markers/index.ts";
import { onBothDatabases, type TestWorld } from "./databases-for-tests.ts";
import { markerStore } from "./marker-store.ts";
import type { Store } from "./store.ts";

const { test } = await onBothDatabases();

/** A stream whose broadcast is on air for a minute from the world's beginning. */
function marked(store: Store, world: TestWorld): Markers {
  const begin = world.time;
  const broadcastAt = async (_: string, at: Millis) =>
    at >= begin && at < begin + 60_000 ? "brd_1" : undefined;
  return new Markers({ store: markerStore(store), broadcastAt, world });
}

const now = { at: undefined, duration: null };

test("a marker is kept, told to playlists, and what was removed is told for a while", async ({
  store,
  world,
}) => {
  const markers = marked(store, world);
  const begin = world.time;
  let told = 0;
  markers.onChanged("brd_1", () => {
    told += 1;
  });
  const streams: string[] = [];
  markers.watch((stream) => streams.push(stream));
  world.time = plus(begin, 10_000);
  const one = await markers.create("str_1", { ...now, label: 'Kick-"off"' });
  const two = await markers.create("str_1", {
    at: plus(begin, 5000),
    label: "Anthem",
    duration: 4.5,
  });
  assert.equal(one.at, begin + 10_000);
  assert.deepEqual(await markers.list("str_1", { limit: 10 }), [
    { ...one, removedAt: null },
    { ...two, removedAt: null },
  ]);
  assert.deepEqual(await markers.list("str_1", { limit: 10, after: one.id }), [
    { ...two, removedAt: null },
  ]);
  const range = (marker: typeof one, duration: number) => ({
    range: {
      id: marker.id,
      class: "oxbow.marker",
      from: marker.at,
      duration,
      facts: { "X-LABEL": marker.label },
    },
    addedAt: marker.createdAt,
  });
  assert.deepEqual(await markers.of("brd_1"), {
    ranges: [range(two, 4.5), range(one, 0)],
    removed: [],
  });
  world.time = plus(begin, 20_000);
  await markers.remove(one.id);
  assert.deepEqual(markers.dateRanges("brd_1"), {
    ranges: [range(two, 4.5)],
    removed: [{ id: one.id, at: begin + 20_000 }],
  });
  assert.equal(told, 3);
  assert.deepEqual(streams, ["str_1", "str_1", "str_1"]);
  await assert.rejects(markers.remove(one.id), { code: "marker_unknown" });
  // Another server on the same database says the same, as soon as it has read it.
  const other = marked(store, world);
  const read = new Promise<void>((resolve) => other.onChanged("brd_1", resolve));
  assert.deepEqual(other.dateRanges("brd_1"), { ranges: [], removed: [] });
  await read;
  assert.deepEqual(other.dateRanges("brd_1"), markers.dateRanges("brd_1"));
  world.time = plus(begin, 20_000 + 16 * 60_000);
  await markers.remove(two.id);
  assert.deepEqual((await markers.of("brd_1")).removed, [{ id: two.id, at: world.time }]);
});

test("what is not on air can't be marked, and a broadcast has an end of markers", async ({
  store,
  world,
}) => {
  const markers = marked(store, world);
  const at = plus(world.time, -1);
  await assert.rejects(markers.create("str_1", { ...now, at, label: "early" }), {
    code: "invalid_request",
    field: "at",
  });
  const place = { stream: "str_1", broadcast: "brd_1", at: world.time, createdAt: world.time };
  const kept = markerStore(store);
  const add = (id: string) => kept.add({ ...place, id, label: "x", duration: null }, 2);
  assert.deepEqual(
    [await add("mrk_1"), await add("mrk_2"), await add("mrk_3")],
    [true, true, false],
  );
});
