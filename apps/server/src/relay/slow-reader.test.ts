import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { FlvDemuxer } from "@oxbow/containers";
import { type Frame, type Track, VIDEO_TRACK } from "@oxbow/media";
import { makeClip } from "../../../../fixtures/clip.ts";
import { measure } from "../../../../fixtures/measure.ts";
import { Channel } from "./channel.ts";
import { readClip, TestClock, TestWriter, testLimits } from "./test-clip.ts";
import { flvFormat, type WireFormat } from "./wire-format.ts";

const SECONDS = 12;
/** Bytes of pictures and sound in a millisecond, about. */
let rate = 0;
let folder = "";
let tracks: readonly Track[] = [];
let frames: readonly Frame[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-slow-"));
  const file = join(folder, "clip.flv");
  await makeClip(file, { duration: SECONDS, gop: 1, width: 320, height: 180 });
  ({ tracks, frames } = await readClip(file));
  rate = frames.reduce((sum, { data }) => sum + data.length, 0) / (SECONDS * 1000);
});
after(() => rm(folder, { recursive: true }));

type Result = { writer: TestWriter; other: TestWriter; slow: WireFormat[] };

/** Plays the clip to a reader who takes `taken(ms)` of its rate, and to one who takes all. */
function play(taken: (ms: number) => number, limits: object = {}): Result {
  const clock = new TestClock();
  const slow: WireFormat[] = [];
  const channel = new Channel({
    now: clock.now,
    windowMs: 100,
    limits: { ...testLimits, queuedBytes: 8_000, ...limits },
    slow: (format) => slow.push(format),
    over: () => undefined,
  });
  const [writer, other] = [new TestWriter(), new TestWriter()];
  writer.slow = true;
  channel.begin({ reason: "start", tracks });
  channel.join(writer, flvFormat);
  channel.join(other, flvFormat);
  let last = 0;
  for (const frame of frames) {
    const passed = Math.max(0, frame.dts - last);
    last = Math.max(last, frame.dts);
    clock.pass(passed);
    writer.take(passed * rate * taken(last));
    channel.frame(frame);
  }
  channel.end();
  return { writer, other, slow };
}

async function decoded(writer: TestWriter): Promise<number[]> {
  const file = join(folder, "got.flv");
  await writeFile(file, writer.bytes);
  const { frames: pictures } = await measure(file);
  return pictures.map(({ number }) => number ?? -1);
}

const count = (writer: TestWriter, kind: string): number =>
  new FlvDemuxer().push(writer.bytes).filter((tag) => tag.kind === kind).length;
const pictures = () => frames.filter(({ track }) => track === VIDEO_TRACK).length;

test("a reader who is a little slow loses pictures that no other needs, and no sound", async () => {
  const { writer, other, slow } = play((ms) => (ms < 4000 ? 0.5 : 3), {
    lateMs: 500,
    tooLateMs: 60_000,
  });
  assert.equal(count(other, "video"), pictures() + 1);
  const missing = pictures() + 1 - count(writer, "video");
  assert.ok(missing > 5 && missing < 100, `${missing} pictures are missing`);
  assert.equal(count(writer, "audio"), count(other, "audio"));
  const numbers = await decoded(writer);
  // B-frames of the clip come in pairs: no more is missing at a place.
  const steps = numbers.slice(1).map((number, at) => number - (numbers[at] ?? 0));
  assert.ok(Math.max(...steps) <= 3 && Math.min(...steps) >= 1, steps.join());
  assert.equal(slow.length, 0);
});

test("a reader who is much too slow goes on at the newest keyframe; what he gets is whole", async () => {
  const { writer, other } = play((ms) => (ms < 7000 ? 0.1 : 4), {
    lateMs: 1_000,
    tooLateMs: 2_000,
  });
  assert.ok(writer.mostQueued < 8_000 + 40_000, `${writer.mostQueued} bytes waited`);
  const numbers = await decoded(writer);
  const jumps = numbers.filter((number, at) => number - (numbers[at - 1] ?? number) > 3);
  assert.ok(jumps.length > 0, "pictures were left out");
  for (const number of jumps) assert.equal(number % 30, 0, `goes on at picture ${number}`);
  assert.equal(numbers.at(-1), SECONDS * 30 - 1);
  assert.equal(count(writer, "audio"), count(other, "audio"), "sound is kept");
});

test("a reader who takes nothing is shown out, and nobody else notices", () => {
  const { writer, other, slow } = play((ms) => (ms < 1000 ? 2 : 0), { stalledMs: 3_000 });
  assert.deepEqual([writer.closed, other.closed], ["slow", "ended"]);
  assert.equal(slow.length, 1);
  assert.equal(count(other, "video"), pictures() + 1);
  assert.ok(writer.mostQueued < 8_000 + 40_000, `${writer.mostQueued} bytes waited`);
});

test("a reader who stays behind for too long is shown out", () => {
  const { writer, slow } = play(() => 0.3, { lateMs: 500, tooLateMs: 1_000, behindMs: 5_000 });
  assert.equal(writer.closed, "slow");
  assert.equal(slow.length, 1);
});
