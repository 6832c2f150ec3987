import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type Frame, type Track, VIDEO_TRACK, type VideoConfig } from "@oxbow/media";
import { LadderRun } from "./ladder-run.ts";
import { makeSource } from "./source-for-tests.ts";

const encoding = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-bf", "0"];
const rendition = { name: "90p", width: 160, height: 90, fps: null, bitrate: 200_000 };

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error("It did not come to be");
    await wait(5);
  }
}

test("one that takes nothing is fed no more than its queue, and goes on from a keyframe", async () => {
  const source = await makeSource(4, encoding, { sound: false });
  const pictures = source.frames;
  const [known] = source.tracks;
  const config = known?.config;
  assert.ok(known && config?.kind === "video");
  const video: Track & { config: VideoConfig } = { ...known, config };
  const got: { frame: Frame; fresh: boolean }[] = [];
  // It is not there until its encoder is known.
  const encoder = Promise.withResolvers<"libx264">();
  const half = pictures.slice(0, 60);
  const queueBytes = half.reduce((sum, { data }) => sum + data.length, 0) / 2;
  const run = new LadderRun({
    ...{ ffmpeg: "ffmpeg", niceness: 0, video, sound: undefined, renditions: [rendition] },
    latency: "low",
    ...{ queueBytes, encoder: encoder.promise, clock: () => performance.now() },
    host: {
      configured: () => undefined,
      picture: (_, frame, fresh) => got.push({ frame, fresh }),
      sound: () => undefined,
    },
  });
  for (const frame of half) run.feed(frame);
  const before = run.figures();
  assert.deepEqual([before.full, before.out], [true, false]);
  assert.ok(before.behind > 10 && before.behind < 40, `${before.behind} are waiting`);
  encoder.resolve("libx264");
  // The last one that went in.
  await until(() => got.length === before.behind);
  for (const frame of pictures.slice(63)) run.feed(frame);
  run.finish();
  assert.equal((await run.ended).clean, true);
  const fresh = got.filter((each) => each.fresh);
  assert.equal(fresh.length, 1);
  assert.deepEqual([fresh[0]?.frame.key, fresh[0]?.frame.dts], [true, pictures[70]?.dts]);
  assert.equal(got.length, before.behind + 50);
  assert.deepEqual(
    got.map(({ frame }) => frame.dts),
    [...pictures.slice(0, before.behind), ...pictures.slice(70)].map(({ dts, cto }) => dts + cto),
  );
  assert.ok(got.every(({ frame }) => frame.track === VIDEO_TRACK));
  assert.equal(run.figures().behind, 0);
});

test("what cannot be decoded ends it with its words", async () => {
  const source = await makeSource(0.5, encoding, { sound: false });
  const [known] = source.tracks;
  const config = known?.config;
  assert.ok(known && config?.kind === "video");
  const broken = { ...config, record: Uint8Array.of(1, 2, 3) };
  const run = new LadderRun({
    ...{ ffmpeg: "ffmpeg", niceness: 0, sound: undefined, renditions: [rendition] },
    latency: "low",
    ...{ queueBytes: 1 << 20, encoder: Promise.resolve("libx264"), clock: () => performance.now() },
    video: { ...known, config: broken },
    host: { configured: () => undefined, picture: () => undefined, sound: () => undefined },
  });
  for (const frame of source.frames) run.feed({ ...frame, data: new Uint8Array(50) });
  run.finish();
  const { clean, words } = await run.ended;
  assert.equal(clean, false);
  assert.notEqual(words, "");
});
