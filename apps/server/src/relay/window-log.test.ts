import assert from "node:assert/strict";
import { test } from "node:test";
import { AUDIO_TRACK, millis, type Track, VIDEO_TRACK } from "@oxbow/media";
import { MergedWindow } from "./merged-window.ts";
import { WindowLog } from "./window-log.ts";

const limits = { bytes: 10_000, keptMs: 1_000, groupMs: 5_000, soundMs: 300 };

const track = (id: number): Track => ({
  id,
  timescale: 1000,
  language: "und",
  config: {
    kind: "audio",
    codec: "aac",
    record: Buffer.alloc(2),
    codecString: "mp4a.40.2",
    sampleRate: 48_000,
    channels: 2,
    samplesPerFrame: 1024,
  },
});

const window = (at: number, key: boolean, bytes: number, tracks = [track(VIDEO_TRACK)]) =>
  new MergedWindow({
    at: millis(at),
    tracks,
    changed: false,
    key,
    frames: [],
    times: [],
    bytes,
  });

/** Pushes a window each 100 ms, a keyframe each `group` of them; gives what is kept at the end. */
function kept(count: number, group: number, bytes: number, read: boolean) {
  const log = new WindowLog(limits);
  for (let at = 0; at < count; at++) log.push(window(at * 100, at % group === 0, bytes), read);
  return [log.first, log.next, log.newestKey, log.start(millis(count * 100))];
}

test("without readers the group of pictures is kept, with them what they may be behind by", () => {
  assert.deepEqual(kept(35, 10, 10, false), [30, 35, 30, 30]);
  assert.deepEqual(kept(35, 10, 10, true), [24, 35, 30, 30]);
  assert.deepEqual(kept(49, 40, 10, true), [38, 49, 40, 40]);
});

test("bytes are a limit whatever they are kept for; a group that lost its keyframe begins nothing", () => {
  assert.deepEqual(kept(35, 100, 1_000, true), [25, 35, undefined, undefined]);
  assert.deepEqual(kept(35, 10, 20_000, true), [35, 35, undefined, undefined]);
});

test("a group that is too long is given up, and the next one is kept again", () => {
  assert.deepEqual(kept(60, 200, 10, false), [59, 60, undefined, undefined]);
  assert.deepEqual(kept(205, 200, 10, false), [200, 205, 200, 200]);
});

test("sound alone is kept for some moments, whoever reads", () => {
  const log = new WindowLog(limits);
  for (let at = 0; at < 20; at++) {
    log.push(window(at * 100, true, 10, [track(AUDIO_TRACK)]), false);
  }
  assert.deepEqual([log.first, log.start(millis(1_900))], [16, 16]);
});
