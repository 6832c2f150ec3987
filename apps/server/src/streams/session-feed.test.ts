import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { type Frame, millis, type Track } from "@oxbow/media";
import type { BroadcastOutput } from "./ports.ts";
import { SessionFeed } from "./session-feed.ts";

const videoTrack = (record: number): Track => ({
  id: 1,
  timescale: 90_000,
  language: "und",
  config: {
    kind: "video",
    codec: "avc",
    record: new Uint8Array([record]),
    codecString: "avc1.64001f",
    width: 1280,
    height: 720,
    pixelAspect: [1, 1],
  },
});
const audioTrack: Track = {
  id: 2,
  timescale: 48_000,
  language: "und",
  config: {
    kind: "audio",
    codec: "aac",
    record: new Uint8Array([2]),
    codecString: "mp4a.40.2",
    sampleRate: 48_000,
    channels: 2,
    samplesPerFrame: 1024,
  },
};
const data = new Uint8Array(1);
const picture = (ms: number, key = false): Frame => ({ track: 1, dts: ms * 90, cto: 0, key, data });
const sound = (ms: number): Frame => ({ track: 2, dts: ms * 48, cto: 0, key: true, data });

let clock = 0;
let out: string[] = [];
let feed: SessionFeed;

beforeEach(() => {
  clock = 1_763_000_000_000;
  out = [];
  const origin = clock;
  const output: BroadcastOutput = {
    begin: ({ reason, tracks, at }) => {
      out.push(`${reason} ${tracks.map((track) => track.id).join("+")} at ${at - origin}`);
    },
    frame: ({ track, dts }) => {
      out.push(track === 1 ? `v${dts / 90}` : `a${Math.round(dts / 48)}`);
    },
    room: () => undefined,
    interrupt: () => {},
    end: async () => {},
    position: () => ({ segment: 0, mediaSequence: 0, discontinuity: 0, targetDuration: null }),
  };
  feed = new SessionFeed(
    () => millis(clock),
    () => ({ output, open: null, reason: "start", began: () => {} }),
  );
});

function send(...frames: readonly Frame[]): void {
  for (const frame of frames) feed.frame(frame);
}

test("audio that comes first waits for the picture that was announced", () => {
  feed.expect(new Set(["video", "audio"]));
  feed.configure(audioTrack);
  send(sound(0), sound(21));
  assert.deepEqual(out, []);
  feed.configure(videoTrack(1));
  send(picture(10, true), sound(43), picture(50));
  assert.deepEqual(out, ["start 1+2 at 0", "a11", "v0", "a32", "v40"]);
});

test("pictures before the first keyframe are not carried", () => {
  feed.configure(videoTrack(1));
  feed.expect(new Set(["video"]));
  send(picture(0), picture(40), picture(80, true), picture(120));
  assert.deepEqual(out, ["start 1 at 0", "v0", "v40"]);
  assert.equal(feed.dropped, 2);
});

test("a track that was announced and never comes does not hold up the other for ever", () => {
  feed.expect(new Set(["video", "audio"]));
  feed.configure(videoTrack(1));
  for (let ms = 0; ms <= 1_500; ms += 500) send(picture(ms, ms === 0));
  assert.deepEqual(out, ["start 1 at 0", "v0", "v500", "v1000", "v1500"]);
});

test("audio alone begins with its first unit", () => {
  feed.expect(new Set(["audio"]));
  feed.configure(audioTrack);
  send(sound(100), sound(121));
  assert.deepEqual(out, ["start 2 at 0", "a0", "a21"]);
});

test("a repeated configuration changes nothing", () => {
  feed.expect(new Set(["video"]));
  feed.configure(videoTrack(1));
  send(picture(0, true));
  feed.configure(videoTrack(1));
  send(picture(40));
  assert.deepEqual(out, ["start 1 at 0", "v0", "v40"]);
});

test("a changed configuration begins anew at its keyframe, on the same timeline", () => {
  feed.expect(new Set(["video"]));
  feed.configure(videoTrack(1));
  send(picture(0, true), picture(40));
  feed.configure(videoTrack(9));
  send(picture(80), picture(120, true), picture(160));
  assert.deepEqual(out, ["start 1 at 0", "v0", "v40", "config 1 at 120", "v120", "v160"]);
});

test("a picture that joins an audio-only session begins anew", () => {
  feed.expect(new Set(["audio"]));
  feed.configure(audioTrack);
  send(sound(0), sound(21));
  feed.configure(videoTrack(1));
  send(picture(60, true), sound(64));
  assert.deepEqual(out, ["start 2 at 0", "a0", "a21", "config 1+2 at 60", "v60", "a64"]);
});

test("an encoder's clock that is set anew goes on after what was, at the wall clock", () => {
  feed.expect(new Set(["video"]));
  feed.configure(videoTrack(1));
  send(picture(9_000, true), picture(9_040));
  clock += 500;
  send(picture(0, true), picture(40));
  assert.deepEqual(out, ["start 1 at 0", "v0", "v40", "timestamps 1 at 500", "v500", "v540"]);
});

test("audio of the clock that was does not set the new one back", () => {
  feed.configure(videoTrack(1));
  feed.configure(audioTrack);
  send(picture(60_000, true), sound(60_000), picture(60_040));
  clock += 100;
  send(picture(0, true), sound(60_021), picture(40), sound(0));
  assert.deepEqual(out.slice(4), ["timestamps 1+2 at 100", "v100", "v140", "a100"]);
});
