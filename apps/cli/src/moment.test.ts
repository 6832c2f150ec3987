import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration, parseMoment } from "./moment.ts";

test("durations are numbers with units, added up", () => {
  assert.deepEqual(
    ["90s", "10m", "1h30m", "2d"].map(parseDuration),
    [90_000, 600_000, 5_400_000, 172_800_000],
  );
  assert.deepEqual(
    ["", "10", "m", "-1m", "1.5h", "1 h"].map(parseDuration),
    Array(6).fill(undefined),
  );
});

test("moments are times, milliseconds, now, or so long ago", () => {
  const now = 1_772_395_200_000;
  const read = [
    "now",
    "-10m",
    "1772395200000",
    "2026-03-01T20:00:00Z",
    "2026-03-01T21:00:00+01:00",
  ];
  assert.deepEqual(
    read.map((text) => parseMoment(text, now)),
    [now, now - 600_000, now, now, now],
  );
  for (const text of ["", "today", "2026-03-01", "12", "10m", "2026-13-01T00:00:00Z"]) {
    assert.throws(() => parseMoment(text, now), /give a time like/, text);
  }
});
