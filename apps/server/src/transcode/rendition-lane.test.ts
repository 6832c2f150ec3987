import assert from "node:assert/strict";
import { test } from "node:test";
import { type Frame, millis, parseAudioSpecificConfig, type Track } from "@oxbow/media";
import { GuardedOutput } from "./guarded-output.ts";
import { RenditionLane, type SourceStretch } from "./rendition-lane.ts";
import { Got } from "./source-for-tests.ts";

const video = (record: number): Track => ({
  id: 1,
  timescale: 90_000,
  language: "und",
  config: {
    kind: "video",
    codec: "avc",
    record: Uint8Array.of(1, record),
    codecString: "avc1.640015",
    width: 320,
    height: 180,
    pixelAspect: [1, 1],
  },
});
const sound: Track = {
  id: 2,
  timescale: 48_000,
  language: "und",
  config: parseAudioSpecificConfig(Uint8Array.of(0x11, 0x90)),
};
const data = new Uint8Array(4);
const picture = (dts: number, key = false): Frame => ({ track: 1, dts, cto: 0, key, data });
const unit = (dts: number): Frame => ({ track: 2, dts, cto: 0, key: true, data });
const first: SourceStretch = { reason: "start", origin: millis(0) };

function laneOf() {
  const got = new Got();
  const times = () => got.stretches.map(({ frames }) => frames.map(({ dts }) => dts));
  return { got, lane: new RenditionLane(got), times };
}

test("sound waits for the first picture, and what ended before it is left out", () => {
  const { got, lane, times } = laneOf();
  const leg = lane.open(first, sound);
  for (const dts of [0, 1024, 2048]) leg.sound(unit(dts));
  leg.configure(video(1));
  leg.picture(picture(2700, false));
  assert.deepEqual(got.calls, []);
  leg.picture(picture(3000, true));
  leg.sound(unit(3072));
  leg.close(true);
  assert.deepEqual(times(), [[1024, 2048, 3000, 3072]]);
  assert.deepEqual(got.calls, ["begin start", "finish"]);
});

test("a run that takes over goes on without a seam, its frames behind all of the run before", () => {
  const { got, lane, times } = laneOf();
  const before = lane.open(first, sound);
  before.configure(video(1));
  before.picture(picture(0, true));
  const after = lane.open(first, sound);
  after.configure(video(1));
  after.sound(unit(3072));
  after.picture(picture(6000, true));
  assert.deepEqual(times(), [[0]]);
  before.picture(picture(3000));
  before.sound(unit(2048));
  before.close(true);
  assert.deepEqual(times(), [[0, 3000, 2048, 3072, 6000]]);
  assert.deepEqual(got.calls, ["begin start"]);
});

test("a run of another configuration, or after frames were lost, begins anew", () => {
  for (const { record, clean, calls } of [
    { record: 2, clean: true, calls: ["begin start", "finish", "begin restart"] },
    { record: 1, clean: false, calls: ["begin start", "break", "begin restart"] },
  ]) {
    const { got, lane } = laneOf();
    const before = lane.open(first, undefined);
    before.configure(video(1));
    before.picture(picture(0, true));
    const after = lane.open(first, undefined);
    after.configure(video(record));
    after.picture(picture(6000, true));
    before.close(clean);
    assert.deepEqual(got.calls, calls);
  }
});

test("a break within a run begins anew; loss is told once, and never where something runs", () => {
  const { got, lane } = laneOf();
  const leg = lane.open(first, undefined);
  lane.lost();
  leg.configure(video(1));
  leg.picture(picture(0, true));
  leg.picture(picture(9000, true), true);
  leg.close(false);
  leg.close(false);
  lane.lost();
  lane.lost();
  const again = lane.open({ reason: "reconnect", origin: millis(0) }, undefined);
  again.configure(video(1));
  again.picture(picture(18_000, true));
  again.close(true);
  lane.end();
  assert.deepEqual(got.calls, [
    ...["begin start", "break", "begin restart", "break", "lost"],
    ...["begin reconnect", "finish", "end"],
  ]);
});

test("what two runs both have around the seam goes out once", () => {
  const { lane, times } = laneOf();
  const before = lane.open(first, sound);
  before.configure(video(1));
  before.picture(picture(0, true));
  before.sound(unit(0));
  before.sound(unit(1024));
  before.close(true);
  const after = lane.open(first, sound);
  after.configure(video(1));
  after.sound(unit(1024));
  after.sound(unit(2048));
  after.picture(picture(3000, true));
  assert.deepEqual(times(), [
    [0, 0, 1024],
    [2048, 3000],
  ]);
});

test("an output that throws is left alone until frames begin anew", () => {
  const failed: unknown[] = [];
  const got = new Got();
  const frames = got.frame.bind(got);
  got.frame = (frame) => {
    if (frame.dts === 3000) throw new RangeError("back in time");
    frames(frame);
  };
  const lane = new RenditionLane(new GuardedOutput(got, (error) => failed.push(error)));
  const leg = lane.open(first, undefined);
  leg.configure(video(1));
  for (const dts of [0, 3000, 6000]) leg.picture(picture(dts, dts === 0));
  leg.picture(picture(9000, true), true);
  leg.close(true);
  assert.deepEqual(failed, [new RangeError("back in time")]);
  assert.deepEqual(got.calls, ["begin start", "break", "begin restart", "finish"]);
  assert.deepEqual(
    got.pictures().map(({ dts }) => dts),
    [0, 9000],
  );
});
