import assert from "node:assert/strict";
import { test } from "node:test";
import { catchUpRate, distanceOf, stalled, UNTROUBLED } from "./catch-up.ts";

test("a late viewer plays a little faster, an early one a little slower, within what is not heard", () => {
  assert.deepEqual(
    [0.6, 0.65, 0.8, 1, 9, 0.4, 0, Number.NaN].map((latency) => catchUpRate(latency, 0.6, 0.4)),
    [1, 1, 1.03, 1.06, 1.08, 0.97, 0.95, 1],
  );
});

test("nobody is hurried through the last of what is loaded", () => {
  assert.deepEqual(
    [0, 0.1, 0.2].map((ahead) => catchUpRate(1, 0.6, ahead)),
    [1, 1, 1.06],
  );
  assert.equal(catchUpRate(0.4, 0.6, 0), 0.97);
});

test("each stall adds distance up to a limit, and quiet minutes give it back", () => {
  const minutes = (count: number): number => 1000 + count * 60_000;
  const once = stalled(UNTROUBLED, minutes(0));
  const hundredths = (caution: typeof once, after: number): number =>
    Math.round(distanceOf(caution, minutes(after)) * 100);
  assert.deepEqual(
    [0, 1, 2, 60].map((after) => hundredths(once, after)),
    [15, 5, 0, 0],
  );
  assert.equal(hundredths(stalled(once, minutes(1)), 1), 20);
  let often = UNTROUBLED;
  for (let stall = 0; stall < 100; stall++) often = stalled(often, minutes(0));
  assert.equal(hundredths(often, 0), 200);
});
