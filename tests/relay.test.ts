import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stream, StreamHealth } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { type Measured, measure } from "../fixtures/measure.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { type Publisher, publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

/** Pictures between keyframes of the clips. */
const GROUP = 30;
const FPS = 30;

let folder = "";
let server: ServerProcess;
let api: ApiClient;
let clip = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-relay-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 8, gop: GROUP / FPS });
  server = await startServer();
  api = apiOf(server);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

type Places = { readonly publish: string; readonly flv: string; readonly rtmp: string };

async function places(name: string, more: object = {}): Promise<Places> {
  const stream = await api.post("/streams", { name, ...more }, Stream);
  return {
    publish: stream.publish.rtmp.url ?? "",
    flv: stream.playback.flv ?? "",
    rtmp: stream.playback.rtmp ?? "",
  };
}

/** Resolves when a stream can be read. */
function onAir({ flv }: Places): Promise<true> {
  return until(`${flv} is there`, async () => {
    const answer = await fetch(flv);
    await answer.body?.cancel();
    return answer.ok ? true : undefined;
  });
}

const numbersOf = ({ frames }: Measured): (number | undefined)[] =>
  frames.map(({ number }) => number);

/** Every picture from the first that was shown to the last of the clip. */
function assertWhole(what: string, seen: Measured): void {
  const numbers = numbersOf(seen);
  const first = numbers[0] ?? Number.NaN;
  assert.equal(first % GROUP, 0, `${what} begins at picture ${first}, which is no keyframe`);
  const all = Array.from({ length: 8 * FPS - first }, (_, at) => first + at);
  assert.deepEqual(numbers, all, what);
  assert.ok(seen.offsets.length > 2, `${what}: ${seen.offsets.length} seconds`);
  for (const offset of seen.offsets) assert.ok(Math.abs(offset) <= 20, `${what}: ${offset} ms`);
}

test("HTTP-FLV and RTMP begin at a keyframe, lose no picture over merge windows, and end with the broadcast", async () => {
  const watch = async (latency: string): Promise<void> => {
    const at = await places(`whole-${latency}`, { latency });
    const sent = publish(clip, at.publish);
    await onAir(at);
    const [flv, rtmp] = await Promise.all([measure(at.flv), measure(at.rtmp)]);
    assert.equal(await sent.done, 0);
    assertWhole(`HTTP-FLV, ${latency} latency`, flv);
    assertWhole(`RTMP, ${latency} latency`, rtmp);
  };
  await Promise.all([watch("normal"), watch("low")]);
});

test("an encoder that is lost and comes back goes on in the same connections, without a hole in time", async () => {
  const at = await places("again");
  const first: Publisher = publish(clip, at.publish);
  await onAir(at);
  const reading = [measure(at.flv), measure(at.rtmp)];
  // Some of it, so that the cut is in the middle.
  await until("the first keyframes have passed", async () => {
    const { keyframeInterval } = await api.get("/streams/again/health", StreamHealth);
    return keyframeInterval === null ? undefined : true;
  });
  await first.kill();
  const second = publish(clip, at.publish);
  for (const seen of await Promise.all(reading)) {
    const numbers = numbersOf(seen).map(Number);
    const cut = numbers.findIndex((number, index) => number < (numbers[index - 1] ?? -1));
    assert.ok(cut > 0, "the second connection is seen");
    assert.deepEqual(
      numbers.slice(cut),
      Array.from({ length: 8 * FPS }, (_, index) => index),
    );
    const steps = seen.frames.map(({ pts }, index) => pts - (seen.frames[index - 1]?.pts ?? pts));
    assert.ok(Math.min(...steps) >= 0 && Math.max(...steps) < 0.3, `${Math.max(...steps)} s`);
    // A flash right before the cut has lost its beep; each beep has its flash.
    const { beeps, flashes } = seen;
    assert.ok(beeps.length > 7, `${beeps.length} beeps`);
    for (const beep of beeps) {
      assert.ok(
        flashes.some((flash) => Math.abs(flash - beep) <= 0.02),
        `the beep at ${beep} s`,
      );
    }
  }
  assert.equal(await second.done, 0);
});

test("sound alone is read at once", async () => {
  const sound = join(folder, "sound.flv");
  await makeClip(sound, { duration: 4, video: false });
  const at = await places("sound");
  const sent = publish(sound, at.publish);
  await onAir(at);
  const seen = await Promise.all([
    measure(at.flv, { video: false }),
    measure(at.rtmp, { video: false }),
  ]);
  await sent.done;
  for (const { beeps } of seen) assert.ok(beeps.length >= 2, `${beeps.length} beeps`);
});

test("a stream that is not on air, or not there, is refused by either protocol", async () => {
  const at = await places("silent");
  const answer = await fetch(at.flv);
  const problem: unknown = await answer.json();
  assert.partialDeepStrictEqual([answer.status, problem], [404, { code: "stream_offline" }]);
  await assert.rejects(measure(at.rtmp), /is not on air/);
  await assert.rejects(measure(at.rtmp.replace("silent", "nowhere")), /no stream/);
});
