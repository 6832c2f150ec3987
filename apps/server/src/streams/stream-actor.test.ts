import assert from "node:assert/strict";
import { test } from "node:test";
import { type Millis, millis } from "@oxbow/media";
import { createWorld } from "../world.ts";
import type { Outputs, StreamStore } from "./ports.ts";
import type { Broadcast, Stream } from "./stream.ts";
import { Streams } from "./streams.ts";

const START = millis(1_700_000_000_000);

const stream: Stream = {
  id: "str_1",
  name: "show",
  title: null,
  key: "a key",
  policy: {
    record: true,
    ladder: ["source"],
    recordRenditions: "all",
    reconnectWindow: 0,
    endOnUnpublish: true,
    playback: { policy: "public" },
    latency: "normal",
    retention: null,
    autoExport: false,
  },
  state: { at: "live", session: "ses_1", broadcast: "brd_1" },
  position: { segment: 1, mediaSequence: 1, discontinuity: 0, targetDuration: null },
  savedAt: START,
  createdAt: START,
};
const broadcast: Broadcast = {
  id: "brd_1",
  stream: "str_1",
  state: "live",
  from: START,
  to: null,
  origin: START,
  sessions: [],
  gaps: [],
  endReason: null,
};

/** A store with one stream that was live when the server died. */
function storeOf(saved: Broadcast[]): StreamStore {
  return {
    load: async () => [{ stream, broadcast }],
    create: async () => {},
    save: async (_stream, changed) => {
      if (changed) saved.push(changed);
    },
    remove: async () => {},
    tell: async () => {},
    broadcast: async () => undefined,
    broadcasts: async () => [],
  };
}

const outputs: Outputs = {
  open: () => {
    throw new Error("No encoder comes");
  },
  recorded: async () => ({ to: START, nextSegment: 2 }),
};

test("a broadcast ends when its window is over, also where a timer is early by the clock", async () => {
  // The window ends at START; the timer that waits for it finds the clock before that.
  const clock: Millis[] = [];
  const world = { ...createWorld({ logLevel: "silent" }), now: () => clock.shift() ?? START };
  const { promise: ended, resolve } = Promise.withResolvers<Broadcast>();
  const saved: Broadcast[] = [];
  await using streams = new Streams({
    store: storeOf(saved),
    outputs,
    urls: { live: () => ({}), recording: () => ({}) },
    world,
    ended: (_stream, last) => resolve(last),
  });
  await streams.start();
  clock.push(millis(START - 3), millis(START - 3), millis(START - 1), millis(START - 1));
  assert.equal((await ended).state, "ended");
  assert.equal(saved.at(-1)?.state, "ended");
});
