import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import { adviceOn, type Examination, MachineDoctor } from "./machine-doctor.ts";

const found: Examination = {
  ffmpeg: { version: "5.1.9" },
  encoders: [{ name: "libx264", codec: "h264", hardware: false, works: true, realtime: 4 }],
  encoder: "libx264",
  presets: [
    { ladder: "mobile", renditions: ["480p", "360p"], realtime: 6.2, streams: 4 },
    { ladder: "standard", renditions: ["720p", "480p", "360p"], realtime: 1.9, streams: 1 },
    { ladder: "full", renditions: ["1080p"], realtime: 0.8, streams: 0 },
  ],
};

/** A doctor whose measurements end when the test says so. */
function doctor() {
  const runs: PromiseWithResolvers<Examination>[] = [];
  const measure = (): Promise<Examination> => {
    const run = Promise.withResolvers<Examination>();
    runs.push(run);
    return run.promise;
  };
  const world = { now: () => millis(1_772_395_200_000) };
  return { runs, it: new MachineDoctor({ measure, transcoding: () => 0, world }) };
}

test("it is measured once, for all who ask, and again when that is asked for", async () => {
  const { runs, it } = doctor();
  const asked = [it.examine(false), it.examine(true), it.examine(false)];
  assert.equal(runs.length, 1, "two at a time would measure each other");
  runs[0]?.resolve(found);
  const [told] = await Promise.all(asked);
  assert.deepEqual(told, {
    ...found,
    advice: adviceOn(found, 0),
    measuredAt: "2026-03-01T20:00:00.000Z",
  });
  assert.equal(await it.examine(false), told);
  const again = it.examine(true);
  runs[1]?.resolve({ ...found, encoder: null });
  assert.equal((await again).encoder, null);
  assert.equal((await it.examine(false)).encoder, null);
});

test("a measurement that failed is no answer for the next one", async () => {
  const { runs, it } = doctor();
  const first = it.examine(false);
  runs[0]?.reject(new Error("out of memory"));
  await assert.rejects(first, /out of memory/);
  const second = it.examine(false);
  runs[1]?.resolve(found);
  assert.equal((await second).encoder, "libx264");
});

test("the advice is what to do", () => {
  const alone = "streams are offered at the source's quality alone";
  assert.deepEqual(adviceOn({ ...found, ffmpeg: null, encoder: null }, 0), [
    `Install FFmpeg 5.1 or newer, or set OXBOW_FFMPEG to where it is: until then ${alone}`,
  ]);
  assert.deepEqual(adviceOn({ ...found, encoder: null }, 0), [
    `Install an FFmpeg with libx264: no encoder of this one works here, and ${alone}`,
  ]);
  assert.deepEqual(adviceOn(found, 2), [
    "Measured while 2 streams were transcoded: measure again when none is",
    '"full": more than this machine makes in real time; choose less, and export other qualities after the broadcast',
    '"mobile": 4 streams at the same time',
    '"standard": 1 stream at the same time',
  ]);
});
