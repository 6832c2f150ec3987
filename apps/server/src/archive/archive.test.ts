import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Millis, plus } from "@oxbow/media";
import { archiveStore, openStore } from "../store/index.ts";
import { archiveTest, samplesOf } from "./archive-for-tests.ts";
import { AUDIO, framesOf, sender, T0, VIDEO } from "./media-for-tests.ts";

const test = archiveTest({ openStore, archiveStore });
const run = promisify(execFile);
const STREAM = { id: "str_1", name: "story" };
const NAMES = { stream: "str_1", broadcast: "brd_1", origin: T0 };
/** The first picture is shown one picture after tick 0. */
const FIRST: Millis = plus(T0, 1000 / 30);
const at = (ms: number): Millis => plus(FIRST, ms);

test("a broadcast with a reconnect is two ranges and a gap, and its samples come back bit by bit", async ({
  archive,
}) => {
  const sealed: Millis[] = [];
  archive.onSealed((_, to) => sealed.push(to));
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  media.send("start", { fromMs: 0, toMs: 6000 });
  media.send("reconnect", { fromMs: 10_000, toMs: 14_000 });
  await recorder.close();

  const { oldest, newest, bytes, ranges, gaps } = await archive.view("str_1");
  assert.deepEqual(
    { oldest, newest, gaps, ranges: ranges.map(({ from, to }) => [from, to]) },
    {
      oldest: at(0),
      newest: at(14_000),
      ranges: [
        [at(0), at(6000)],
        [at(10_000), at(14_000)],
      ],
      gaps: [{ from: at(6000), to: at(10_000), reason: "reconnect" }],
    },
  );
  assert.equal(
    bytes,
    ranges.reduce((sum, range) => sum + range.bytes, 0),
  );
  assert.deepEqual(archive.newest("str_1"), at(14_000));
  assert.deepEqual(sealed.includes(at(2000)), true);

  const range = await archive.resolve("str_1", at(0), at(14_000));
  const found = (await Promise.all(range.spans.map(samplesOf))).flat();
  const sent = [
    ...framesOf({ fromMs: 0, toMs: 6000 }),
    ...framesOf({ fromMs: 10_000, toMs: 14_000 }),
  ];
  for (const track of [1, 2]) {
    assert.deepEqual(
      found.filter((frame) => frame.track === track),
      sent.filter((frame) => frame.track === track),
    );
  }
});

test("the raw file is an MP4 that ffprobe reads", async ({ archive }) => {
  const recorder = archive.record(STREAM, "brd_1");
  sender(NAMES, recorder).send("start", { fromMs: 0, toMs: 4000 });
  await recorder.close();
  const { spans } = await archive.resolve("str_1", at(0), at(4000));
  const { file = "" } = spans[0]?.stretch ?? {};
  const entries = "packet=stream_index,pts,size";
  const { stdout } = await run("ffprobe", [
    "-v",
    "0",
    "-of",
    "csv",
    "-show_entries",
    entries,
    file,
  ]);
  const sent = framesOf({ fromMs: 0, toMs: 4000 });
  assert.deepEqual(
    stdout.trim().split("\n").toSorted(),
    sent.map((f) => `packet,${f.track - 1},${f.dts + f.cto},${f.data.length}`).toSorted(),
  );
});

test("tracks of one kind alone are recorded as well", async ({ archive }) => {
  for (const [broadcast, tracks] of [
    ["brd_v", [VIDEO]],
    ["brd_a", [AUDIO]],
  ] as const) {
    const recorder = archive.record(STREAM, broadcast);
    const origin = broadcast === "brd_v" ? T0 : plus(T0, 60_000);
    sender({ ...NAMES, broadcast, origin }, recorder).send("start", {
      fromMs: 0,
      toMs: 5000,
      tracks,
    });
    await recorder.close();
    const range = await archive.resolve("str_1", origin, plus(origin, 5000));
    const found = (await Promise.all(range.spans.map(samplesOf))).flat();
    assert.deepEqual(
      found,
      framesOf({ fromMs: 0, toMs: 5000, tracks }).filter((f) => f.dts >= 0),
    );
  }
});
