import assert from "node:assert/strict";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { test as plainTest } from "node:test";
import { type Millis, plus, rfc3339 } from "@oxbow/media";
import { archiveStore, type OpenStore, openStore } from "../store/index.ts";
import type { Archive } from "./archive-door.ts";
import { archiveTest } from "./archive-for-tests.ts";
import type { Retention } from "./archive-store.ts";
import { fullIn, rungOf } from "./disk-ladder.ts";
import { sender, T0 } from "./media-for-tests.ts";

const test = archiveTest({ openStore, archiveStore });
const STREAM = { id: "str_1", name: "story" };
const ALL = [T0, plus(T0, 3_600_000)] as const;
const DAY = 86_400_000;
const FILES = { limits: { fileMs: 4500 } };

async function addStream(store: OpenStore, retention: Retention | null): Promise<void> {
  await store.commit(async (tx) => {
    const row = { id: "str_1", name: "story", title: null, publish_key: "", publish_key_hash: "" };
    await tx
      .insertInto("streams")
      .values({
        ...row,
        policy: JSON.stringify({ record: true, retention }),
        state: "{}",
        broadcast_id: null,
        created_at: T0,
        deleted_at: null,
      })
      .execute();
    return { value: undefined, events: [] };
  });
}

/** Five files of four seconds: [0, 4), [4, 8) … */
async function record(archive: Archive, broadcast = "brd_1", offset = 0): Promise<void> {
  const recorder = archive.record(STREAM, broadcast);
  const names = { stream: "str_1", broadcast, origin: plus(T0, offset - 33) };
  sender(names, recorder).send("start", { fromMs: 0, toMs: 20_000 });
  await recorder.close();
}

const seconds = (from: Millis, to: Millis) => [
  Math.round((from - T0) / 1000),
  Math.round((to - T0) / 1000),
];

async function ranges(archive: Archive): Promise<number[][]> {
  return (await archive.view("str_1")).ranges.map(({ from, to }) => seconds(from, to));
}

async function evictions(store: OpenStore): Promise<unknown[]> {
  const rows = await store.db
    .selectFrom("events")
    .select(["data", "stream_name", "broadcast_id"])
    .where("type", "=", "archive_evicted")
    .orderBy("sequence")
    .execute();
  return rows.map((row) => {
    const { from, to, rule }: Record<string, string> = JSON.parse(row.data);
    return [row.stream_name, row.broadcast_id, from, to, rule];
  });
}

async function mediaFiles(root: string): Promise<string[]> {
  const names = await readdir(root, { recursive: true });
  return names.filter((name) => /\.(mp4|index)$/.test(name));
}

test(
  "media older than its days goes, whole files first to last, and is told",
  async ({ archive, store, root, world }) => {
    await addStream(store, { days: 2 });
    await record(archive);
    await archive.retain(plus(T0, 2 * DAY + 3900));
    assert.deepEqual(await ranges(archive), [[0, 20]]);
    await archive.retain(plus(T0, 2 * DAY + 9000));
    assert.deepEqual(await ranges(archive), [[8, 20]]);
    const times = [rfc3339(T0), rfc3339(plus(T0, 8000))];
    assert.deepEqual(await evictions(store), [["story", "brd_1", ...times, "days"]]);
    assert.equal((await mediaFiles(root)).length, 6);
    const range = await archive.resolve("str_1", T0, plus(T0, 12_000));
    assert.deepEqual(range.gaps, [{ from: T0, to: plus(T0, 8000), reason: "evicted" }]);
    // A second removal that touches the first makes one gap of both.
    await archive.retain(plus(T0, 2 * DAY + 13_000));
    const gaps = await store.db.selectFrom("archive_gaps").select(["from_ms", "to_ms"]).execute();
    assert.deepEqual(gaps, [{ from_ms: T0, to_ms: plus(T0, 12_000) }]);
    world.time = plus(T0, DAY);
  },
  FILES,
);

test(
  "the oldest files go until the bytes fit, and pinned ones stay",
  async ({ archive, store, root }) => {
    await addStream(store, { bytes: 1 });
    await record(archive);
    const pin = await archive.pin({ stream: "str_1", from: plus(T0, 5000), to: plus(T0, 6000) });
    await archive.retain(T0);
    assert.deepEqual(await ranges(archive), [[4, 8]]);
    assert.deepEqual((await evictions(store)).length, 2);
    await archive.unpin(pin.id);
    await assert.rejects(archive.unpin(pin.id), { code: "pin_unknown" });
    await archive.retain(T0);
    assert.deepEqual(await ranges(archive), []);
    assert.deepEqual(await readdir(root, { recursive: true }), ["str_1"]);
    const { oldest, newest, bytes } = await archive.view("str_1");
    assert.deepEqual([oldest, newest, bytes], [null, null, 0]);
  },
  FILES,
);

test(
  "the archive of a deleted stream goes, whatever its limits were, but for what is pinned",
  async ({ archive, store, root }) => {
    await addStream(store, null);
    await record(archive);
    await store.commit(async (tx) => {
      await tx.updateTable("streams").set({ deleted_at: T0 }).execute();
      return { value: undefined, events: [] };
    });
    const held = { stream: "str_1", from: plus(T0, 5000), to: plus(T0, 6000), owner: "exp_1" };
    await archive.pin(held);
    await archive.retain(T0);
    assert.deepEqual(await ranges(archive), [[4, 8]]);
    await archive.unpinOwner("exp_1");
    await archive.retain(T0);
    assert.deepEqual(await mediaFiles(root), []);
    assert.ok((await evictions(store)).every((event) => JSON.stringify(event).includes("request")));
  },
  FILES,
);

test(
  "bytes that fit keep everything, one byte less takes the oldest file alone",
  async ({ archive, store }) => {
    await record(archive);
    const { bytes } = await archive.view("str_1");
    await addStream(store, { bytes });
    await archive.retain(T0);
    assert.deepEqual(await ranges(archive), [[0, 20]]);
    const less = JSON.stringify({ retention: { bytes: bytes - 1 } });
    await store.commit(async (tx) => {
      await tx.updateTable("streams").set({ policy: less }).execute();
      return { value: undefined, events: [] };
    });
    await archive.retain(T0);
    assert.deepEqual(await ranges(archive), [[4, 20]]);
  },
  FILES,
);

test(
  "a file that is being written stays, and so does everything where nothing is said",
  async ({ archive, store }) => {
    await addStream(store, null);
    await record(archive);
    await archive.retain(plus(T0, 1000 * DAY));
    assert.deepEqual(await ranges(archive), [[0, 20]]);
    const recorder = archive.record(STREAM, "brd_2");
    const names = { stream: "str_1", broadcast: "brd_2", origin: plus(T0, 29_967) };
    const media = sender(names, recorder);
    await media.sendSlowly("start", { fromMs: 0, toMs: 3000 }, 100, () => recorder.sealed());
    const removal = await archive.remove(STREAM, ...ALL);
    assert.deepEqual([removal.stretches, removal.kept], [5, 1]);
    assert.deepEqual(await ranges(archive), [[30, 32]]);
    media.interrupt();
    await recorder.close();
  },
  FILES,
);

test(
  "a range is removed as far as whole files lie in it, unless one is pinned",
  async ({ archive, store, world }) => {
    await addStream(store, null);
    await record(archive);
    const pin = { stream: "str_1", from: plus(T0, 9000), to: plus(T0, 9001), owner: "exp_1" };
    const { id } = await archive.pin(pin);
    const refused = archive.remove(STREAM, plus(T0, 3000), plus(T0, 13_000));
    await assert.rejects(refused, { code: "range_pinned" });
    assert.deepEqual(await ranges(archive), [[0, 20]]);
    await assert.rejects(archive.unpin(id), { code: "conflict" });
    await archive.unpinOwner("exp_1");
    await archive.pin({ ...pin, expiresAt: plus(T0, 5) });
    world.time = plus(T0, 6);
    const { stretches, kept } = await archive.remove(STREAM, plus(T0, 3000), plus(T0, 13_000));
    assert.deepEqual([stretches, kept], [2, 2]);
    const view = await archive.view("str_1");
    assert.deepEqual(
      view.gaps.map(({ from, to, reason }) => [seconds(from, to), reason]),
      [[[4, 12], "evicted"]],
    );
    assert.deepEqual(await ranges(archive), [
      [0, 4],
      [12, 20],
    ]);
    assert.deepEqual((await archive.pins("str_1")).length, 1);
    await archive.retain(world.now());
    assert.deepEqual(await archive.pins("str_1"), []);
  },
  FILES,
);

const nothing = () => ({ addGaps: [], removeGaps: [], events: [] });

test(
  "files whose rows are gone are unlinked at the next start",
  async ({ archive, store, rows, root, again }) => {
    await addStream(store, null);
    await record(archive);
    const [first] = await rows.oldestStretches("str_1", 1);
    assert.ok(first !== undefined);
    await rows.evict("str_1", [first], T0, nothing);
    await stat(join(root, first.path));
    await (await again()).recover();
    await assert.rejects(stat(join(root, first.path)), { code: "ENOENT" });
    assert.deepEqual(await rows.doomed(), []);
    assert.equal((await mediaFiles(root)).length, 8);
  },
  FILES,
);

const space = (free: number) => ({ freeBytes: free, totalBytes: 1000 });

plainTest("each rung has its share of free space, and is left one hundredth later", () => {
  const down = [160, 149, 110, 99, 60, 49, 0].map((free) => rungOf(space(free), "ok"));
  assert.deepEqual(down, [
    "ok",
    "warn",
    "warn",
    "no_exports",
    "no_renditions",
    "no_recordings",
    "no_recordings",
  ]);
  assert.deepEqual(
    [
      rungOf(space(55), "no_recordings"),
      rungOf(space(61), "no_recordings"),
      rungOf(space(75), "no_renditions"),
      rungOf(space(81), "no_renditions"),
      rungOf(space(105), "no_exports"),
      rungOf(space(111), "no_exports"),
      rungOf(space(155), "warn"),
      rungOf(space(161), "warn"),
      rungOf(space(500), "no_recordings"),
    ],
    [
      "no_recordings",
      "no_renditions",
      "no_renditions",
      "no_exports",
      "no_exports",
      "warn",
      "warn",
      "ok",
      "ok",
    ],
  );
});

plainTest("the forecast goes on at the rate that was seen", () => {
  assert.equal(fullIn({ freeBytes: 300 }, { freeBytes: 200, totalBytes: 1000 }, 10), 20);
  assert.equal(fullIn({ freeBytes: 200 }, { freeBytes: 200, totalBytes: 1000 }, 10), null);
});
