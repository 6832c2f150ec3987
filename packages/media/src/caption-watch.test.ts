import assert from "node:assert/strict";
import { test } from "node:test";
import { type Track, watchCaptions } from "./index.ts";

const track = (codec: "avc" | "av1"): Track => ({
  id: 1,
  timescale: 1000,
  language: "und",
  config: {
    kind: "video",
    codec,
    record: Uint8Array.of(1, 100, 0, 31, 0xff),
    codecString: "",
    width: 2,
    height: 2,
    pixelAspect: [1, 1],
  },
});

const PLAIN = Uint8Array.of(0, 0, 0, 1, 0x65);
/** A picture with one pair of field 1. */
const written = (first: number, second: number): Uint8Array => {
  const sign = [0xb5, 0, 0x31, 0x47, 0x41, 0x39, 0x34, 3, 0xc1, 0xff];
  return Uint8Array.of(0, 0, 0, 18, 6, 4, 14, ...sign, 0xfc, first, second, 0xff, 0x80, ...PLAIN);
};

test("pictures without room for captions for ten seconds have none; if some come, they are told", () => {
  const watch = watchCaptions(track("avc"));
  assert.deepEqual([watch.picture(PLAIN, 500), watch.services], [false, undefined]);
  assert.deepEqual([watch.picture(PLAIN, 10_499), watch.services], [false, undefined]);
  assert.deepEqual([watch.picture(PLAIN, 10_500), watch.services], [true, []]);
  assert.deepEqual([watch.picture(PLAIN, 20_000), watch.services], [false, []]);
  assert.deepEqual([watch.picture(written(0x94, 0x20), 20_040), watch.services], [true, ["CC1"]]);
  assert.deepEqual([watch.picture(written(0x94, 0x2f), 20_080), watch.services], [false, ["CC1"]]);
});

test("where there is room for captions, nobody says that there are none", () => {
  const watch = watchCaptions(track("avc"));
  assert.deepEqual([watch.picture(written(0x80, 0x80), 0), watch.services], [false, undefined]);
  assert.deepEqual([watch.picture(PLAIN, 60_000), watch.services], [false, undefined]);
  assert.deepEqual([watch.picture(written(0x1c, 0x20), 60_040), watch.services], [true, ["CC2"]]);
});

test("a codec that carries no captions is known to have none", () => {
  assert.deepEqual(watchCaptions(track("av1")).services, []);
});
