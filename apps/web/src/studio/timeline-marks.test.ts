import assert from "node:assert/strict";
import { test } from "node:test";
import { timelineMarks } from "./timeline-marks.ts";

const at = (seconds: number): string => new Date(1_700_000_000_000 + seconds * 1000).toISOString();
const now = Date.parse(at(200));
const whole = {
  from: at(0),
  to: at(100),
  gaps: [],
  markers: [],
  archived: { from: at(0), to: at(100) },
  source: "recording" as const,
};

test("gaps and markers lie where they were, in percent of the broadcast", () => {
  const gaps = [{ from: at(20), to: at(25), reason: "reconnect" }];
  const markers = [{ id: "m1", label: "Goal", at: at(50), seconds: null }];
  assert.deepEqual(timelineMarks({ ...whole, gaps, markers }, now), {
    gaps: [{ key: at(20), start: 20, width: 5 }],
    markers: [{ key: "m1", start: 50, width: 0 }],
    evicted: null,
  });
});

test("what the archive has lost is shown at the beginning, of a recording alone", () => {
  const lost = { ...whole, archived: { from: at(40), to: at(100) } };
  assert.deepEqual(timelineMarks(lost, now)?.evicted, { key: "evicted", start: 0, width: 40 });
  assert.equal(timelineMarks({ ...lost, source: "file" }, now)?.evicted, null);
});

test("a broadcast that runs ends now, and a film has no line", () => {
  const markers = [{ id: "m1", label: "Goal", at: at(100), seconds: null }];
  assert.equal(timelineMarks({ ...whole, to: null, markers }, now)?.markers[0]?.start, 50);
  assert.equal(timelineMarks({ ...whole, from: null }, now), null);
});
