import assert from "node:assert/strict";
import { test } from "node:test";
import { followCaptions, type Track } from "./index.ts";

const video = (codec: "avc" | "av1"): Track => ({
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

/** What is told, when, of pictures at these times. */
function toldOf(...pictures: readonly (readonly [dts: number, data: Uint8Array] | Track)[]) {
  const told: (readonly [number, readonly string[]])[] = [];
  let now = 0;
  const captions = followCaptions((services) => told.push([now, services]));
  for (const one of pictures) {
    if ("config" in one) captions.begin([one]);
    else {
      now = one[0];
      captions.frame({ track: 1, dts: now, cto: 0, key: false, data: one[1] });
    }
  }
  return told;
}

test("pictures without room for captions for ten seconds have none; if some come, they are told", () => {
  const plain = [500, 10_499, 10_500, 20_000].map((dts) => [dts, PLAIN] as const);
  const come = [
    [20_040, written(0x94, 0x20)],
    [20_080, written(0x94, 0x2f)],
    [20_120, written(0x1c, 0x20)],
  ] as const;
  assert.deepEqual(toldOf(video("avc"), ...plain, ...come), [
    [10_500, []],
    [20_040, ["CC1"]],
    [20_120, ["CC1", "CC2"]],
  ]);
});

test("where there is room for captions, nobody says that there are none", () => {
  const room = [0, written(0x80, 0x80)] as const;
  assert.deepEqual(toldOf(video("avc"), room, [60_000, PLAIN], video("avc"), [90_000, PLAIN]), []);
});

test("captions of one connection are those of the broadcast; a new one begins to wait anew", () => {
  const found = [100, written(0x94, 0x20)] as const;
  const again = [video("avc"), [5000, PLAIN], [20_000, PLAIN]] as const;
  assert.deepEqual(toldOf(video("avc"), found, ...again), [[100, ["CC1"]]]);
  assert.deepEqual(toldOf(video("avc"), [0, PLAIN], ...again), [[20_000, []]]);
});

test("sound alone has none from the beginning; of a codec that is not looked into, nothing is said", () => {
  const told: (readonly string[])[] = [];
  const captions = followCaptions((services) => told.push(services));
  captions.begin([]);
  captions.begin([]);
  assert.deepEqual(told, [[]]);
  assert.deepEqual(toldOf(video("av1"), [0, PLAIN], [60_000, PLAIN]), []);
});
