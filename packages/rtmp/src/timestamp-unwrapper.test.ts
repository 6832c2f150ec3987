import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { isSequenceHeader, TimestampUnwrapper } from "./timestamp-unwrapper.ts";

const RANGE = 2 ** 32;

test("32-bit wrap: audio and video stay together over it, in both directions", () => {
  const unwrapper = new TimestampUnwrapper();
  const times = [RANGE - 40, RANGE - 20, 5, RANGE - 10, 30].map((at) => unwrapper.unwrap(at, true));
  assert.deepEqual(times, [RANGE - 40, RANGE - 20, RANGE + 5, RANGE - 10, RANGE + 30]);
});

test("negative DTS: a first timestamp at 5 ms and one that comes from before 0", () => {
  const unwrapper = new TimestampUnwrapper();
  assert.deepEqual([unwrapper.unwrap(5, true), unwrapper.unwrap(RANGE - 3, true)], [5, -3]);
});

test("a sequence header with timestamp 0 in the middle moves nothing", () => {
  const unwrapper = new TimestampUnwrapper();
  const half = RANGE / 2;
  unwrapper.unwrap(half - 10, true);
  unwrapper.unwrap(0, false);
  assert.equal(unwrapper.unwrap(half + 10, true), half + 10);
});

test("property: steps of less than half the range are followed for ever", () => {
  const step = fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: RANGE - 1 }), fc.array(step), (start, steps) => {
      const unwrapper = new TimestampUnwrapper();
      let now = start;
      assert.equal(unwrapper.unwrap(now, true), now);
      for (const by of steps) {
        now += by;
        assert.equal(unwrapper.unwrap(((now % RANGE) + RANGE) % RANGE, true), now);
      }
    }),
  );
});

const told = (kind: "audio" | "video", ...bytes: number[]): boolean =>
  isSequenceHeader(kind, Buffer.from(bytes));

test("sequence headers are told from frames, legacy and enhanced", () => {
  assert.deepEqual(
    [told("video", 0x17, 0), told("video", 0x90), told("audio", 0xaf, 0), told("audio", 0x90)],
    [true, true, true, true],
  );
  assert.deepEqual(
    [told("video", 0x17, 1), told("video", 0x93), told("audio", 0xaf, 1), told("audio", 0x2f, 0)],
    [false, false, false, false],
  );
});
