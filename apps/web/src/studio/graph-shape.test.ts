import assert from "node:assert/strict";
import { test } from "node:test";
import { graphShape } from "./graph-shape.ts";

const box = { from: 0, to: 10_000, width: 100, height: 50, fromZero: true };

test("a line goes through the figures, from zero, and ends at the newest", () => {
  const readings = [
    { at: 0, value: 0 },
    { at: 5_000, value: 10 },
    { at: 10_000, value: 5 },
  ];
  const line = "M0.0 50.0L50.0 0.0L100.0 25.0";
  assert.deepEqual(graphShape(readings, box), { line, low: 0, high: 10, last: 5 });
});

test("where no figure was taken, or nobody looked for a while, the line has a hole", () => {
  const missing = [
    { at: 0, value: 1 },
    { at: 2_000, value: null },
    { at: 4_000, value: 1 },
  ];
  assert.equal(graphShape(missing, box).line, "M0.0 0.0M40.0 0.0");
  const away = [
    { at: 0, value: 1 },
    { at: 9_000, value: 1 },
  ];
  assert.equal(graphShape(away, box).line, "M0.0 0.0M90.0 0.0");
});

test("a figure that never changes lies in the middle, and no figures are no line", () => {
  const still = [{ at: 5_000, value: 7 }];
  assert.equal(graphShape(still, { ...box, fromZero: false }).line, "M50.0 25.0");
  assert.deepEqual(graphShape([], box), { line: "", low: 0, high: 0, last: null });
});
