import assert from "node:assert/strict";
import { test } from "node:test";
import { millis, plus } from "@oxbow/media";
import { ATTEMPTS, longestDelay } from "./delivery-schedule.ts";
import { type DeliveryInput, type DeliveryState, step } from "./delivery-step.ts";

const now = millis(1_000_000);
const pending = { at: "pending", attempts: 2, nextAttemptAt: now } as const;
const attempting = { at: "attempting", attempts: 2 } as const;
const answer = (status: number | null, more: object = {}) =>
  ({ do: "answer", status, retryAfterMs: null, random: 0.5, ...more }) as const;

test("pending → attempting, when it is time", () => {
  assert.deepEqual(step(pending, { do: "attempt" }, now), attempting);
  assert.deepEqual(step(pending, { do: "attempt" }, plus(now, -1)), pending);
});

test("attempting ─2xx→ delivered", () => {
  for (const status of [200, 202, 204, 299]) {
    assert.deepEqual(step(attempting, answer(status), now), { at: "delivered", attempts: 3 });
  }
});

test("attempting ─anything else→ pending, after a while", () => {
  for (const status of [null, 199, 301, 302, 307, 400, 401, 404, 500, 503]) {
    assert.deepEqual(step(attempting, answer(status), now), {
      at: "pending",
      attempts: 3,
      nextAttemptAt: plus(now, 16_000),
    });
  }
});

test("attempting ─429 or 503 with Retry-After→ pending, not before that, and within six hours", () => {
  for (const [retryAfterMs, delay] of [
    [100_000, 100_000],
    [10, 16_000],
    [10 ** 12, 21_600_000],
  ] as const) {
    assert.deepEqual(step(attempting, answer(429, { retryAfterMs }), now), {
      at: "pending",
      attempts: 3,
      nextAttemptAt: plus(now, delay),
    });
  }
});

test("attempting ─attempts spent→ dead", () => {
  const state = { at: "attempting", attempts: ATTEMPTS - 1 } as const;
  assert.deepEqual(step(state, answer(500), now), { at: "dead", attempts: ATTEMPTS });
});

test("attempting ─410→ dead", () => {
  assert.deepEqual(step(attempting, answer(410), now), { at: "dead", attempts: 3 });
});

test("attempting ─server stopped→ pending at once, and no attempt is counted", () => {
  assert.deepEqual(step(attempting, { do: "release" }, now), pending);
});

test("dead ─redeliver→ pending, and so does one that was delivered", () => {
  for (const at of ["dead", "delivered"] as const) {
    assert.deepEqual(step({ at, attempts: 9 }, { do: "redeliver" }, now), {
      at: "pending",
      attempts: 0,
      nextAttemptAt: now,
    });
  }
});

test("open ─sink removed→ dropped", () => {
  for (const state of [pending, attempting]) {
    assert.deepEqual(step(state, { do: "drop" }, now), { at: "dropped", attempts: 2 });
  }
});

test("what has ended changes by redelivery alone", () => {
  const inputs: DeliveryInput[] = [
    { do: "attempt" },
    answer(200),
    answer(500),
    { do: "release" },
    { do: "drop" },
  ];
  const ends: DeliveryState[] = [
    { at: "delivered", attempts: 1 },
    { at: "dead", attempts: 1 },
    { at: "dropped", attempts: 1 },
  ];
  for (const end of ends) {
    for (const input of inputs) assert.deepEqual(step(end, input, now), end);
  }
  const dropped = { at: "dropped", attempts: 1 } as const;
  assert.deepEqual(step(dropped, { do: "redeliver" }, now), dropped);
});

test("a delivery is tried for about three days", () => {
  let total = 0;
  for (let attempts = 1; attempts < ATTEMPTS; attempts += 1) total += longestDelay(attempts) / 2;
  assert.deepEqual(
    [1, 2, 3, 6, 7, 100].map(longestDelay),
    [2_000, 8_000, 32_000, 2_048_000, 3_600_000, 3_600_000],
  );
  assert.equal(Math.round(total / 86_400_000), 3);
});
