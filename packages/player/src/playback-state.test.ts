import assert from "node:assert/strict";
import { test } from "node:test";
import { type Facts, type StateName, step } from "./playback-state.ts";

const live: Facts = {
  kind: "live",
  online: true,
  access: "granted",
  playlist: "open",
  broadcast: "unknown",
  recording: "none",
  start: "started",
  dry: 0,
  silence: 0,
  target: 2,
  atEnd: false,
  behind: false,
  unplayable: false,
};
const vod: Partial<Facts> = { kind: "vod", playlist: "closed", start: "waiting" };

/** The states of a viewer who sees these facts one after the other. */
function story(...seen: Partial<Facts>[]): StateName[] {
  let at: StateName = "loading";
  return seen.map((facts) => (at = step({ at }, { ...live, ...facts }).at));
}

test("a viewer who comes early waits, watches, loses the signal, gets it back, and sees the end", () => {
  assert.deepEqual(
    story(
      { playlist: "unknown", dry: Infinity },
      { playlist: "missing", dry: Infinity },
      { dry: Infinity },
      {},
      { dry: 0.2 },
      { dry: 1, silence: 9 },
      { dry: 2, silence: 5 },
      {},
      { playlist: "closed" },
      { playlist: "closed", atEnd: true },
      { playlist: "missing", dry: 9 },
    ),
    [
      "loading",
      "soon",
      "loading",
      "live",
      "live",
      "buffering",
      "interrupted",
      "live",
      "live",
      "ended",
      "ended",
    ],
  );
});

test("the end is told at the viewer's own end: one behind live plays on", () => {
  const behind: Partial<Facts> = { playlist: "closed", broadcast: "ended", behind: true };
  assert.deepEqual(story({ behind: true }, behind, { ...behind, atEnd: true }), [
    "behind",
    "behind",
    "ended",
  ]);
});

test("a viewer at the end can rewind, and comes to the end again", () => {
  const closed: Partial<Facts> = { playlist: "closed", broadcast: "ended", behind: true };
  assert.deepEqual(
    story({}, { ...closed, atEnd: true }, closed, { ...closed, dry: 0.5 }, closed, {
      ...closed,
      atEnd: true,
    }),
    ["live", "ended", "behind", "buffering", "behind", "ended"],
  );
});

test("a broadcast that ended while the signal was lost ends when the last picture was shown", () => {
  const dry = { dry: 3, silence: 9 };
  assert.deepEqual(story({}, dry, { ...dry, playlist: "closed", atEnd: true }), [
    "live",
    "interrupted",
    "ended",
  ]);
});

test("the server's word ends a broadcast whose last playlist could not be read", () => {
  const gone: Partial<Facts> = { playlist: "missing", broadcast: "ended" };
  assert.deepEqual(story({}, gone, { ...gone, dry: 1 }, { ...gone, dry: 2 }), [
    "live",
    "live",
    "live",
    "ended",
  ]);
});

test("a broadcast that had ended before is not played as live, and the next one starts by itself", () => {
  assert.deepEqual(story({ playlist: "closed", dry: Infinity }, { dry: Infinity }, {}), [
    "ended",
    "loading",
    "live",
  ]);
});

test("the recording is in preparation until it can be played", () => {
  const ended: Partial<Facts> = { playlist: "closed", atEnd: true };
  assert.deepEqual(
    story(ended, { ...ended, recording: "coming" }, { ...ended, recording: "ready" }),
    ["ended", "preparing", "ended"],
  );
});

test("a playlist that vanishes is a lost signal only when the buffer has run out", () => {
  assert.deepEqual(story({}, { playlist: "missing" }, { playlist: "missing", dry: 2 }), [
    "live",
    "live",
    "interrupted",
  ]);
});

test("no network, and a server that does not answer, are told when there is nothing left to show", () => {
  const offline: Partial<Facts> = { online: false, playlist: "unreachable" };
  assert.deepEqual(
    story(
      {},
      offline,
      { ...offline, dry: 2 },
      { playlist: "unreachable", dry: 4 },
      {},
      { ...vod, ...offline, dry: 2 },
      { ...vod, playlist: "unreachable", dry: 2 },
    ),
    ["live", "live", "disconnected", "unreachable", "live", "disconnected", "unreachable"],
  );
});

test("a browser that lets nothing start waits for a press", () => {
  assert.deepEqual(story({ start: "blocked" }, {}, { ...vod, start: "blocked" }, vod), [
    "blocked",
    "live",
    "blocked",
    "vod",
  ]);
});

test("a refusal is told when the buffer has run out, and is over when access is granted", () => {
  const refused = (access: Facts["access"]): StateName[] =>
    story({}, { access }, { access, dry: 2 }, { access, dry: Infinity }, {});
  assert.deepEqual(
    [refused("expired"), refused("forbidden"), refused("full")],
    [
      ["live", "live", "expired", "expired", "live"],
      ["live", "live", "forbidden", "forbidden", "live"],
      ["live", "live", "full", "full", "live"],
    ],
  );
});

test("a title waits, plays, stalls, was removed, or cannot be decoded", () => {
  const playing: Partial<Facts> = { ...vod, start: "started" };
  assert.deepEqual(
    story(
      { ...vod, playlist: "unknown", dry: Infinity },
      { ...vod, dry: Infinity },
      playing,
      { ...playing, dry: 1 },
      { ...playing, dry: 1, atEnd: true },
      { ...vod, playlist: "gone", dry: Infinity },
      { ...vod, unplayable: true },
    ),
    ["loading", "vod", "vod", "buffering", "vod", "removed", "unsupported"],
  );
});

test("a stream that is no more is told", () => {
  assert.deepEqual(story({ playlist: "gone", dry: Infinity }), ["removed"]);
});
