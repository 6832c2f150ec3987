import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FedFrames } from "./fed-frames.ts";
import { MATROSKA_TIMESCALE } from "./matroska.ts";

/** FLV's milliseconds of a time that went in. */
const flvMs = (at: number): number => Math.round((at * 1000) / MATROSKA_TIMESCALE);

test("pictures of any pace get their very ticks back, in any order of decoding, from any output", () => {
  const pace = fc.record({
    first: fc.integer({ min: 0, max: 2 ** 42 }),
    steps: fc.array(fc.integer({ min: 90, max: 200_000 }), { minLength: 1, maxLength: 700 }),
    reorder: fc.constantFrom(1, 2, 4),
    each: fc.constantFrom(1, 2, 3),
  });
  fc.assert(
    fc.property(pace, ({ first, steps, reorder, each }) => {
      const fed = new FedFrames(90_000, 2);
      let pts = first;
      const shown = [first, ...steps.map((step) => (pts += step))];
      const times = new Map<number, number>();
      // Within each group, the last in time goes in first.
      for (let at = 0; at < shown.length; at += reorder) {
        const group = shown.slice(at, at + reorder);
        for (const one of [...group.slice(-1), ...group.slice(0, -1)]) {
          times.set(one, fed.feed(one, 0, false));
        }
        for (const [place, one] of group.entries()) {
          const ms = flvMs(times.get(one) ?? 0);
          assert.equal(fed.take(0, ms, 7)?.pts, one);
          if ((at + place) % each === 0) assert.equal(fed.take(1, ms, 7)?.pts, one);
        }
      }
    }),
    { numRuns: 50 },
  );
});

test("pictures of one millisecond come out in their order", () => {
  const fed = new FedFrames(90_000, 1);
  const times = [0, 20, 40, 3000].map((pts) => flvMs(fed.feed(pts, 0, false)));
  assert.deepEqual(times, [10_000, 10_000, 10_000, 10_033]);
  // A muxer moves what would not grow.
  const given = [10_000, 10_001, 10_002, 10_033].map((ms) => fed.take(0, ms, 0)?.pts);
  assert.deepEqual(given, [0, 20, 40, 3000]);
});

test("it tells how long a picture took, what is behind, and what begins anew", () => {
  const fed = new FedFrames(90_000, 2);
  for (const [at, pts] of [0, 3000, 6000, 900_000].entries()) {
    fed.feed(pts, 100 + at, pts === 900_000);
  }
  assert.equal(fed.behind, 4);
  assert.deepEqual(fed.take(0, 10_033, 151), { pts: 3000, delay: 50, fresh: false });
  assert.equal(fed.behind, 4);
  assert.deepEqual(fed.take(1, 10_000, 151), { pts: 0, delay: 51, fresh: false });
  assert.equal(fed.behind, 3);
  assert.deepEqual(fed.take(0, 20_000, 160), { pts: 900_000, delay: 57, fresh: true });
  assert.equal(fed.take(0, 20_033, 160), undefined);
  // The picture before it never came of this output: the break is told all the same.
  assert.equal(fed.take(1, 20_000, 160)?.fresh, true);
  assert.equal(fed.behind, 0);
});

test("hours of pictures take no room", () => {
  const fed = new FedFrames(90_000, 1);
  for (let at = 0; at < 100_000; at += 1) {
    const ms = flvMs(fed.feed(at * 3000, 0, false));
    assert.equal(fed.take(0, ms, 0)?.pts, at * 3000);
  }
  assert.equal(fed.behind, 0);
  // 25 days in: FLV's 31 bits of milliseconds have wrapped.
  const late = 25 * 86_400 * 90_000;
  assert.equal(fed.take(0, flvMs(fed.feed(late, 0, false)) % 2 ** 31, 0)?.pts, late);
});
