import assert from "node:assert/strict";
import { test } from "node:test";
import { type Facts, type PlaybackState, step } from "./playback-state.ts";

const live: Facts = {
  kind: "live",
  playlist: "open",
  dry: 0,
  silence: 0,
  target: 2,
  atEnd: false,
  unplayable: false,
};
const vod: Facts = { ...live, kind: "vod", playlist: "closed" };

/** The states of a viewer who sees these facts one after the other. */
function story(...seen: Partial<Facts>[]): string[] {
  let state: PlaybackState = { at: "loading" };
  return seen.map((facts) => {
    state = step(state, { ...live, ...facts });
    return state.at;
  });
}

test("a viewer who comes early waits, watches, loses the signal, gets it back, and sees the end", () => {
  assert.deepEqual(
    story(
      { playlist: "unknown", dry: Infinity },
      { playlist: "missing", dry: Infinity },
      { dry: Infinity },
      {},
      { dry: 1, silence: 9 },
      { dry: 2, silence: 5 },
      {},
      { playlist: "closed" },
      { playlist: "closed", atEnd: true },
      { playlist: "missing", dry: 9 },
    ),
    [
      "loading",
      "offline",
      "loading",
      "live",
      "live",
      "interrupted",
      "live",
      "live",
      "ended",
      "ended",
    ],
  );
});

test("the end is told at the viewer's own end, not when the playlist closes", () => {
  assert.deepEqual(story({}, { playlist: "closed" }, { playlist: "closed", atEnd: true }), [
    "live",
    "live",
    "ended",
  ]);
});

test("a broadcast that ended while the signal was lost ends when the last picture was shown", () => {
  const dry = { dry: 3, silence: 9 };
  assert.deepEqual(story({}, dry, { ...dry, playlist: "closed", atEnd: true }), [
    "live",
    "interrupted",
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

test("a playlist that vanishes is a lost signal only when the buffer has run out", () => {
  assert.deepEqual(story({}, { playlist: "missing" }, { playlist: "missing", dry: 2 }), [
    "live",
    "live",
    "interrupted",
  ]);
});

test("a title plays, or was removed, or cannot be decoded", () => {
  const loading: PlaybackState = { at: "loading" };
  assert.deepEqual(
    [
      step(loading, { ...vod, playlist: "unknown" }),
      step(loading, vod),
      step({ at: "vod" }, { ...vod, atEnd: true }),
      step(loading, { ...vod, playlist: "missing" }),
      step(loading, { ...vod, unplayable: true }),
    ],
    [
      { at: "loading" },
      { at: "vod" },
      { at: "vod" },
      { at: "failed", why: "removed" },
      { at: "failed", why: "unplayable" },
    ],
  );
});
