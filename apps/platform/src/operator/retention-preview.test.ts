import assert from "node:assert/strict";
import { test } from "node:test";
import { previewRetention } from "./retention-preview.ts";

const DAY = 24 * 3_600_000;
const NOW = Date.parse("2026-03-10T00:00:00.000Z");
/** Two shows of two days each: six and three days old, a hundred bytes each. */
const ranges = [
  { from: NOW - 6 * DAY, to: NOW - 4 * DAY, bytes: 100 },
  { from: NOW - 3 * DAY, to: NOW - DAY, bytes: 100 },
];

test("what is older than the days goes, in part where a show is partly so", () => {
  assert.deepEqual(previewRetention(ranges, { days: 5, bytes: null }, NOW), {
    bytes: 50,
    before: "2026-03-05T00:00:00.000Z",
    left: 150,
  });
});

test("what is above the bytes goes, the oldest first", () => {
  assert.deepEqual(previewRetention(ranges, { days: null, bytes: 75 }, NOW), {
    bytes: 125,
    before: "2026-03-07T12:00:00.000Z",
    left: 75,
  });
});

test("the limit that is reached first counts", () => {
  assert.deepEqual(previewRetention(ranges, { days: 2, bytes: 150 }, NOW), {
    bytes: 150,
    before: "2026-03-08T00:00:00.000Z",
    left: 50,
  });
});

test("without a limit everything stays, and an empty archive has nothing to lose", () => {
  const all = { bytes: 0, before: null, left: 200 };
  assert.deepEqual(previewRetention(ranges, { days: null, bytes: null }, NOW), all);
  assert.deepEqual(previewRetention([], { days: 1, bytes: 1 }, NOW), { ...all, left: 0 });
});
