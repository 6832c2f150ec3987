import assert from "node:assert/strict";
import { test } from "node:test";
import { AUDIO_TRACK, type Frame, type Track, VIDEO_TRACK } from "@oxbow/media";
import { StretchClock } from "./stretch-clock.ts";

const config: Track["config"] = {
  kind: "audio",
  codec: "aac",
  record: Buffer.alloc(2),
  codecString: "mp4a.40.2",
  sampleRate: 48_000,
  channels: 2,
  samplesPerFrame: 1024,
};
const tracks: readonly Track[] = [
  { id: VIDEO_TRACK, timescale: 90_000, language: "und", config },
  { id: AUDIO_TRACK, timescale: 48_000, language: "und", config },
];
const data = Buffer.alloc(0);
const picture = (ms: number, ctoMs = 0): Frame => ({
  track: VIDEO_TRACK,
  dts: ms * 90,
  cto: ctoMs * 90,
  key: false,
  data,
});
const sound = (ms: number): Frame => ({
  track: AUDIO_TRACK,
  dts: ms * 48,
  cto: 0,
  key: true,
  data,
});

test("times are those of the broadcast until a stretch begins after a hole", () => {
  const clock = new StretchClock();
  assert.deepEqual(clock.times([picture(500), sound(480)], tracks), [500, 480]);
  assert.deepEqual(clock.times([picture(540)], tracks), [540]);
});

test("the first stretch is not moved", () => {
  const clock = new StretchClock();
  clock.resume();
  assert.deepEqual(clock.times([picture(7_000)], tracks), [7_000]);
});

test("a stretch after a hole goes on behind what is shown last, sound and pictures moved together", () => {
  const clock = new StretchClock();
  // The second picture is shown after some that never came.
  clock.times([picture(1_000, 80), picture(1_040, 160), sound(1_060)], tracks);
  clock.resume();
  assert.deepEqual(
    clock.times([sound(9_020), picture(9_000, 80), picture(9_040)], tracks),
    [1_260, 1_240, 1_280],
  );
  assert.deepEqual(clock.times([sound(9_041)], tracks), [1_281]);
});

test("times of a track never go back, where a unit of the new stretch lies before its first picture", () => {
  const clock = new StretchClock();
  clock.times([picture(1_000), sound(1_000)], tracks);
  clock.resume();
  assert.deepEqual(clock.times([sound(9_000)], tracks), [1_040]);
  assert.deepEqual(clock.times([picture(8_940)], tracks), [1_000]);
});
