import assert from "node:assert/strict";
import { test } from "node:test";
import { type Frame, millis, type Track } from "@oxbow/media";
import * as fc from "fast-check";
import { type Anchor, anchorAt, type Placement, Timeline } from "./timeline.ts";

const record = new Uint8Array([1]);
const video: Track = {
  id: 1,
  timescale: 90_000,
  language: "und",
  config: {
    kind: "video",
    codec: "avc",
    record,
    codecString: "avc1.64001f",
    width: 1280,
    height: 720,
    pixelAspect: [1, 1],
  },
};
const audio: Track = {
  id: 2,
  timescale: 48_000,
  language: "und",
  config: {
    kind: "audio",
    codec: "aac",
    record,
    codecString: "mp4a.40.2",
    sampleRate: 48_000,
    channels: 2,
    samplesPerFrame: 1024,
  },
};
const data = new Uint8Array(10);
const picture = (ms: number, ctoMs = 0, key = false): Frame => ({
  track: 1,
  dts: ms * 90,
  cto: ctoMs * 90,
  key,
  data,
});
const sound = (ms: number): Frame => ({
  track: 2,
  dts: Math.round((ms * 48_000) / 1000),
  cto: 0,
  key: true,
  data,
});
const dtsOf = (placed: Placement) => (typeof placed === "string" ? placed : placed.dts);
const now = millis(1_763_000_000_000);

test("the first picture is shown at the wall clock of its arrival, and nothing lies before tick 0", () => {
  const anchor = anchorAt(picture(5_000, 67, true), video, now, null);
  assert.deepEqual(anchor, { sessionTicks: 5_067 * 90, wall: now, origin: now - 67 });
  const timeline = new Timeline([video, audio], anchor, now);
  const placed = timeline.place(picture(5_000, 67, true), now);
  assert.deepEqual(placed, { ...picture(0, 67, true), data });
});

test("audio that ends before the first picture is not carried, and the rest keeps its offset", () => {
  const anchor = anchorAt(picture(100, 0, true), video, now, null);
  const timeline = new Timeline([video, audio], anchor, now);
  timeline.place(picture(100, 0, true), now);
  assert.deepEqual(
    [50, 71, 92, 113].map((ms) => dtsOf(timeline.place(sound(ms), now))),
    ["early", "early", "early", 13 * 48],
  );
});

test("audio times rounded to milliseconds come out on the sample clock", () => {
  const anchor = anchorAt(sound(0), audio, now, null);
  const timeline = new Timeline([audio], anchor, now);
  const placed = Array.from({ length: 100 }, (_, at) =>
    dtsOf(timeline.place(sound(Math.round((at * 1024) / 48)), now)),
  );
  assert.deepEqual(
    placed,
    Array.from({ length: 100 }, (_, at) => at * 1024),
  );
});

test("audio that falls behind its sample count is put where its times say", () => {
  const anchor = anchorAt(sound(0), audio, now, null);
  const timeline = new Timeline([audio], anchor, now);
  timeline.place(sound(0), now);
  assert.equal(dtsOf(timeline.place(sound(60), now)), 60 * 48);
});

test("a broadcast that goes on keeps its origin, and the time off air", () => {
  const first = picture(40, 67, true);
  const open = { origin: millis(now - 60_067), floor: millis(now - 8_000) };
  const anchor = anchorAt(first, video, now, open);
  const timeline = new Timeline([video], anchor, now);
  assert.equal(dtsOf(timeline.place(first, now)), 60_000 * 90);
});

test("media that ran ahead of the clock is never overlapped", () => {
  const open = { origin: now, floor: millis(now + 90_000) };
  const anchor = anchorAt(picture(0, 67, true), video, now, open);
  assert.equal(anchor.wall, now + 90_067);
});

test("a clock that is set back or far ahead is a jump; a long pause is not", () => {
  const anchor: Anchor = { sessionTicks: 0, wall: now, origin: now };
  const fresh = () => {
    const timeline = new Timeline([video], anchor, now);
    timeline.place(picture(0, 0, true), now);
    timeline.place(picture(5_000), now);
    return timeline;
  };
  assert.equal(dtsOf(fresh().place(picture(3_000), now)), "jump");
  assert.equal(dtsOf(fresh().place(picture(60_000), now)), "jump");
  assert.equal(dtsOf(fresh().place(picture(60_000), millis(now + 55_000))), 60_000 * 90);
});

test("whatever the encoder's times, decode times grow and pictures keep their presentation time", () => {
  const steps = fc.array(
    fc.record({ ms: fc.integer({ min: -40, max: 200 }), cto: fc.integer({ min: -50, max: 200 }) }),
    { minLength: 1, maxLength: 200 },
  );
  fc.assert(
    fc.property(steps, (moves) => {
      const anchor: Anchor = { sessionTicks: 90_000, wall: now, origin: millis(now - 1_000) };
      const timeline = new Timeline([video], anchor, now);
      let at = 1_000;
      let last = -1;
      for (const { ms, cto } of moves) {
        at += ms;
        const placed = timeline.place(picture(at, cto), now);
        if (typeof placed === "string") continue;
        assert.ok(placed.dts > last);
        assert.equal(placed.dts + placed.cto, (at + cto) * 90);
        last = placed.dts;
      }
    }),
  );
});

test("the end is where the last picture has been shown, which B-frames after it do not move", () => {
  const timeline = new Timeline([video], anchorAt(picture(0, 80, true), video, now, null), now);
  // I0 P3 B1 B2, 40 ms each: P3 is sent second and shown last.
  for (const [ms, cto] of [
    [0, 80],
    [40, 160],
    [80, 40],
    [120, 40],
  ] as const) {
    timeline.place(picture(ms, cto, ms === 0), now);
  }
  assert.equal(timeline.end(), now + 160);
});
