import assert from "node:assert/strict";
import { test } from "node:test";
import { AUDIO_TRACK, type Frame, millis, type Track, VIDEO_TRACK } from "@oxbow/media";
import * as fc from "fast-check";
import type { Chunk } from "./chunk.ts";
import { createPackager, type Packager } from "./packager.ts";
import { audio, evenly, interleaved, pictures, Recording, video } from "./synthetic-media.ts";

/** As `broadcast-outputs.ts` cuts low-latency streams. */
const PART_MS = 214;

function opened(tracks: readonly Track[]): { out: Recording; packager: Packager } {
  const out = new Recording();
  const packager = createPackager({
    stream: "str_1",
    broadcast: "brd_1",
    rendition: "source",
    partMs: PART_MS,
    segmentMs: 2000,
    longestSegmentMs: 12_000,
    nextSegment: 0,
    newStretchId: () => "stt_1",
    outputs: [out],
  });
  packager.begin({ reason: "start", tracks, origin: millis(0) });
  return { out, packager };
}

function cut(frames: readonly Frame[], tracks: readonly Track[]): Recording {
  const { out, packager } = opened(tracks);
  for (const frame of interleaved(frames)) packager.frame(frame);
  packager.end();
  return out;
}

/** Parts that are not the last of their segment, in milliseconds. */
function wholeParts(chunks: readonly Chunk[], { id, timescale }: Track): number[] {
  const own = chunks.filter((chunk) => chunk.track === id);
  return own
    .filter((chunk, at) => own[at + 1]?.segment === chunk.segment)
    .map((chunk) => (chunk.duration * 1000) / timescale);
}

const outside = (parts: readonly number[]): number[] =>
  parts.filter((ms) => ms > PART_MS || ms < 0.85 * PART_MS);

test("§4.4.4.9: at every common rate, with times in whole milliseconds, parts last 85 to 100 % of the part target", () => {
  const anyVideo = fc.record({
    rate: fc.constantFrom(24_000 / 1001, 24, 25, 30_000 / 1001, 30, 48, 50, 60_000 / 1001, 60),
    gopSeconds: fc.constantFrom(1, 2, 2.5, 4),
    reorder: fc.constantFrom([0], [80, 200, 80, 0]),
    from: fc.double({ min: 0, max: 40, noNaN: true }),
  });
  fc.assert(
    fc.property(anyVideo, ({ rate, gopSeconds, reorder, from }) => {
      const gop = Math.round(rate * gopSeconds);
      const seen = pictures(evenly(from, 9000, rate), (at) => at % gop === 0, reorder);
      const { chunks } = cut(seen, [video]);
      assert.deepEqual(outside(wholeParts(chunks, video)), []);
    }),
    { numRuns: 120 },
  );
});

test("§4.4.4.9: AAC of 1024 and 2048 samples at 44.1 and 48 kHz fits the part target as well", () => {
  for (const [sampleRate, samplesPerFrame] of [
    [44_100, 1024],
    [48_000, 1024],
    [44_100, 2048],
    [48_000, 2048],
    [32_000, 1024],
  ] as const) {
    assert.ok(audio.config.kind === "audio");
    const config = { ...audio.config, sampleRate, samplesPerFrame };
    const track: Track = { ...audio, timescale: sampleRate, config };
    const units = Array.from(
      { length: Math.floor((9 * sampleRate) / samplesPerFrame) },
      (_, at) => ({
        track: AUDIO_TRACK,
        dts: at * samplesPerFrame,
        cto: 0,
        key: true,
        data: new Uint8Array(10),
      }),
    );
    const parts = wholeParts(cut(units, [track]).chunks, track);
    assert.ok(parts.length > 30);
    assert.deepEqual(outside(parts), [], `${sampleRate} Hz, ${samplesPerFrame} samples`);
  }
});

test("a part is sealed when the first frame that is not in it comes: no frame is waited for in vain", () => {
  for (const rate of [24, 25, 30, 50, 60]) {
    const { out, packager } = opened([video]);
    for (const frame of pictures(evenly(0, 5000, rate), (at) => at % (2 * rate) === 0)) {
      packager.frame(frame);
      const last = out.chunks.at(-1);
      const open = frame.dts - ((last?.dts ?? 0) + (last?.duration ?? 0));
      assert.ok(open <= 90 * PART_MS, `${open / 90} ms wait at ${rate} pictures a second`);
    }
    packager.end();
  }
});

test("a chunk says when its segment begins, as the segment does, and whether it was cut short", () => {
  const keys = (at: number): boolean => at % 53 === 0;
  const { chunks, segments } = cut(pictures(evenly(0, 7000, 25), keys, [80, 200, 80, 0]), [video]);
  const walls = new Map(segments.map(({ number, wall }) => [number, wall]));
  for (const chunk of chunks) assert.equal(chunk.segmentWall, walls.get(chunk.segment));
  const short = chunks.filter((chunk) => chunk.duration < 90 * 0.85 * PART_MS);
  assert.ok(short.length > 0);
  assert.ok(short.every((chunk) => chunk.cutShort && chunk.track === VIDEO_TRACK));
});
