import assert from "node:assert/strict";
import { test } from "node:test";
import type { Failure } from "./ladder.ts";
import { newLife, step, type WishAct, type WishInput, type WishLife } from "./wish-life.ts";

const on = { wish: { publish: "replace", plain: false }, now: 1000, random: 0.5 } as const;
const failure: Failure = { code: "broken", message: "It broke", retryable: false, recorded: true };
const passing: Failure = { ...failure, retryable: true };
const file = {
  asset: "ast_1",
  bytes: 10,
  duration: 2,
  files: [{ rendition: "source", bytes: 10 }],
  cut: { from: 1, to: 3, gaps: [] },
  video: null,
};

const acts = (life: WishLife, input: WishInput, at = on): readonly WishAct["do"][] =>
  step(life, input, at).acts.map((act) => act.do);
const after = (life: WishLife, ...inputs: WishInput[]): WishLife =>
  inputs.reduce((now, input) => step(now, input, on).life, life);

const sent = after(newLife, { do: "sent" });
const queued = after(sent, { do: "accepted", export: "exp_1" });
const running = after(queued, { do: "started", export: "exp_1", attempt: 1 });
const progressed: WishInput = {
  do: "progressed",
  export: "exp_1",
  attempt: 1,
  percent: 42,
  bytes: 4,
  secondsLeft: 6,
};
const failed = after(running, { do: "failed", export: "exp_1", failure });
const ready = after(running, { do: "ready", export: "exp_1", file });
const aborted = after(running, {
  do: "aborted",
  export: "exp_1",
  by: "key",
  why: "Wrong range",
  percent: 42,
});

test("asking ─accepted→ queued ─started→ running ─progressed→ running", () => {
  assert.deepEqual([queued.state, queued.export, queued.asked], ["queued", "exp_1", 1]);
  assert.deepEqual([running.state, running.progress.attempt], ["running", 1]);
  const { state, progress } = after(running, progressed);
  assert.deepEqual(
    [state, progress],
    ["running", { attempt: 1, percent: 42, bytes: 4, secondsLeft: 6 }],
  );
});

test("running ─ready→ ready: published, calm, and the media given back", () => {
  assert.deepEqual([ready.state, ready.file], ["ready", file]);
  const input = { do: "ready", export: "exp_1", file } as const;
  assert.deepEqual(acts(running, input), ["publish", "calm", "release"]);
  const kept = { ...on, wish: { publish: "no", plain: false } } as const;
  assert.deepEqual(
    step(running, input, kept).acts.map((act) => act.do),
    ["guard", "calm", "release"],
  );
  assert.equal(after(ready, { do: "published", video: "vid_1" }).file?.video, "vid_1");
});

test("running ─failed, it may pass→ retrying: asked again later, nothing given back", () => {
  const { life, acts: follow } = step(
    running,
    { do: "failed", export: "exp_1", failure: passing },
    on,
  );
  assert.deepEqual(
    [life.state, life.export, life.retries, life.retryAt],
    ["retrying", null, 1, 12_250],
  );
  assert.deepEqual(follow, [{ do: "ask", at: 12_250 }]);
  assert.deepEqual(life.tries, [{ at: 1000, code: "broken", message: "It broke" }]);
  const second = after(life, { do: "sent" }, { do: "accepted", export: "exp_2" });
  assert.deepEqual([second.state, second.export, second.asked], ["queued", "exp_2", 2]);
});

test("running ─failed for good→ failed: the recording in its place, a note, an alarm, and nothing given back", () => {
  assert.deepEqual(acts(running, { do: "failed", export: "exp_1", failure }), [
    "show recording",
    "note",
    "alert",
  ]);
  assert.deepEqual(failed.fallback, {
    recording: "applied",
    video: null,
    untrimmed: true,
    untrimmedWish: null,
  });
  assert.equal(after(failed, { do: "shown", video: "vid_2" }).fallback?.video, "vid_2");
  assert.equal(after(failed, { do: "untrimmed", wish: "wsh_2" }).fallback?.untrimmedWish, "wsh_2");
});

test("failed, and the recording is gone: an alarm, and nothing is kept", () => {
  const gone = { ...failure, recorded: false };
  assert.deepEqual(acts(running, { do: "failed", export: "exp_1", failure: gone }), [
    "note",
    "alert",
    "release",
  ]);
});

test("asking ─refused→ as a failure", () => {
  assert.equal(after(sent, { do: "refused", failure }).state, "failed");
  assert.equal(after(sent, { do: "refused", failure: passing }).state, "retrying");
});

test("running ─aborted→ aborted: by whom and why, and the media given back", () => {
  assert.deepEqual(aborted.aborted, { by: "key", why: "Wrong range", percent: 42 });
  assert.deepEqual(
    acts(running, { do: "aborted", export: "exp_1", by: "", why: null, percent: 0 }),
    ["calm", "release"],
  );
});

test("running ─stop→ the media server is asked, and its event says by whom of us", () => {
  const stop = { do: "stop", by: "Ana", why: "Too long" } as const;
  assert.deepEqual(acts(running, stop), ["abort"]);
  const stopping = after(running, stop);
  assert.equal(stopping.state, "running");
  assert.deepEqual(acts(stopping, stop), []);
  const told = { do: "aborted", export: "exp_1", by: "platform", why: "x", percent: 7 } as const;
  assert.deepEqual(after(stopping, told).aborted, { by: "Ana", why: "Too long", percent: 7 });
  assert.equal(after(stopping, { do: "ready", export: "exp_1", file }).state, "ready");
  assert.equal(after(stopping, { do: "failed", export: "exp_1", failure }).state, "aborted");
});

test("asking ─stop→ aborted at once, or when the answer of a question under way is there", () => {
  const stop = { do: "stop", by: "Ana", why: null } as const;
  assert.equal(after(newLife, stop).state, "aborted");
  const waiting = after(sent, stop);
  assert.equal(waiting.state, "asking");
  assert.deepEqual(acts(waiting, { do: "accepted", export: "exp_1" }), ["abort"]);
  assert.equal(after(waiting, { do: "refused", failure }).state, "aborted");
});

test("retrying ─stop→ aborted", () => {
  const retrying = after(running, { do: "failed", export: "exp_1", failure: passing });
  assert.equal(after(retrying, { do: "stop", by: "Ana", why: null }).state, "aborted");
});

test("failed or aborted ─retry→ asking, with all retries again and what was tried kept", () => {
  for (const life of [failed, aborted]) {
    const { life: again, acts: follow } = step(life, { do: "retry" }, on);
    assert.deepEqual(
      [again.state, again.export, again.retries, again.error, again.tries],
      ["asking", null, 0, null, life.tries],
    );
    assert.deepEqual(follow, [{ do: "ask", at: 1000 }]);
  }
});

test("a full disk: failed with all that follows, and it waits for room until somebody decides", () => {
  const full: Failure = { ...passing, code: "storage_full" };
  const input = { do: "failed", export: "exp_1", failure: full } as const;
  const { life: waiting, acts: follow } = step(running, input, on);
  assert.deepEqual([waiting.state, waiting.retries, waiting.retryAt], ["failed", 1, 451_000]);
  assert.deepEqual(follow, [
    { do: "show recording" },
    { do: "note", code: "storage_full", message: full.message },
    { do: "alert", severity: "warning" },
    { do: "wait", at: 451_000 },
  ]);
  const due = step(waiting, { do: "due" }, on);
  assert.deepEqual(due.acts, [{ do: "ask", at: 1000 }]);
  assert.deepEqual([due.life.state, due.life.retries, due.life.retryAt], ["asking", 1, null]);
  const again = after(due.life, { do: "accepted", export: "exp_2" });
  assert.equal(after(again, { ...input, export: "exp_2" }).retryAt, 1_351_000);
  const left = after(waiting, { do: "leave" });
  assert.equal(left.retryAt, null);
  for (const life of [left, failed, running, ready]) {
    assert.deepEqual(step(life, { do: "due" }, on), { life, acts: [] });
  }
});

test("a stretch that is shown already is not shown twice when the file fails again", () => {
  const shown = after(failed, { do: "shown", video: "vid_2" }, { do: "retry" }, { do: "sent" });
  const second = after(shown, { do: "accepted", export: "exp_2" });
  const input = { do: "failed", export: "exp_2", failure } as const;
  assert.deepEqual(acts(second, input), ["note", "alert"]);
  assert.equal(after(second, input).fallback?.video, "vid_2");
});

test("an ended wish hears nothing of its export any more, nor a wish of another's", () => {
  const told: WishInput[] = [
    progressed,
    { do: "started", export: "exp_1", attempt: 2 },
    { do: "ready", export: "exp_1", file },
    { do: "failed", export: "exp_1", failure },
    { do: "aborted", export: "exp_1", by: "", why: null, percent: 0 },
    { do: "accepted", export: "exp_9" },
    { do: "stop", by: "", why: null },
    { do: "refused", failure },
  ];
  for (const life of [ready, failed, aborted]) {
    for (const input of told) assert.deepEqual(step(life, input, on), { life, acts: [] });
  }
  const other = after(running, { do: "failed", export: "exp_1", failure: passing });
  for (const input of told.slice(0, 5)) {
    assert.deepEqual(step(other, input, on), { life: other, acts: [] });
  }
  assert.deepEqual(step(ready, { do: "retry" }, on), { life: ready, acts: [] });
});

test("tries are the last twenty", () => {
  let life = running;
  for (let at = 0; at < 30; at++) {
    life = after(life, { do: "failed", export: life.export ?? "", failure }, { do: "retry" });
    life = after(life, { do: "accepted", export: `exp_${at + 2}` });
  }
  assert.equal(life.tries.length, 20);
});
