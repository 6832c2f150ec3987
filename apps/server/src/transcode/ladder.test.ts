import assert from "node:assert/strict";
import { test } from "node:test";
import { ladderPresets } from "@oxbow/contract";
import * as fc from "fast-check";
import { resolveLadder, type SourceShape, variantWidth } from "./ladder.ts";

const hd: SourceShape = { width: 1920, height: 1080, pixelAspect: [1, 1], frameRate: 60 };
const spelled = (asked: Parameters<typeof resolveLadder>[0], source: SourceShape) =>
  resolveLadder(asked, source).map(
    ({ name, width, height, fps, bitrate }) =>
      `${name} ${width}x${height} ${fps ?? "as source"} ${bitrate / 1000}k`,
  );

test("presets are what lies below the source, the costliest first", () => {
  assert.deepEqual(spelled("full", hd), [
    "720p 1280x720 as source 4250k",
    "480p 854x480 30 1400k",
    "360p 640x360 30 850k",
    "240p 426x240 30 450k",
  ]);
  assert.deepEqual(spelled("standard", { ...hd, frameRate: 25 }), [
    "720p 1280x720 as source 2500k",
    "480p 854x480 as source 1250k",
    "360p 640x360 as source 750k",
  ]);
  assert.deepEqual(spelled("mobile", { ...hd, width: 854, height: 480 }), ["360p 640x360 30 850k"]);
  assert.deepEqual(spelled("source", hd), []);
});

test("one's own are as asked, and take of the source what it has less of", () => {
  const own = [
    "source" as const,
    { name: "source" as const, codec: "copy" as const },
    "2160p",
    "1080p",
    "720p30",
    "720p120",
    { height: 480, fps: 20, bitrate: 600_000 },
    { name: "low", height: 90 },
  ];
  assert.deepEqual(spelled(own, hd), [
    "1080p 1920x1080 as source 8450k",
    "720p120 1280x720 as source 4250k",
    "720p30 1280x720 30 2800k",
    "480p20 854x480 20 600k",
    "low 160x90 as source 100k",
  ]);
});

test("fewer pictures a second are each n-th of the source's", () => {
  const rate = (frameRate: number | undefined, fps: number) => {
    const { frameRate: _, ...shape } = hd;
    const source = frameRate === undefined ? shape : { ...shape, frameRate };
    return resolveLadder([{ height: 480, fps }], source)[0]?.fps;
  };
  assert.equal(rate(60, 30), 30);
  assert.equal(rate(60_000 / 1001, 30), 30_000 / 1001);
  assert.equal(rate(50, 30), 25);
  assert.equal(rate(30, 30), null);
  assert.equal(rate(30.01, 30), null);
  assert.equal(rate(24, 30), null);
  assert.equal(rate(undefined, 30), 30);
});

test("pictures keep their shape in square pixels, upright ones too", () => {
  assert.equal(variantWidth({ width: 720, height: 576, pixelAspect: [16, 11] }, 288), 524);
  assert.equal(variantWidth({ width: 1080, height: 1920, pixelAspect: [1, 1] }, 720), 406);
  assert.equal(variantWidth({ width: 4, height: 1000, pixelAspect: [1, 1] }, 90), 2);
});

test("nothing is ever larger, wider in shape, odd, or costlier than what comes before it", () => {
  const shape = fc.record({
    width: fc.integer({ min: 16, max: 8192 }),
    height: fc.integer({ min: 16, max: 8192 }),
    pixelAspect: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    frameRate: fc.double({ min: 1, max: 240, noNaN: true }),
  });
  fc.assert(
    fc.property(shape, fc.constantFrom(...ladderPresets), (source, preset) => {
      const made = resolveLadder(preset, source);
      const costs = made.map(
        ({ width, height, fps }) => width * height * (fps ?? source.frameRate),
      );
      assert.deepEqual(
        costs,
        costs.toSorted((a, b) => b - a),
      );
      for (const { width, height, fps, bitrate } of made) {
        assert.ok(height < source.height && width % 2 === 0 && height % 2 === 0 && width > 0);
        assert.ok(fps === null || fps <= source.frameRate);
        assert.ok(Number.isInteger(bitrate) && bitrate > 0);
      }
    }),
  );
});
