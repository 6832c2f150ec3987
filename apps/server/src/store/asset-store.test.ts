import assert from "node:assert/strict";
import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import type { Asset } from "../assets/index.ts";
import { assetStore, exportPins } from "./asset-store.ts";
import { onBothDatabases } from "./databases-for-tests.ts";

const { test } = await onBothDatabases();

function asset(id: string, more: Partial<Asset> = {}): Asset {
  return {
    id,
    stream: null,
    broadcast: "brd_1",
    export: "exp_1",
    title: "A story",
    durationMs: millis(10_000),
    bytes: 2 ** 33,
    files: [
      {
        rendition: "source",
        path: `${id}/source.mp4`,
        bytes: 2 ** 33,
        sha256: null,
        tracks: [{ kind: "audio", codec: "mp4a.40.2", language: "und", channels: 2 }],
      },
    ],
    metadata: { part: 1 },
    createdAt: millis(1_763_000_000_000),
    state: "ready",
    error: null,
    policy: "public",
    subtitles: [],
    ...more,
  };
}

test("an asset comes back as it was saved, changed where it was changed, and once removed never", async ({
  store,
}) => {
  const assets = assetStore(store);
  const saved = asset("ast_1");
  const change = <T>(work: Parameters<typeof assets.commit<T>>[0]) => assets.commit(work);
  await change(async (tx) => ({ value: await assets.insert(tx, saved), events: [] }));
  assert.deepEqual(await assets.get("ast_1"), saved);
  const renamed = await change(async (tx) => ({
    value: await assets.update(tx, "ast_1", { title: null }),
    events: [],
  }));
  assert.deepEqual(renamed, { ...saved, title: null });
  const removed = await change(async (tx) => ({
    value: await assets.remove(tx, "ast_1"),
    events: [],
  }));
  assert.equal(removed?.id, "ast_1");
  assert.equal(await assets.get("ast_1"), undefined);
  const again = await change(async (tx) => ({
    value: [await assets.update(tx, "ast_1", { metadata: {} }), await assets.remove(tx, "ast_1")],
    events: [],
  }));
  assert.deepEqual(again, [undefined, undefined]);
});

test("a list is paged from the newest, and a cursor of another list is refused", async ({
  store,
}) => {
  const assets = assetStore(store);
  await assets.commit(async (tx) => {
    for (const id of ["ast_1", "ast_2", "ast_3"]) {
      const stream = id === "ast_2" ? { id: "str_1", name: "str_1" } : null;
      await assets.insert(tx, asset(id, { stream }));
    }
    return { value: undefined, events: [] };
  });
  const first = await assets.list({ limit: 2 });
  assert.deepEqual([first.items.map(({ id }) => id), first.next], [["ast_3", "ast_2"], "ast_2"]);
  const rest = await assets.list({ limit: 2, cursor: first.next ?? "" });
  assert.deepEqual([rest.items.map(({ id }) => id), rest.next], [["ast_1"], null]);
  const ofStream = await assets.list({ limit: 2, stream: "str_1" });
  assert.deepEqual(
    ofStream.items.map(({ id }) => id),
    ["ast_2"],
  );
  await assert.rejects(
    assets.list({ limit: 2, cursor: "exp_1" }),
    (fault) => fault instanceof Fault && fault.code === "invalid_request",
  );
});

test("an export's pin comes and goes with the transactions of its job", async ({ store }) => {
  const pins = exportPins();
  const range = { stream: "str_1", from: millis(5), to: millis(Number.MAX_SAFE_INTEGER) };
  const pin = { id: "pin_1", ...range, owner: "exp_1", createdAt: millis(7) };
  const undone = store.commit(async (tx) => {
    await pins.pin(tx, pin);
    throw new Error("The job was not saved");
  });
  await assert.rejects(undone, /not saved/);
  const count = async () => (await store.db.selectFrom("pins").select("id").execute()).length;
  assert.equal(await count(), 0);
  await store.commit(async (tx) => ({ value: await pins.pin(tx, pin), events: [] }));
  assert.equal(await count(), 1);
  await store.commit(async (tx) => ({ value: await pins.unpin(tx, "exp_1"), events: [] }));
  assert.equal(await count(), 0);
});
