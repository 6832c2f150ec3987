import assert from "node:assert/strict";
import { test } from "node:test";
import { catchUpRate } from "./catch-up.ts";

test("a late viewer plays a little faster, an early one a little slower, within what is not heard", () => {
  assert.deepEqual(
    [0.6, 0.65, 0.8, 1, 9, 0.4, 0, Number.NaN].map((latency) => catchUpRate(latency, 0.6)),
    [1, 1, 1.03, 1.06, 1.08, 0.97, 0.95, 1],
  );
});
