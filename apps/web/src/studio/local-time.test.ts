import assert from "node:assert/strict";
import { test } from "node:test";
import { instantOf, localOf } from "./local-time.ts";

test("a time goes into the control and comes back, to the minute", () => {
  for (const minute of ["2026-03-01T20:00:00.000Z", "2026-07-31T23:59:00.000Z"])
    assert.equal(instantOf(localOf(minute)), minute);
  assert.equal(instantOf(""), null);
});
