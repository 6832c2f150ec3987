import assert from "node:assert/strict";
import { type Millis, millis, plus, type Track } from "@oxbow/media";
import { CompiledQuery, createQueryId, type KyselyPlugin, type RootOperationNode } from "kysely";
import type { ArchiveStore, GapRow, StretchRow } from "../archive/index.ts";
import { archiveStore } from "./archive-store.ts";
import { onBothDatabases } from "./databases-for-tests.ts";
import { insertRows } from "./insert-rows.ts";
import type { OpenStore } from "./store.ts";
import { stretchColumns } from "./stretch-row.ts";

const { test, onSqlite } = await onBothDatabases();
const T0 = millis(1_700_000_000_000);
const HOUR = 3_600_000;

const TRACKS: readonly Track[] = [
  {
    id: 1,
    timescale: 90_000,
    language: "und",
    config: {
      kind: "video",
      codec: "avc",
      record: Uint8Array.of(1, 100, 0, 31, 255),
      codecString: "avc1.64001f",
      width: 1280,
      height: 720,
      pixelAspect: [4, 3],
      colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
      rotation: 90,
      frameRate: 29.97,
    },
  },
  {
    id: 2,
    timescale: 48_000,
    language: "eng",
    config: {
      kind: "audio",
      codec: "aac",
      record: Uint8Array.of(0x11, 0x90),
      codecString: "mp4a.40.2",
      sampleRate: 48_000,
      channels: 2,
      samplesPerFrame: 1024,
    },
  },
];

function hour(at: number, more: Partial<StretchRow> = {}): StretchRow {
  const from = plus(T0, at * HOUR);
  return {
    id: `stt_${String(at).padStart(6, "0")}`,
    stream: "str_1",
    broadcast: "brd_1",
    rendition: "source",
    reason: at === 0 ? "start" : "length",
    path: `str_1/${at}.mp4`,
    origin: T0,
    tracks: TRACKS,
    firstSegment: at * 1800,
    segments: 1800,
    from,
    to: plus(from, HOUR),
    bytes: 1000 + at,
    open: false,
    createdAt: from,
    stretch: "stt_000000",
    sequence: at * 1800,
    discontinuity: 0,
    ...more,
  };
}

const ids = (rows: readonly StretchRow[]): string[] => rows.map(({ id }) => id);

function inRange(rows: ArchiveStore, from: Millis, to: Millis, more = {}): Promise<StretchRow[]> {
  const earliest = plus(from, -2 * HOUR);
  return rows.stretchesIn({ stream: "str_1", rendition: "source", earliest, from, to, ...more });
}

test("what each stream takes is the sum of its files, of all renditions", async ({ store }) => {
  const rows = archiveStore(store);
  await store.commit(async (tx) => {
    await tx
      .insertInto("streams")
      .values({
        id: "str_1",
        name: "story",
        title: null,
        publish_key: "sealed",
        publish_key_hash: "hash",
        policy: "{}",
        state: "{}",
        broadcast_id: null,
        created_at: 1,
        deleted_at: null,
      })
      .execute();
    return { value: undefined, events: [] };
  });
  await rows.addStretch(hour(0));
  await rows.addStretch(hour(1, { rendition: "720p" }));
  assert.deepEqual(await rows.storage(), [
    {
      stream: "str_1",
      name: "story",
      isDeleted: false,
      bytes: 2001,
      oldest: T0,
      newest: plus(T0, 2 * HOUR),
    },
  ]);
});

test("a stretch is kept as it is given, and grows", async ({ store }) => {
  const rows = archiveStore(store);
  const row = hour(0, { open: true, segments: 0, bytes: 0, to: T0 });
  await rows.addStretch(row);
  assert.deepEqual(await rows.stretch(row.id), row);
  assert.deepEqual(await rows.openStretches(), [row]);
  const extent = { to: plus(T0, 4000), segments: 2, bytes: 77, open: false };
  await rows.growStretch(row.id, extent);
  assert.deepEqual(await rows.stretch(row.id), { ...row, ...extent });
  assert.deepEqual(await rows.openStretches(), []);
  await rows.dropStretch(row.id);
  assert.equal(await rows.stretch(row.id), undefined);
});

test("a range finds the files that touch it, and the open ones whose end is not known", async ({
  store,
}) => {
  const rows = archiveStore(store);
  const open = hour(4, { open: true, to: plus(T0, 4 * HOUR) });
  const other = hour(1, { id: "stt_other", stream: "str_2" });
  const small = hour(1, { id: "stt_small", rendition: "480p" });
  const second = hour(2, { id: "stt_second", broadcast: "brd_2" });
  for (const row of [hour(0), hour(1), hour(2), hour(3), open, other, small, second]) {
    await rows.addStretch(row);
  }
  const find = async (from: number, to: number, more = {}) =>
    ids(await inRange(rows, plus(T0, from * HOUR), plus(T0, to * HOUR), more));
  assert.deepEqual(await find(1, 2), ["stt_000001"]);
  assert.deepEqual(await find(0.5, 1.5), ["stt_000000", "stt_000001"]);
  assert.deepEqual(await find(4.5, 4.6), ["stt_000004"]);
  assert.deepEqual(await find(2, 3), ["stt_000002", "stt_second"]);
  assert.deepEqual(await find(2, 3, { broadcast: "brd_2" }), ["stt_second"]);
  assert.deepEqual(await find(-3, 0), []);
  assert.deepEqual(ids(await rows.oldestStretches("str_1", 2)), ["stt_000000", "stt_000001"]);
  const all = await inRange(rows, plus(T0, HOUR), plus(T0, 2 * HOUR), { rendition: undefined });
  assert.deepEqual(ids(all), ["stt_000001", "stt_small"]);
  // Files that begin together are told apart by their ids, so that none is passed over.
  const [, at] = await rows.oldestStretches("str_1", 2);
  assert.deepEqual(ids(await rows.oldestStretches("str_1", 1, at)), ["stt_small"]);
  const after = await rows.oldestStretches("str_1", 9, second);
  assert.deepEqual(ids(after), ["stt_000003"]);
  const { oldest, newest } = (await rows.edges("str_1")) ?? {};
  assert.deepEqual([oldest?.id, newest?.to], ["stt_000000", plus(T0, 4 * HOUR)]);
  assert.equal((await rows.stretchAfter("str_1", plus(T0, HOUR + 1)))?.id, "stt_000002");
  assert.equal((await rows.firstStretch("brd_2"))?.id, "stt_second");
  assert.equal(await rows.bytes("str_2"), 1001);
  assert.equal(await rows.bytes("str_9"), 0);
});

test("an eviction leaves what is pinned or open, and commits with its gaps and events", async ({
  store,
}) => {
  const rows = archiveStore(store);
  const all = [hour(0), hour(1), hour(2, { open: true }), hour(3)];
  for (const row of all) await rows.addStretch(row);
  const pin = { id: "pin_1", stream: "str_1", reason: null, owner: "exp_1", createdAt: T0 };
  const range = { from: plus(T0, HOUR + 5), to: plus(T0, HOUR + 6) };
  await rows.addPin({ ...pin, ...range, expiresAt: plus(T0, 10) });
  const gap: GapRow = {
    id: "gap_1",
    stream: "str_1",
    broadcast: "brd_1",
    from: T0,
    to: plus(T0, HOUR),
    reason: "evicted",
  };
  const event = { type: "archive_evicted", data: { rule: "days" } } as const;
  const change = { addGaps: [gap], removeGaps: [], events: [event] };
  const refused = rows.evict("str_1", all, T0, () => {
    throw new Error("no");
  });
  await assert.rejects(refused, { message: "no" });
  assert.equal((await rows.oldestStretches("str_1", 9)).length, 3);
  const gone = await rows.evict("str_1", all, T0, (evicted) => {
    assert.deepEqual(ids(evicted), ["stt_000000", "stt_000003"]);
    return change;
  });
  assert.deepEqual(ids(gone), ["stt_000000", "stt_000003"]);
  assert.deepEqual(await rows.gapsIn("str_1", plus(T0, 5), plus(T0, 6)), [gap]);
  assert.deepEqual((await store.db.selectFrom("events").select("type").execute()).length, 1);
  assert.deepEqual(await rows.doomed(), [
    { id: "stt_000000", path: "str_1/0.mp4" },
    { id: "stt_000003", path: "str_1/3.mp4" },
  ]);
  await rows.forgetDoomed(["stt_000000", "stt_000003"]);
  assert.deepEqual(await rows.doomed(), []);
  const later = await rows.evict("str_1", all, plus(T0, 11), (_, gaps) => {
    assert.deepEqual(gaps, [gap]);
    return { addGaps: [], removeGaps: [gap.id], events: [] };
  });
  assert.deepEqual(ids(later), ["stt_000001"]);
  assert.deepEqual(await rows.gapsIn("str_1", T0, plus(T0, HOUR)), []);
});

test("pins are kept, and go by id, by owner and by age", async ({ store }) => {
  const rows = archiveStore(store);
  const pin = (id: string, more = {}) => ({
    id,
    stream: "str_1",
    from: T0,
    to: plus(T0, 5),
    reason: "why",
    owner: null,
    expiresAt: null,
    createdAt: T0,
    ...more,
  });
  const pins = [pin("pin_1"), pin("pin_2", { owner: "exp_1" }), pin("pin_3", { expiresAt: T0 })];
  for (const one of pins) await rows.addPin(one);
  assert.deepEqual(await rows.pins("str_1"), pins);
  assert.deepEqual(
    [await rows.removePin("pin_1"), await rows.removePin("pin_1"), await rows.removePin("pin_2")],
    ["removed", "unknown", "owned"],
  );
  await rows.removePinsOf("exp_1");
  await rows.removeExpiredPins(plus(T0, -1));
  assert.deepEqual(await rows.pins("str_1"), [pin("pin_3", { expiresAt: T0 })]);
  await rows.removeExpiredPins(T0);
  assert.deepEqual(await rows.pins("str_1"), []);
});

/** The statements that `work` reads with, as SQLite would run them. */
async function plansOf(
  store: OpenStore,
  work: (rows: ArchiveStore) => Promise<unknown>,
): Promise<string[]> {
  const seen: RootOperationNode[] = [];
  const watching: KyselyPlugin = {
    transformQuery({ node }) {
      seen.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await work(archiveStore({ ...store, db: store.db.withPlugin(watching) }));
  const details: string[] = [];
  for (const node of seen) {
    const { sql, parameters } = store.db.getExecutor().compileQuery(node, createQueryId());
    const explained = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]);
    const { rows } = await store.db.executeQuery<{ detail: string }>(explained);
    details.push(...rows.map(({ detail }) => detail));
  }
  assert.ok(details.length > 0);
  return details;
}

onSqlite(
  "ten thousand hours in four qualities do not slow down the look at one",
  async ({ store }) => {
    const hours = Array.from({ length: 10_000 }, (_, at) =>
      ["source", "720p", "480p", "360p"].map((rendition) =>
        stretchColumns(hour(at, { id: `${hour(at).id}_${rendition}`, rendition })),
      ),
    ).flat();
    await store.commit(async (tx) => {
      await insertRows(tx, "stretches", hours);
      return { value: undefined, events: [] };
    });
    const from = plus(T0, 5000 * HOUR);
    const to = plus(from, HOUR);
    const plans = await plansOf(store, async (rows) => {
      assert.deepEqual(ids(await inRange(rows, from, to)), ["stt_005000_source"]);
      assert.equal((await inRange(rows, from, to, { rendition: undefined })).length, 4);
      await inRange(rows, from, to, { broadcast: "brd_1" });
      await rows.gapsIn("str_1", from, to);
      await rows.stretchAfter("str_1", to);
      await rows.edges("str_1");
      await rows.openStretches();
      await rows.firstStretch("brd_1");
      await rows.lastStretch("brd_1");
      await rows.stretch("stt_005000_source");
      await rows.oldestStretches("str_1", 100);
      await rows.oldestStretches("str_1", 100, { from, id: "stt_005000_480p" });
      await rows.bytes("str_2");
      await rows.archivedStreams();
      await rows.doomed();
      await rows.broadcastIsOpen("brd_1");
      await rows.pins("str_1");
      assert.equal(await rows.nextSegment("str_1"), 18_000_000);
    });
    const scans = plans.filter((detail) => /SCAN|TEMP B-TREE/.test(detail));
    // Streams are read whole, so is the list of open files; ties of equal times are put in order.
    assert.deepEqual(
      scans.filter(
        (d) => !/^SCAN streams$|RIGHT PART|LAST TERM|USING INDEX stretches_open$/.test(d),
      ),
      [],
    );
    const one = plans.find((detail) =>
      detail.includes("stretches_stream (stream_id=? AND from_ms>? AND from_ms<?)"),
    );
    assert.ok(one !== undefined, plans.join("\n"));
  },
);

test("the files of a stretch are found in order, and a broadcast's newest", async ({ store }) => {
  const rows = archiveStore(store);
  assert.equal(await rows.lastStretch("brd_1"), undefined);
  const other = hour(3, { stretch: "stt_other", sequence: 9000, discontinuity: 1 });
  for (const row of [hour(1), other, hour(0), hour(2)]) await rows.addStretch(row);
  assert.deepEqual(ids(await rows.filesOf("stt_000000")), ids([hour(0), hour(1), hour(2)]));
  assert.deepEqual(await rows.filesOf("stt_other"), [other]);
  assert.deepEqual(await rows.filesOf("stt_none"), []);
  assert.deepEqual(await rows.lastStretch("brd_1"), other);
});
