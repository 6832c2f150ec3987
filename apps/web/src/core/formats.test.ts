import assert from "node:assert/strict";
import { test } from "node:test";
import { createFormats } from "./formats.ts";
import { plural } from "./plural.ts";

const en = createFormats("en");
const pt = createFormats("pt-BR");

test("durations count as clocks do, and are said in words", () => {
  assert.deepEqual([0, 7.9, 247, 3723].map(en.duration), ["0:00", "0:07", "4:07", "1:02:03"]);
  assert.equal(en.spokenDuration(3723), "1 hour, 2 minutes, 3 seconds");
  assert.equal(pt.spokenDuration(120), "2 minutos");
  assert.equal(en.spokenDuration(0), "0 seconds");
});

test("sizes and rates are written in the largest unit that leaves at least one", () => {
  assert.deepEqual([0, 999, 1_000, 1_450_000, 123_456_789, 5e12].map(en.bytes), [
    "0 bytes",
    "999 bytes",
    "1 kB",
    "1.5 MB",
    "123 MB",
    "5 TB",
  ]);
  assert.equal(en.bitrate(4_530_000), "4.5 Mb/s");
  assert.equal(pt.bytes(1_450_000_000), "1,5 GB");
});

test("how long ago or ahead a moment is, in the largest whole unit", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  const told = (away: number): string => en.relative(now + away, now);
  assert.deepEqual(
    [-20_000, -5 * 60_000, -3_600_000, -26 * 3_600_000, 2 * 86_400_000, -400 * 86_400_000].map(
      told,
    ),
    ["now", "5 minutes ago", "1 hour ago", "yesterday", "in 2 days", "last year"],
  );
  assert.equal(pt.relative("2026-03-10T11:55:00.000Z", now), "há 5 minutos");
});

test("numbers, parts and lists are those of the language", () => {
  assert.deepEqual(
    [en.number(1234.56, 1), en.count(1_240), en.percent(37), en.list(["a", "b", "c"])],
    ["1,234.6", "1.2K", "37%", "a, b, and c"],
  );
  assert.deepEqual(
    [pt.number(1234.56, 1), pt.count(1_240), pt.list(["a", "b", "c"])],
    ["1.234,6", "1,2\u00a0mil", "a, b e c"],
  );
});

test("a number chooses its form", () => {
  const viewers = { one: "{n} viewer", other: "{n} viewers", zero: "nobody" };
  assert.deepEqual(
    [0, 1, 2, 1234].map((n) => plural("en")(n, viewers)),
    ["nobody", "1 viewer", "2 viewers", "1,234 viewers"],
  );
});
