import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTimeCode, parseTimeCode } from "./time-code.ts";

test("seconds are written as a time code and read back", () => {
  for (const [seconds, text] of [
    [0, "0:00:00"],
    [75.5, "0:01:15.5"],
    [3723.25, "1:02:03.25"],
    [86_399.999, "23:59:59.999"],
  ] as const) {
    assert.equal(formatTimeCode(seconds), text);
    assert.equal(parseTimeCode(text), seconds);
  }
});

test("short forms and a decimal comma are read", () => {
  assert.deepEqual(["75", " 1:15 ", "1:15,5", "0:0:1"].map(parseTimeCode), [75, 75, 75.5, 1]);
});

test("what is no time is refused", () => {
  const wrong = ["", "abc", "1:60", "1:2:3:4", "-3", "1.5:00", "1:15.1234", "0x10", "1e3"];
  assert.deepEqual(
    wrong.filter((text) => parseTimeCode(text) !== undefined),
    [],
  );
});
