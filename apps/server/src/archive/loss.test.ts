import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Frame, plus, rfc3339 } from "@oxbow/media";
import { archiveStore, type OpenStore, openStore } from "../store/index.ts";
import type { Archive } from "./archive-door.ts";
import { archiveTest, samplesOf } from "./archive-for-tests.ts";
import { framesOf, sender, T0 } from "./media-for-tests.ts";

const test = archiveTest({ openStore, archiveStore });
const run = promisify(execFile);
const STREAM = { id: "str_1", name: "story" };
const NAMES = { stream: "str_1", broadcast: "brd_1", origin: T0 };
const ALL = [plus(T0, 33), plus(T0, 600_000)] as const;

async function gapEvents(store: OpenStore): Promise<unknown[]> {
  const rows = await store.db
    .selectFrom("events")
    .select("data")
    .where("type", "=", "archive_gap")
    .orderBy("sequence")
    .execute();
  return rows.map(({ data }) => JSON.parse(data));
}

/** Each file holds a run of what was sent, unchanged, from a keyframe on. */
async function assertRuns(archive: Archive, sent: readonly Frame[]): Promise<void> {
  const { spans } = await archive.resolve("str_1", ...ALL);
  for (const span of spans) {
    const found = await samplesOf(span);
    for (const track of [1, 2]) {
      const got = found.filter((frame) => frame.track === track);
      const all = sent.filter((frame) => frame.track === track);
      const first = all.findIndex(({ dts }) => dts === got[0]?.dts);
      assert.deepEqual(got, all.slice(first, first + got.length));
      assert.equal(got[0]?.key, true);
    }
  }
}

test(
  "media that comes faster than the disk takes it is dropped up to a segment, and told",
  async ({ archive, store }) => {
    const recorder = archive.record(STREAM, "brd_1");
    const media = sender(NAMES, recorder);
    const shape = { fromMs: 0, toMs: 40_000, pictureBytes: 1000 };
    // Every four seconds the disk gets time; what comes in between does not fit the queue.
    await media.sendSlowly("start", shape, 308, () => recorder.sealed());
    media.interrupt();
    await recorder.close();
    const { gaps, ranges } = await archive.view("str_1");
    assert.ok(gaps.length > 1 && gaps.every(({ reason }) => reason === "disk_slow"));
    assert.equal(ranges.length, gaps.length + 1);
    const told = (await gapEvents(store)).slice(0, gaps.length);
    assert.deepEqual(
      told,
      gaps.map(({ from, to, reason }) => ({ from: rfc3339(from), to: rfc3339(to), reason })),
    );
    await assertRuns(archive, framesOf(shape));
    const files = (await archive.resolve("str_1", ...ALL)).spans;
    assert.deepEqual(
      new Set(files.slice(1).map(({ stretch }) => stretch.reason)),
      new Set(["lost"]),
    );
  },
  { limits: { queueBytes: 90_000 } },
);

test(
  "media of a sender that waits for room is kept whole, however fast it comes",
  async ({ archive }) => {
    const recorder = archive.record(STREAM, "brd_1");
    const media = sender(NAMES, recorder);
    const shape = { fromMs: 0, toMs: 40_000, pictureBytes: 1000 };
    assert.equal(recorder.room(), undefined);
    let waits = 0;
    await media.sendSlowly("start", shape, 10, async () => {
      const room = recorder.room();
      if (room === undefined) return;
      waits += 1;
      await room;
    });
    media.interrupt();
    await recorder.close();
    assert.ok(waits > 1);
    const { gaps, ranges } = await archive.view("str_1");
    assert.deepEqual([gaps, ranges.length], [[], 1]);
    const [span] = (await archive.resolve("str_1", ...ALL)).spans;
    assert.ok(span);
    assert.equal((await samplesOf(span)).length, framesOf(shape).length);
  },
  { limits: { queueBytes: 90_000 } },
);

test("a volume without room for recordings leaves a gap until there is room", async (on) => {
  let freeBytes = 4;
  const archive = await on.again({ diskSpace: async () => ({ freeBytes, totalBytes: 100 }) });
  archive.start();
  const told = Promise.withResolvers<void>();
  const stop = on.store.onCommit(() => told.resolve());
  await told.promise;
  stop();
  assert.deepEqual([await archive.mayExport(), archive.mayRecord()], [false, false]);
  const recorder = archive.record(STREAM, "brd_1");
  sender(NAMES, recorder).send("start", { fromMs: 0, toMs: 4000 });
  await recorder.close();
  assert.deepEqual((await archive.view("str_1")).ranges, []);
  assert.deepEqual(await gapEvents(on.store), [
    { from: rfc3339(plus(T0, 33)), to: rfc3339(plus(T0, 4033)), reason: "disk_full" },
  ]);
  const types = await on.store.db.selectFrom("events").select(["type", "data"]).execute();
  const pressure = types.find(({ type }) => type === "archive_pressure");
  assert.deepEqual(JSON.parse(pressure?.data ?? ""), {
    rung: "no_recordings",
    freeBytes: 4,
    totalBytes: 100,
    fullAt: null,
  });
  on.world.time = plus(on.world.time, 1000);
  freeBytes = 3;
  assert.deepEqual((await archive.storage()).disk, {
    rung: "no_recordings",
    freeBytes: 3,
    totalBytes: 100,
    fullAt: plus(on.world.time, 3000),
  });
});

test("a disk that is full loses media, tells it, and records again when there is room", async (on) => {
  const disk = join(on.folder, "disk");
  await mkdir(disk);
  const mounted = await run("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]).then(
    () => true,
    () => false,
  );
  if (!mounted) {
    on.skip("a small file system can't be mounted here; the next test limits the size of files");
    return;
  }
  try {
    const root = join(disk, "archive");
    const archive = await on.again({
      root,
      diskSpace: async () => ({ freeBytes: 1, totalBytes: 1 }),
    });
    const ballast = join(disk, "ballast");
    await writeFile(ballast, Buffer.alloc(1_400_000));
    const recorder = archive.record(STREAM, "brd_1");
    const shape = { fromMs: 0, toMs: 30_000, pictureBytes: 1500 };
    let pieces = 0;
    const media = sender(NAMES, recorder);
    await media.sendSlowly("start", shape, 77, async () => {
      await recorder.sealed();
      pieces += 1;
      if (pieces === 20) await rm(ballast);
    });
    media.interrupt();
    await recorder.close();
    const { gaps, ranges } = await archive.view("str_1");
    assert.deepEqual([gaps.map(({ reason }) => reason), ranges.length], [["disk_full"], 2]);
    const [gap] = gaps;
    assert.ok(gap !== undefined && gap.to - gap.from > 2000);
    assert.deepEqual(await gapEvents(on.store), [
      { from: rfc3339(gap.from), to: rfc3339(gap.to), reason: "disk_full" },
    ]);
    await assertRuns(archive, framesOf(shape));
    for (const { stretch } of (await archive.resolve("str_1", ...ALL)).spans) {
      assert.equal((await stat(stretch.file)).size, stretch.bytes);
      assert.equal(stretch.open, false);
    }
    assert.equal(ranges[1]?.to, plus(T0, 30_033));
  } finally {
    await run("umount", ["-l", disk]);
  }
});

// Records 20 s of 3.6 Mbit/s where no file may grow beyond a megabyte.
const CHILD = `
process.on("SIGXFSZ", () => {});
const [folder, here] = process.argv.slice(2);
const from = (path) => import(new URL(path, here).href);
const { openStore, archiveStore } = await from("../store/index.ts");
const { openArchive } = await from("./index.ts");
const { sender, T0 } = await from("./media-for-tests.ts");
const { createWorld } = await from("../world.ts");
const world = createWorld({ logLevel: "silent" });
await using store = await openStore({ file: folder + "/oxbow.db" }, world);
await using archive = await openArchive({ root: folder + "/archive", store: archiveStore(store), world });
const recorder = archive.record({ id: "str_1", name: "story" }, "brd_1");
const media = sender({ stream: "str_1", broadcast: "brd_1", origin: T0 }, recorder);
await media.sendSlowly("start", { fromMs: 0, toMs: 20_000, pictureBytes: 15_000 }, 77,
  () => recorder.sealed());
media.interrupt();
await recorder.close();
process.stdout.write("recorded");
`;

test("a write that fails ends a file, and the next segment begins another", async (on) => {
  const other = join(on.folder, "other");
  const script = join(on.folder, "child.mjs");
  await mkdir(other);
  await writeFile(script, CHILD);
  const limited = `ulimit -f 1000 && exec "$0" "$@"`;
  const args = ["-c", limited, process.execPath, script, other, import.meta.url];
  const { stdout } = await run("bash", args, { timeout: 60_000 });
  assert.equal(stdout, "recorded");
  await using store = await openStore({ file: join(other, "oxbow.db") }, on.world);
  const archive = await on.again({ root: join(other, "archive"), store: archiveStore(store) });
  assert.deepEqual((await archive.recover()).stretches, []);
  const { gaps, ranges } = await archive.view("str_1");
  assert.ok(gaps.length >= 3 && gaps.every(({ reason }) => reason === "disk_failed"));
  assert.equal(ranges.length, gaps.length + 1);
  for (const { from, to } of gaps) assert.ok(to - from <= 2500, "no more than a segment is lost");
  await assertRuns(archive, framesOf({ fromMs: 0, toMs: 20_000, pictureBytes: 15_000 }));
});
