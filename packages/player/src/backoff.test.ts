import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "./backoff.ts";

test("waits grow to a limit and are spread around it", () => {
  assert.deepEqual(
    [backoff(0, 0.5), backoff(1, 0.5), backoff(1000, 0.5), backoff(1000, 0), backoff(1000, 1)],
    [1000, 1500, 10_000, 7000, 13_000],
  );
});
