import assert from "node:assert/strict";
import { test } from "node:test";
import { clockOf } from "./clock-of.ts";

const from = "2026-03-01T20:00:00.000Z";
const gap = { at: 20, from: "2026-03-01T20:00:20.000Z", to: "2026-03-01T20:00:30.000Z" };
const at = (gaps: Parameters<typeof clockOf>[0]["gaps"], seconds: number): string =>
  new Date(clockOf({ from, gaps }, seconds)).toISOString().slice(14, 19);

test("a file's time is the clock's, but for what is not in it", () => {
  assert.equal(at([], 90), "01:30");
  const skipped = [{ ...gap, filled: false }];
  assert.deepEqual(
    [at(skipped, 10), at(skipped, 20), at(skipped, 25)],
    ["00:10", "00:30", "00:35"],
  );
  const filled = [{ ...gap, filled: true }];
  assert.deepEqual([at(filled, 20), at(filled, 40)], ["00:20", "00:40"]);
});
