import assert from "node:assert/strict";
import { type Frame, type Millis, plus } from "@oxbow/media";
import { archiveStore, type OpenStore, openStore } from "../store/index.ts";
import type { Archive } from "./archive-door.ts";
import { archiveTest, samplesOf } from "./archive-for-tests.ts";
import { AUDIO, framesOf, SMALL, sender, T0 } from "./media-for-tests.ts";
import { follow, NAMES, record, STREAM } from "./renditions-for-tests.ts";

const test = archiveTest({ openStore, archiveStore });
const ALL = [T0, plus(T0, 3_600_000)] as const;
const TRACKS = [SMALL, AUDIO];

const seconds = (at: Millis): number => Math.round((at - T0) / 1000);

async function told(archive: Archive, rendition?: string): Promise<unknown> {
  const only = rendition === undefined ? {} : { rendition };
  const { spans, gaps } = await archive.resolve("str_1", T0, plus(T0, 20_000), only);
  return {
    spans: spans.map(({ stretch, from, to }) => [stretch.rendition, seconds(from), seconds(to)]),
    gaps: gaps.map(({ from, to, reason }) => [seconds(from), seconds(to), reason]),
  };
}

async function samples(archive: Archive, rendition: string): Promise<Frame[]> {
  const { spans } = await archive.resolve("str_1", ...ALL, { rendition });
  return (await Promise.all(spans.map(samplesOf))).flat();
}

async function eventTypes(store: OpenStore): Promise<string[]> {
  const rows = await store.db.selectFrom("events").select("type").execute();
  return rows.map(({ type }) => type);
}

test("a rendition is a film of its own beside the source, of which nothing changes", async ({
  archive,
}) => {
  await record(archive, { fromMs: 0, toMs: 10_000 });
  const alone = await archive.view("str_1");
  const pictures = await archive.pictures("str_1", ...ALL);
  await follow(archive, { fromMs: 0, toMs: 10_000, pictureBytes: 40 });
  const made = await archive.resolve("str_1", ...ALL, { rendition: "360p" });
  const bytes = alone.bytes + made.spans.reduce((sum, { stretch }) => sum + stretch.bytes, 0);
  assert.deepEqual(await archive.view("str_1"), {
    ...alone,
    bytes,
    ranges: alone.ranges.map((range) => ({ ...range, bytes, renditions: ["source", "360p"] })),
  });
  assert.deepEqual(await archive.pictures("str_1", ...ALL), pictures);
  assert.equal(await archive.nextSegment("str_1"), 5);
  assert.deepEqual(await archive.renditions("str_1", ...ALL), ["source", "360p"]);
  assert.equal(archive.newest("str_1", "360p"), archive.newest("str_1"));
  const sent = framesOf({ fromMs: 0, toMs: 10_000, pictureBytes: 40 });
  const found = await samples(archive, "360p");
  for (const track of [1, 2]) {
    assert.deepEqual(
      found.filter((frame) => frame.track === track),
      sent.filter((frame) => frame.track === track),
    );
  }
  assert.match(made.spans[0]?.stretch.file ?? "", /\/str_1\/2023-11-14\/1700000000000-360p\.mp4$/);
});

test("what a rendition was not made of is missing in it alone", async ({ archive, store }) => {
  await record(archive, { fromMs: 0, toMs: 12_000 }, { fromMs: 16_000, toMs: 20_000 });
  await follow(archive, { fromMs: 2000, toMs: 6000 }, { fromMs: 8000, toMs: 12_000 });
  assert.deepEqual(await told(archive), {
    spans: [
      ["source", 0, 12],
      ["source", 16, 20],
    ],
    gaps: [[12, 16, "reconnect"]],
  });
  assert.deepEqual(await told(archive, "360p"), {
    spans: [
      ["360p", 2, 6],
      ["360p", 8, 12],
    ],
    gaps: [
      [0, 2, "not_transcoded"],
      [6, 8, "not_transcoded"],
      [12, 16, "reconnect"],
      [16, 20, "not_transcoded"],
    ],
  });
  assert.deepEqual(await told(archive, "1080p"), {
    spans: [],
    gaps: [
      [0, 12, "not_transcoded"],
      [12, 16, "reconnect"],
      [16, 20, "not_transcoded"],
    ],
  });
  assert.deepEqual(await eventTypes(store), []);
});

test("while a rendition is being made it is known up to where it is sealed", async ({
  archive,
}) => {
  await record(archive, { fromMs: 0, toMs: 10_000 });
  const recorder = archive.record(STREAM, "brd_1", { rendition: "360p" });
  const heard: Millis[] = [];
  archive.onSealed((_, to) => heard.push(to));
  const media = sender({ ...NAMES, rendition: "360p" }, recorder);
  await media.sendSlowly("start", { fromMs: 0, toMs: 5000, tracks: TRACKS }, 1e9, async () => {});
  await recorder.sealed();
  assert.equal(seconds(archive.newest("str_1", "360p") ?? T0), 4);
  assert.equal(seconds(archive.newest("str_1") ?? T0), 10);
  assert.deepEqual(await told(archive, "360p"), {
    spans: [["360p", 0, 4]],
    gaps: [
      [4, 10, "not_sealed"],
      [10, 20, "offline"],
    ],
  });
  media.interrupt();
  await recorder.close();
  assert.deepEqual(heard, []);
  assert.equal(seconds(archive.newest("str_1", "360p") ?? T0), 10);
});

test(
  "a disk that does not keep up loses the rendition, and nothing of the source",
  async ({ archive, store }) => {
    const recorders = [
      archive.record(STREAM, "brd_1"),
      archive.record(STREAM, "brd_1", { rendition: "360p" }),
    ];
    const [source, small] = recorders;
    assert.ok(source && small);
    const shape = { fromMs: 0, toMs: 10_000, pictureBytes: 1000 };
    sender(NAMES, source).send("start", shape);
    const media = sender({ ...NAMES, rendition: "360p" }, small);
    media.send("start", { ...shape, tracks: TRACKS });
    await Promise.all(recorders.map((recorder) => recorder.sealed()));
    assert.deepEqual(await samples(archive, "360p"), []);
    assert.equal((await samples(archive, "source")).length, framesOf(shape).length);
    const more = { fromMs: 10_000, toMs: 14_000, pictureBytes: 1000 };
    media.send("restart", { ...more, tracks: TRACKS });
    await Promise.all(recorders.map((recorder) => recorder.close()));
    assert.equal((await samples(archive, "360p")).length, framesOf(more).length);
    assert.deepEqual(await eventTypes(store), []);
  },
  { limits: { queueBytes: 1_000_000 } },
);

test("a disk that fills up stops renditions before their sources", async (on) => {
  const space = { freeBytes: 6, totalBytes: 100 };
  const archive = await on.again({ diskSpace: async () => space });
  archive.start();
  const looked = Promise.withResolvers<void>();
  const stop = on.store.onCommit(() => looked.resolve());
  await looked.promise;
  stop();
  assert.deepEqual(
    [await archive.mayExport(), archive.mayRecord(), archive.mayRecord("360p")],
    [false, true, false],
  );
  await record(archive, { fromMs: 0, toMs: 4000 });
  await follow(archive, { fromMs: 0, toMs: 4000 });
  assert.equal((await samples(archive, "source")).length > 0, true);
  assert.deepEqual(await samples(archive, "360p"), []);
  assert.deepEqual(await eventTypes(on.store), ["archive_pressure"]);
});
