import assert from "node:assert/strict";
import { test } from "node:test";
import { type Millis, millis } from "@oxbow/media";
import { type StreamInput, type StreamState, stateName, step, wakesAt } from "./state.ts";

const t = (seconds: number): Millis => millis(1_000_000 + seconds * 1000);
const windows = { reconnectMs: 30_000, settleMs: 3_000, startMs: 15_000, endOnUnpublish: true };
const offline: StreamState = { at: "offline" };
const live: StreamState = { at: "live", session: "ses_1", broadcast: "brd_1" };
const away = { broadcast: "brd_1", since: t(10), windowEnds: t(40), unpublished: false };
const interrupted: StreamState = { at: "interrupted", ...away };
const resuming: StreamState = { at: "starting", session: "ses_2", resumes: away };
const ending: StreamState = { at: "ending", broadcast: "brd_1", reason: "api" };

function after(state: StreamState, input: StreamInput, now: Millis = t(10)) {
  return step(state, input, now, windows);
}

test("offline, an admitted encoder is starting", () => {
  assert.deepEqual(after(offline, { do: "admit", session: "ses_1" }), [
    { at: "starting", session: "ses_1", resumes: null },
    [],
  ]);
});

test("the first keyframe begins the broadcast", () => {
  const starting: StreamState = { at: "starting", session: "ses_1", resumes: null };
  assert.deepEqual(after(starting, { do: "keyframe", session: "ses_1", broadcast: "brd_1" }), [
    live,
    [{ type: "broadcast_started", broadcast: "brd_1" }],
  ]);
});

test("a session that is lost before its first keyframe leaves the stream offline", () => {
  const starting: StreamState = { at: "starting", session: "ses_1", resumes: null };
  const lost: StreamInput = { do: "lose", session: "ses_1", unpublished: false };
  assert.deepEqual(after(starting, lost), [offline, []]);
});

test("a lost session becomes an interruption, not an end", () => {
  assert.deepEqual(after(live, { do: "lose", session: "ses_1", unpublished: false }), [
    interrupted,
    [{ type: "broadcast_interrupted", broadcast: "brd_1", windowEnds: t(40) }],
  ]);
});

test("an encoder that stops by itself has the settle time to come back", () => {
  assert.deepEqual(after(live, { do: "lose", session: "ses_1", unpublished: true }), [
    { ...interrupted, windowEnds: t(13), unpublished: true },
    [],
  ]);
});

test("a stream whose encoder stopped on purpose is said to be ending, a missed one interrupted", () => {
  const [settling] = after(live, { do: "lose", session: "ses_1", unpublished: true });
  assert.deepEqual([stateName(settling), stateName(interrupted)], ["ending", "interrupted"]);
});

test("a clean stop opens the reconnect window where the stream says so", () => {
  const input: StreamInput = { do: "lose", session: "ses_1", unpublished: true };
  const [state] = step(live, input, t(10), { ...windows, endOnUnpublish: false });
  assert.deepEqual(state, interrupted);
});

test("a session that does not hold the stream changes nothing when it is lost", () => {
  const [state, events] = after(live, { do: "lose", session: "ses_0", unpublished: false });
  assert.equal(state, live);
  assert.deepEqual(events, []);
});

test("an encoder that is back goes on with the same broadcast", () => {
  const [starting] = after(interrupted, { do: "admit", session: "ses_2" }, t(12));
  assert.deepEqual(starting, resuming);
  assert.deepEqual(after(starting, { do: "keyframe", session: "ses_2", broadcast: "brd_9" }), [
    { at: "live", session: "ses_2", broadcast: "brd_1" },
    [{ type: "broadcast_resumed", broadcast: "brd_1", since: t(10) }],
  ]);
});

test("an encoder that is back at the end of the window has time to its first keyframe", () => {
  const [starting] = after(interrupted, { do: "admit", session: "ses_2" }, t(39));
  assert.equal(wakesAt(starting), t(54));
});

test("an encoder that is lost again before a keyframe leaves the interruption as it was", () => {
  const lost: StreamInput = { do: "lose", session: "ses_2", unpublished: false };
  assert.deepEqual(after(resuming, lost, t(20)), [interrupted, []]);
});

test("the broadcast ends when the window is over", () => {
  assert.deepEqual(after(interrupted, { do: "tick" }, t(39)), [interrupted, []]);
  assert.deepEqual(after(interrupted, { do: "tick" }, t(40)), [
    { at: "ending", broadcast: "brd_1", reason: "window_over" },
    [],
  ]);
});

test("a window that passes after a clean stop ends the broadcast as unpublished", () => {
  const settled: StreamState = { ...interrupted, unpublished: true };
  const [state] = after(settled, { do: "tick" }, t(40));
  assert.deepEqual(state, { at: "ending", broadcast: "brd_1", reason: "unpublished" });
});

test("an encoder without a picture does not keep the broadcast open beyond its window", () => {
  const [state] = after(resuming, { do: "tick" }, t(40));
  assert.deepEqual(state, { at: "ending", broadcast: "brd_1", reason: "window_over" });
});

test("the API ends a broadcast on air, interrupted or resuming", () => {
  for (const state of [live, interrupted, resuming]) {
    assert.deepEqual(after(state, { do: "end", reason: "api" }), [ending, []]);
  }
});

test("the end is told when the last segment is sealed", () => {
  assert.deepEqual(after(ending, { do: "sealed" }), [
    offline,
    [{ type: "broadcast_ended", broadcast: "brd_1", reason: "api" }],
  ]);
});

test("after a restart of the server the window of a broadcast on air begins", () => {
  assert.deepEqual(after(live, { do: "restart" }, t(100)), [
    {
      at: "interrupted",
      broadcast: "brd_1",
      since: t(100),
      windowEnds: t(130),
      unpublished: false,
    },
    [{ type: "broadcast_interrupted", broadcast: "brd_1", windowEnds: t(130) }],
  ]);
});

test("after a restart an interrupted broadcast gets its whole window again", () => {
  for (const state of [interrupted, resuming]) {
    const [next] = after(state, { do: "restart" }, t(100));
    assert.deepEqual(next, { ...interrupted, windowEnds: t(130) });
  }
});

test("after a restart a broadcast that was ending has ended, and a session without one is gone", () => {
  assert.deepEqual(after(ending, { do: "restart" })[0], offline);
  const starting: StreamState = { at: "starting", session: "ses_1", resumes: null };
  assert.deepEqual(after(starting, { do: "restart" }), [offline, []]);
});
