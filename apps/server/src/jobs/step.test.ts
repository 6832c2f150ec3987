import assert from "node:assert/strict";
import { test } from "node:test";
import { millis, plus } from "@oxbow/media";
import type { JobState, StoredJob } from "./job.ts";
import { retryTime } from "./retry-time.ts";
import { AT_ONCE, isFinished, type JobInput, step } from "./step.ts";

const now = millis(1_000_000);
const earlier = plus(now, -5_000);
const later = plus(now, 15_000);

const base: StoredJob = {
  id: "exp_1",
  kind: "export",
  stream: "str_1",
  state: "queued",
  attempt: 0,
  maxAttempts: 3,
  spec: { a: 1 },
  progress: { percent: 0, bytes: 0, secondsLeft: null },
  result: null,
  error: null,
  retryOf: null,
  createdAt: earlier,
  updatedAt: earlier,
  lease: null,
  notBefore: earlier,
};
const waiting: StoredJob = { ...base, state: "waiting" };
const running: StoredJob = {
  ...base,
  state: "running",
  attempt: 1,
  lease: { owner: "me", until: later },
};
const holder = { owner: "me", attempt: 1 };
const fault = { code: "storage_full", message: "The disk is full", retryable: true } as const;
const final = { code: "range_evicted", message: "Gone", retryable: false } as const;
const queuedAgain = {
  ...running,
  state: "queued",
  lease: null,
  notBefore: AT_ONCE,
  updatedAt: now,
};

test("waiting ─sealed→ queued, told to nobody", () => {
  assert.deepEqual(step(waiting, { do: "admit" }, now), {
    job: { ...base, notBefore: AT_ONCE, updatedAt: now },
    change: null,
  });
});

test("queued ─leased→ running, one attempt more", () => {
  assert.deepEqual(step(base, { do: "lease", owner: "me", until: later }, now), {
    job: { ...running, updatedAt: now },
    change: "started",
  });
});

test("a queued job is not leased before its time", () => {
  const job = { ...base, notBefore: later };
  assert.equal(step(job, { do: "lease", owner: "me", until: later }, now), undefined);
});

test("running ─progress→ running", () => {
  const progress = { percent: 40, bytes: 4, secondsLeft: 6, checkpoint: { at: 4 } };
  assert.deepEqual(step(running, { do: "progress", holder, progress }, now), {
    job: { ...running, progress, updatedAt: now },
    change: "progressed",
  });
});

test("running ─verified and durable→ ready, at a hundred percent", () => {
  const job = { ...running, progress: { percent: 97, bytes: 9, secondsLeft: 1 } };
  assert.deepEqual(step(job, { do: "finish", holder, result: { asset: "ast_1" } }, now), {
    job: {
      ...running,
      state: "ready",
      lease: null,
      progress: { percent: 100, bytes: 9, secondsLeft: 0 },
      result: { asset: "ast_1" },
      updatedAt: now,
    },
    change: "ready",
  });
});

test("running ─retryable fault→ queued, after a while", () => {
  assert.deepEqual(step(running, { do: "fault", holder, error: fault, random: 0 }, now), {
    job: { ...queuedAgain, notBefore: plus(now, 500) },
    change: "requeued",
  });
});

test("running ─fault that is not retryable→ failed", () => {
  assert.deepEqual(step(running, { do: "fault", holder, error: final, random: 0 }, now), {
    job: { ...running, state: "failed", lease: null, error: final, updatedAt: now },
    change: "failed",
  });
});

test("running ─fault, attempts spent→ failed", () => {
  const job = { ...running, attempt: 3 };
  const holder3 = { owner: "me", attempt: 3 };
  assert.deepEqual(step(job, { do: "fault", holder: holder3, error: fault, random: 0 }, now), {
    job: { ...job, state: "failed", lease: null, error: fault, updatedAt: now },
    change: "failed",
  });
});

test("running ─lease lost→ queued, at once", () => {
  assert.deepEqual(step(running, { do: "lose", attempt: 1 }, now), {
    job: queuedAgain,
    change: "requeued",
  });
});

test("running ─lease lost, attempts spent→ failed: a job that kills its server ends", () => {
  const job = { ...running, attempt: 3 };
  const next = step(job, { do: "lose", attempt: 3 }, now);
  assert.deepEqual([next?.change, next?.job.error?.code], ["failed", "worker_died"]);
});

test("running ─server stops→ queued, even on the last attempt", () => {
  const job = { ...running, attempt: 3 };
  const next = step(job, { do: "release", holder: { owner: "me", attempt: 3 } }, now);
  assert.deepEqual([next?.change, next?.job.state], ["requeued", "queued"]);
});

test("any unfinished ─abort→ aborted, with who and why", () => {
  for (const job of [waiting, base, running]) {
    const error = { code: "export_aborted", message: "No need", retryable: false, by: "ann" };
    assert.deepEqual(step(job, { do: "abort", by: "ann", why: "No need" }, now), {
      job: { ...job, state: "aborted", lease: null, error, updatedAt: now },
      change: "aborted",
    });
  }
});

test("who lost the lease can't change the job any more", () => {
  const strangers = [
    { owner: "other", attempt: 1 },
    { owner: "me", attempt: 0 },
  ];
  for (const stranger of strangers) {
    const inputs: JobInput[] = [
      { do: "progress", holder: stranger, progress: base.progress },
      { do: "finish", holder: stranger, result: null },
      { do: "fault", holder: stranger, error: final, random: 0 },
      { do: "release", holder: stranger },
    ];
    for (const input of inputs) assert.equal(step(running, input, now), undefined);
  }
});

test("what has ended never changes again", () => {
  const states: JobState[] = ["ready", "failed", "aborted"];
  const inputs: JobInput[] = [
    { do: "admit" },
    { do: "lease", owner: "me", until: later },
    { do: "progress", holder, progress: base.progress },
    { do: "finish", holder, result: null },
    { do: "fault", holder, error: final, random: 0 },
    { do: "release", holder },
    { do: "lose", attempt: 1 },
    { do: "abort", by: "ann", why: "" },
  ];
  for (const state of states) {
    assert.equal(isFinished({ state }), true);
    for (const input of inputs) {
      assert.equal(step({ ...running, state }, input, now), undefined);
    }
  }
});

const range = (attempt: number) => [0, 1].map((random) => retryTime(attempt, random, millis(0)));

test("attempts are spread: a second, twice as long each time, five minutes at most", () => {
  assert.deepEqual([1, 2, 3, 9, 10, 60].map(range), [
    [500, 1_000],
    [1_000, 2_000],
    [2_000, 4_000],
    [128_000, 256_000],
    [150_000, 300_000],
    [150_000, 300_000],
  ]);
});
