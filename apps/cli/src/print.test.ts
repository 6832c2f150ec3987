import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText, secondsText } from "./print.ts";

test("bytes are told in the unit that fits", () => {
  assert.deepEqual([0, 1, 1023, 1024, 1536, 10_485_760, 197_400_000, 5e12].map(bytesText), [
    "0 B",
    "1 B",
    "1023 B",
    "1.0 KiB",
    "1.5 KiB",
    "10 MiB",
    "188 MiB",
    "4.5 TiB",
  ]);
});

test("seconds are told as a clock", () => {
  assert.deepEqual([0, 9.6, 61, 3599.6, 5404, 360_000].map(secondsText), [
    "0:00",
    "0:10",
    "1:01",
    "1:00:00",
    "1:30:04",
    "100:00:00",
  ]);
});
