import assert from "node:assert/strict";
import { readdir, readFile, stat, truncate } from "node:fs/promises";
import { type Millis, plus } from "@oxbow/media";
import { archiveStore, type OpenStore, openStore } from "../store/index.ts";
import type { Archive } from "./archive-door.ts";
import { archiveTest } from "./archive-for-tests.ts";
import type { Retention } from "./archive-store.ts";
import { T0 } from "./media-for-tests.ts";
import { follow, record, STREAM } from "./renditions-for-tests.ts";
import type { ResolvedSpan } from "./resolved-range.ts";

const test = archiveTest({ openStore, archiveStore });
const ALL = [T0, plus(T0, 3_600_000)] as const;
const DAY = 86_400_000;
/** Files of four seconds: [0, 4), [4, 8) … */
const FILES = { limits: { fileMs: 4500 } };

async function addStream(store: OpenStore, retention: Retention | null): Promise<void> {
  const policy = JSON.stringify({ record: true, retention });
  await store.commit(async (tx) => {
    await tx
      .insertInto("streams")
      .values({
        ...{ id: "str_1", name: "story", title: null, publish_key: "", publish_key_hash: "" },
        ...{ policy, state: "{}", broadcast_id: null, created_at: T0, deleted_at: null },
      })
      .execute();
    return { value: undefined, events: [] };
  });
}

async function spans(archive: Archive, rendition: string): Promise<readonly ResolvedSpan[]> {
  return (await archive.resolve("str_1", ...ALL, { rendition })).spans;
}

const second = (at: Millis): number => Math.round((at - T0) / 1000);

async function times(archive: Archive): Promise<unknown> {
  const [source, made] = await Promise.all([spans(archive, "source"), spans(archive, "360p")]);
  return [source, made].map((all) => all.map(({ from, to }) => [second(from), second(to)]));
}

/** Every file belongs to a row, and every row has its files. */
async function assertNoOrphan(on: { store: OpenStore; root: string }): Promise<number> {
  const rows = await on.store.db.selectFrom("stretches").select("path").execute();
  const names = await readdir(on.root, { recursive: true });
  const found = names.filter((name) => /\.(mp4|index)$/.test(name)).toSorted();
  const wanted = rows.flatMap(({ path }) => [path, path.replace(/mp4$/, "index")]).toSorted();
  assert.deepEqual(found, wanted);
  return rows.length;
}

async function recordBoth(archive: Archive): Promise<void> {
  await record(archive, { fromMs: 0, toMs: 20_000 });
  await follow(archive, { fromMs: 0, toMs: 10_000 }, { fromMs: 14_000, toMs: 20_000 });
}

test(
  "age takes what was made of the source with it, and what is left is told once",
  async (on) => {
    const { archive, store } = on;
    await addStream(store, { days: 2 });
    await recordBoth(archive);
    await archive.retain(plus(T0, 2 * DAY + 9000));
    assert.deepEqual(await times(archive), [
      [
        [8, 12],
        [12, 16],
        [16, 20],
      ],
      [
        [8, 10],
        [14, 18],
        [18, 20],
      ],
    ]);
    assert.equal(await assertNoOrphan(on), 6);
    const events = await store.db.selectFrom("events").select(["type", "data"]).execute();
    assert.deepEqual(
      events.map(({ type }) => type),
      ["archive_evicted"],
    );
    const gaps = await store.db.selectFrom("archive_gaps").select(["from_ms", "to_ms"]).execute();
    assert.deepEqual(gaps, [{ from_ms: T0, to_ms: plus(T0, 8000) }]);
  },
  FILES,
);

test(
  "bytes are those of all renditions, and no rendition outlives its source",
  async (on) => {
    const { archive, store } = on;
    await recordBoth(archive);
    const { bytes } = await archive.view("str_1");
    await addStream(store, { bytes: bytes - 1 });
    await archive.retain(T0);
    const left = await times(archive);
    assert.deepEqual(left, [
      [
        [4, 8],
        [8, 12],
        [12, 16],
        [16, 20],
      ],
      [
        [4, 8],
        [8, 10],
        [14, 18],
        [18, 20],
      ],
    ]);
    await archive.retain(T0);
    assert.deepEqual(await times(archive), left);
    assert.equal(await assertNoOrphan(on), 8);
    await store.commit(async (tx) => {
      await tx.updateTable("streams").set({ deleted_at: T0 }).execute();
      return { value: undefined, events: [] };
    });
    await archive.retain(T0);
    assert.equal(await assertNoOrphan(on), 0);
  },
  FILES,
);

test(
  "a pin holds all renditions of its range, and a removal takes all of them",
  async (on) => {
    const { archive, store } = on;
    await addStream(store, { bytes: 1 });
    await recordBoth(archive);
    const pin = await archive.pin({ stream: "str_1", from: plus(T0, 5000), to: plus(T0, 6000) });
    await archive.retain(T0);
    assert.deepEqual(await times(archive), [[[4, 8]], [[4, 8]]]);
    await assert.rejects(archive.remove(STREAM, ...ALL), { code: "range_pinned" });
    await archive.unpin(pin.id);
    const removal = await archive.remove(STREAM, plus(T0, -1), plus(T0, 9000));
    assert.deepEqual([removal.stretches, removal.kept], [2, 0]);
    assert.equal(await assertNoOrphan(on), 0);
  },
  FILES,
);

test(
  "what was made of a source that the disk did not take goes as well, a little later",
  async (on) => {
    const { archive, store } = on;
    await addStream(store, { days: 2 });
    await follow(archive, { fromMs: 0, toMs: 10_000 });
    await archive.retain(plus(T0, 2 * DAY + 20_000));
    assert.equal(await assertNoOrphan(on), 3);
    await archive.retain(plus(T0, 2 * DAY + 2 * 3_600_000 + 20_000));
    assert.equal(await assertNoOrphan(on), 0);
  },
  FILES,
);

test("files of a rendition that were open are cut back as the source's are, and told by their name", async (on) => {
  const { archive, rows, store } = on;
  await addStream(store, null);
  await record(archive, { fromMs: 0, toMs: 10_000 });
  await follow(archive, { fromMs: 0, toMs: 10_000 });
  const files: string[] = [];
  for (const rendition of ["source", "360p"]) {
    const [span] = await spans(archive, rendition);
    assert.ok(span);
    const { id, from, file } = span.stretch;
    await rows.growStretch(id, { to: from, segments: 0, bytes: 0, open: true });
    await truncate(file, (await stat(file)).size - 100);
    files.push(file);
  }
  const again = await on.again();
  const { stretches } = await again.recover();
  assert.deepEqual(
    new Map(stretches.map(({ rendition, lostBytes }) => [rendition, lostBytes > 0])),
    new Map([
      ["360p", true],
      ["source", true],
    ]),
  );
  assert.equal(second(again.newest("str_1") ?? T0), 10);
  assert.equal(await again.nextSegment("str_1"), 5);
  const [source, made] = await Promise.all([spans(again, "source"), spans(again, "360p")]);
  assert.deepEqual([source.length, made.length], [1, 1]);
  for (const { stretch } of [...source, ...made]) {
    assert.equal((await readFile(stretch.file)).length, stretch.bytes);
    assert.ok(files.includes(stretch.file));
  }
  assert.equal(await assertNoOrphan({ store, root: on.root }), 2);
  assert.deepEqual((await again.recover()).stretches, []);
});

test("a live timeline that begins anew learns which segments were made, whole", async ({
  archive,
  again,
}) => {
  await record(archive, { fromMs: 0, toMs: 12_000 });
  await follow(archive, { fromMs: 0, toMs: 5000 }, { fromMs: 8000, toMs: 12_000 });
  const seeded = await (await again()).seed("str_1", "brd_1", plus(T0, 2500));
  assert.deepEqual(
    seeded.map(({ segments, renditions }) => [
      segments.map(({ number }) => number),
      renditions.map(({ rendition, numbers }) => [rendition, numbers]),
    ]),
    [
      [
        [1, 2, 3, 4, 5],
        [
          ["360p", [1]],
          ["360p", [4, 5]],
        ],
      ],
    ],
  );
  const [first, last] = seeded[0]?.renditions ?? [];
  assert.notEqual(first?.stretch, last?.stretch);
  assert.deepEqual(
    first?.tracks.map(({ id }) => id),
    [1, 2],
  );
});
