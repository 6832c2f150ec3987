import assert from "node:assert/strict";
import { test } from "node:test";
import { behindLive, clockTime, fractionOf, readMoment, timeAt, within } from "./timeline.ts";

test("times are written as people read them", () => {
  assert.deepEqual([0, 65.9, 7384, -1, Number.NaN].map(clockTime), [
    "0:00",
    "1:05",
    "2:03:04",
    "0:00",
    "0:00",
  ]);
  assert.deepEqual([750, 0.2, -3].map(behindLive), ["−12:30", "−0:00", "−0:00"]);
});

test("a window that slides maps times and parts of it both ways, and holds what is outside", () => {
  const window = { start: 100, end: 300 };
  assert.deepEqual(
    [50, 100, 150, 400].map((time) => fractionOf(window, time)),
    [0, 0, 0.25, 1],
  );
  assert.deepEqual(
    [-1, 0, 0.25, 2].map((part) => timeAt(window, part)),
    [100, 100, 150, 300],
  );
  assert.equal(fractionOf({ start: 0, end: Number.NaN }, 1), 0);
});

test("a seek goes into the window, and not to its very beginning", () => {
  const window = { start: 1 / 15, end: 9 };
  assert.deepEqual(
    [0, 5, 12].map((time) => within(window, time)),
    [1 / 15 + 0.01, 5, 9],
  );
});

test("a link names a moment by seconds or by the wall clock", () => {
  assert.deepEqual(["90", "1763800000000", "", "x", "-1", null].map(readMoment), [
    { seconds: 90 },
    { wallClock: 1_763_800_000_000 },
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
