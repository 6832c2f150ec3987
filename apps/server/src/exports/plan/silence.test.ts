import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { type AudioConfig, parseAudioSpecificConfig } from "@oxbow/media";
import { canBeSilent, silentFrame, silentTicks } from "./silence.ts";

/** AAC-LC at 48 kHz with a channelConfiguration. */
const config = (channels: number): AudioConfig =>
  parseAudioSpecificConfig(Uint8Array.of((2 << 3) | (3 >> 1), ((3 & 1) << 7) | (channels << 3)));

/** An ADTS frame around a raw one (ISO/IEC 14496-3 §1.A.2.2). */
function adts(frame: Uint8Array, channels: number): Buffer {
  const length = frame.length + 7;
  const head = [
    ...[0xff, 0xf1, (1 << 6) | (3 << 2) | (channels >> 2)],
    ...[((channels & 3) << 6) | (length >> 11), (length >> 3) & 0xff],
    ...[((length & 7) << 5) | 0x1f, 0xfc],
  ];
  return Buffer.from([...head, ...frame]);
}

for (const [code, channels] of [
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 6],
  [7, 8],
] as const) {
  test(`silence of ${channels} channels is decoded without a complaint, and is silent`, () => {
    const frame = silentFrame(config(code));
    assert.ok(frame);
    const input = Buffer.concat(Array.from({ length: 20 }, () => adts(frame, code)));
    const strict = ["-v", "error", "-xerror", "-err_detect", "explode", "-f", "aac"];
    const output = ["-ac", String(channels), "-f", "s16le", "-"];
    const sound = execFileSync("ffmpeg", [...strict, "-i", "-", ...output], { input });
    assert.equal(sound.length, 20 * 1024 * channels * 2);
    assert.ok(sound.every((byte) => byte === 0));
  });
}

test("silence lasts as long as any frame of its track, and there is none for other codecs", () => {
  const stereo = { id: 2, timescale: 48_000, language: "und", config: config(2) };
  assert.equal(silentTicks(stereo), 1024);
  assert.equal(silentTicks({ ...stereo, timescale: 1000 }), undefined);
  const opus = { ...stereo, config: { ...stereo.config, codec: "opus" as const } };
  assert.deepEqual([canBeSilent(stereo), canBeSilent(opus)], [true, false]);
  // With SBR a frame is one of the core, and lasts twice as long.
  const twice = parseAudioSpecificConfig(Uint8Array.of(0x2b, 0x11, 0x88, 0));
  assert.equal(silentTicks({ ...stereo, config: twice }), 2048);
  assert.deepEqual(silentFrame(twice), silentFrame(config(2)));
});
