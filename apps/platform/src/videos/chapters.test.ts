import assert from "node:assert/strict";
import { test } from "node:test";
import { fileTime } from "./chapters.ts";

const cut = { from: 10_000, to: 100_000, gaps: [] };
const gap = { from: 30_000, to: 40_000, at: 20 };

test("a moment of a file without gaps is as far in as the clock went on", () => {
  assert.deepEqual(
    [9_999, 10_000, 70_500, 100_000].map((at) => fileTime(cut, at)),
    [null, 0, 60.5, null],
  );
});

test("what was left out takes no time, and a moment in it is where the media goes on", () => {
  const skipped = { ...cut, gaps: [{ ...gap, filled: false }] };
  assert.deepEqual(
    [29_000, 35_000, 40_000, 50_000].map((at) => fileTime(skipped, at)),
    [19, 20, 20, 30],
  );
});

test("a gap that is filled takes its time", () => {
  const filled = { ...cut, gaps: [{ ...gap, filled: true }] };
  assert.deepEqual(
    [35_000, 50_000].map((at) => fileTime(filled, at)),
    [25, 40],
  );
});
