import assert from "node:assert/strict";
import { test } from "node:test";
import { type Failure, nextRung } from "./ladder.ts";

const at = { now: 1_000_000, random: 0.5 };
const passing: Failure = {
  code: "storage_failed",
  message: "The disk did not take it",
  retryable: true,
  recorded: true,
};
const lasting: Failure = { ...passing, code: "range_changes_codec", retryable: false };
const trimmed = { publish: "replace", plain: false } as const;

test("what may pass is tried again, later each time, with jitter", () => {
  assert.deepEqual(
    [0, 1, 2].map((retries) => nextRung(passing, retries, trimmed, at)),
    [11_250, 45_000, 180_000].map((wait) => ({ do: "retry", at: at.now + wait })),
  );
  const soonest = nextRung(passing, 0, trimmed, { ...at, random: 0 });
  const latest = nextRung(passing, 0, trimmed, { ...at, random: 0.999999 });
  assert.deepEqual(
    [soonest, latest],
    [
      { do: "retry", at: at.now + 7_500 },
      { do: "retry", at: at.now + 15_000 },
    ],
  );
});

test("after three retries, or where none can help, the recording takes the place of the file", () => {
  const rung = {
    do: "fall back",
    recording: "applied",
    untrimmed: true,
    retryAt: null,
    severity: "warning",
  } as const;
  assert.deepEqual(nextRung(passing, 3, trimmed, at), rung);
  assert.deepEqual(nextRung(lasting, 0, trimmed, at), rung);
});

test("a file that was not to be published leaves the recording as an offer", () => {
  const rung = nextRung(lasting, 0, { publish: "no", plain: false }, at);
  assert.equal(rung.do === "fall back" && rung.recording, "offered");
});

test("where a plain copy failed, none is offered", () => {
  const rung = nextRung(lasting, 0, { publish: "replace", plain: true }, at);
  assert.equal(rung.do === "fall back" && rung.untrimmed, false);
});

test("where the recording is gone, nothing is offered and the alarm is loud", () => {
  assert.deepEqual(nextRung({ ...lasting, recorded: false }, 0, trimmed, at), {
    do: "fall back",
    recording: "none",
    untrimmed: false,
    retryAt: null,
    severity: "critical",
  });
});

test("a full disk is not asked again and again: the fallback at once, and a try now and then", () => {
  const full: Failure = { ...passing, code: "storage_full", message: "The disk is full" };
  const rungs = [0, 1, 2, 3, 4, 5, 6].map((retries) => nextRung(full, retries, trimmed, at));
  const waits = rungs.map((rung) => {
    assert.equal(rung.do, "fall back");
    if (rung.do !== "fall back") return undefined;
    assert.deepEqual([rung.recording, rung.untrimmed, rung.severity], ["applied", true, "warning"]);
    return rung.retryAt === null ? null : (rung.retryAt - at.now) / 60_000;
  });
  assert.deepEqual(waits, [7.5, 22.5, 90, 270, 540, 1080, null]);
});
