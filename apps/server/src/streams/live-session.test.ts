import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAudioSpecificConfig, plus } from "@oxbow/media";
import { createWorld } from "../world.ts";
import { LiveSession } from "./live-session.ts";
import type { BroadcastOutput } from "./ports.ts";

const attempt = { protocol: "rtmp", address: "a", key: "k", name: null, encoder: null } as const;
const config = parseAudioSpecificConfig(Uint8Array.of(0x11, 0x90));

test("an encoder waits for a full archive only while its media runs ahead of the clock", async () => {
  const real = createWorld({ logLevel: "silent" });
  let now = real.now();
  const full = Promise.withResolvers<void>();
  const output: BroadcastOutput = {
    begin: () => {},
    frame: () => {},
    room: () => full.promise,
    interrupt: () => {},
    end: async () => {},
    position: () => ({ segment: 0, mediaSequence: 0, discontinuity: 0, targetDuration: null }),
  };
  const session = new LiveSession({ ...real, now: () => now }, attempt, {
    target: () => ({ output, open: null, reason: "start", began: () => {} }),
    closed: () => {},
    rejected: () => {},
  });
  const send = (seconds: number): void => {
    const dts = Math.round((seconds * 48_000) / 1024) * 1024;
    session.frame({ track: 2, dts, cto: 0, key: true, data: new Uint8Array(8) });
  };
  session.metadata({ audiocodecid: 10 });
  session.configure({ id: 2, timescale: 48_000, language: "und", config });
  send(0);
  send(0.2);
  assert.deepEqual([session.isAhead(), session.room()], [false, undefined]);
  send(4);
  assert.equal(session.isAhead(), true);
  const held = session.room();
  assert.ok(held);
  full.resolve();
  await held;
  now = plus(now, 4000);
  assert.deepEqual([session.isAhead(), session.room()], [false, undefined]);
  session.close("unpublish");
});
