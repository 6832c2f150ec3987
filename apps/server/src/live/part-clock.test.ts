import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { gapParts, PartClock } from "./part-clock.ts";

const TARGET = 0.214;

test("parts of even frames are said as they are", () => {
  const clock = new PartClock(TARGET);
  const real = [0.2, 0.2, 0.2, 0.208_333, 0.04];
  assert.deepEqual(
    real.map((seconds, at) => clock.say(seconds, at === real.length - 1)),
    real,
  );
});

test("§4.4.4.9: whatever frames last, parts are said within 85 to 100 % of the target, and what one is off the next makes good", () => {
  // Frames of a screen recording: each part is as full as the next frame lets it be.
  const anyFrames = fc.array(fc.integer({ min: 8, max: 120 }), { minLength: 20, maxLength: 200 });
  fc.assert(
    fc.property(anyFrames, (frames) => {
      const clock = new PartClock(TARGET);
      let [real, said, open] = [0, 0, 0];
      for (const ms of frames) {
        if (open + ms <= TARGET * 1000) {
          open += ms;
          continue;
        }
        const seconds = clock.say(open / 1000, false);
        assert.ok(seconds <= TARGET + 1e-9 && seconds >= 0.85 * TARGET - 1e-9);
        real += open / 1000;
        said += seconds;
        open = ms;
      }
      const rest = clock.say(open / 1000, true);
      assert.ok(rest > 0 && rest <= TARGET + 1e-9);
      assert.ok(said - real >= -1e-9, "never behind what is there");
    }),
  );
});

test("a picture longer than the target is said as long as the target", () => {
  const clock = new PartClock(TARGET);
  assert.deepEqual([clock.say(1.1, false), clock.say(0.05, true)], [TARGET, TARGET]);
});

test("a gap has whole parts and a rest", () => {
  assert.deepEqual(
    gapParts(0.5, 0.2).map((seconds) => Number(seconds.toFixed(6))),
    [0.2, 0.2, 0.1],
  );
  assert.deepEqual(gapParts(0.4, 0.2), [0.2, 0.2]);
  assert.deepEqual(gapParts(0.1, 0.2), [0.1]);
});
