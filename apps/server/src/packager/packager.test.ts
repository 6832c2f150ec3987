import assert from "node:assert/strict";
import { test } from "node:test";
import { type Frame, millis, type Track } from "@oxbow/media";
import { createPackager, type Packager, type PackagerOptions } from "./packager.ts";
import {
  audio,
  evenly,
  interleaved,
  pictures,
  Recording,
  sound,
  trackOf,
  video,
} from "./synthetic-media.ts";

const origin = millis(1_763_841_600_000);

function packager(options: Partial<PackagerOptions> = {}): { out: Recording; cut: Packager } {
  const out = new Recording();
  let stretches = 0;
  const cut = createPackager({
    stream: "str_1",
    broadcast: "brd_1",
    rendition: "source",
    partMs: 500,
    segmentMs: 2000,
    longestSegmentMs: 12_000,
    nextSegment: 7,
    newStretchId: () => `stt_${++stretches}`,
    outputs: [out],
    ...options,
  });
  return { out, cut };
}

function run(
  frames: readonly Frame[],
  tracks: readonly Track[],
  options: Partial<PackagerOptions> = {},
): Recording {
  const { out, cut } = packager(options);
  cut.begin({ reason: "start", tracks, origin });
  for (const frame of frames) cut.frame(frame);
  cut.end();
  return out;
}

const milliseconds = (ticks: number, track: number): number =>
  Math.round((ticks * 1000) / trackOf(track).timescale);

const shape = (out: Recording): unknown[] =>
  out.segments.map((segment) => [
    segment.number,
    segment.seconds,
    segment.independent,
    segment.tracks.map((track) =>
      track.chunks.map((chunk) => milliseconds(chunk.duration, track.track)),
    ),
  ]);

const every = (gop: number) => (at: number) => at % gop === 0;

test("30 pictures a second in whole milliseconds make parts of 15 and segments of 60", () => {
  const out = run(pictures(evenly(0, 4400, 30), every(60)), [video]);
  assert.deepEqual(shape(out), [
    [7, 2, true, [[500, 500, 500, 500]]],
    [8, 2, true, [[500, 500, 500, 500]]],
    [9, 0.401, true, [[401]]],
  ]);
  assert.deepEqual(
    out.chunks.map((chunk) => [
      chunk.segment,
      chunk.part,
      chunk.samples.count,
      chunk.independent,
      chunk.wall - origin,
    ]),
    Array.from({ length: 9 }, (_, at) => [
      7 + Math.floor(at / 4),
      at % 4,
      at === 8 ? 12 : 15,
      at % 4 === 0,
      at * 500,
    ]),
  );
});

test("a full part is sealed when its last frame's length is known, not a frame later", () => {
  const { out, cut } = packager();
  cut.begin({ reason: "start", tracks: [video], origin });
  const frames = pictures(evenly(0, 600, 30), every(60));
  for (const frame of frames.slice(0, 15)) cut.frame(frame);
  assert.equal(out.chunks.length, 0);
  cut.frame(frames[15] ?? assert.fail());
  assert.deepEqual([out.chunks.length, out.chunks[0]?.samples.count], [1, 15]);
});

test("audio changes segment at its first unit from the keyframe's presentation time on", () => {
  // Two pictures of reordering: the keyframe is shown 67 ms after its decode time.
  const frames = [...pictures(evenly(0, 6000, 30), every(60), [67, 167, 67, 0]), ...sound(0, 6000)];
  const out = run(interleaved(frames), [video, audio]);
  assert.deepEqual(
    out.segments.map((segment) => segment.seconds),
    [2, 2, 2.001],
  );
  for (const number of [8, 9]) {
    const boundary = (out.samples(1, number)[0]?.dts ?? 0) / 90 + 67;
    assert.equal(boundary, (number - 7) * 2000 + 67);
    const before = out.samples(2, number - 1).at(-1)?.dts ?? Number.NaN;
    const after = out.samples(2, number)[0]?.dts ?? Number.NaN;
    assert.ok(before / 48 < boundary && boundary <= after / 48, `${before / 48} ${after / 48}`);
  }
  assert.deepEqual(
    out.segments.map((segment) => segment.wall - origin),
    [67, 2067, 4067],
  );
});

test("audio that comes a second early or late is cut at the same places", () => {
  const frames = [...pictures(evenly(0, 8000, 30), every(60)), ...sound(0, 8000)];
  const together = run(interleaved(frames), [video, audio]);
  for (const lag of [-1000, 1000]) {
    const apart = run(interleaved(frames, lag), [video, audio]);
    for (const { number } of together.segments) {
      assert.deepEqual(apart.samples(2, number), together.samples(2, number));
      assert.deepEqual(apart.samples(1, number), together.samples(1, number));
    }
  }
});

test("audio alone is cut by duration", () => {
  const out = run(sound(0, 5000), [audio]);
  assert.deepEqual(shape(out), [
    [7, (94 * 1024) / 48_000, true, [[491, 491, 491, 491, 43]]],
    [8, (94 * 1024) / 48_000, true, [[491, 491, 491, 491, 43]]],
    [9, (47 * 1024) / 48_000, true, [[491, 491, 21]]],
  ]);
});

test("§6.2.1: the first segment fixes the target; later groups of pictures are cut to it", () => {
  const keys = new Set([0, 60, 120, 270, 330, 390]);
  const { out, cut } = packager();
  cut.begin({ reason: "start", tracks: [video], origin });
  assert.equal(cut.targetDuration, undefined);
  for (const frame of pictures(evenly(0, 14_900, 30), (at) => keys.has(at))) cut.frame(frame);
  assert.equal(cut.targetDuration, 2);
  cut.end();
  assert.deepEqual(
    out.segments.map((segment) => [Number(segment.seconds.toFixed(3)), segment.independent]),
    [
      [2, true],
      [2, true],
      [2.4, true],
      [2.4, false],
      [0.2, false],
      [2, true],
      [2, true],
      [1.901, true],
    ],
  );
});

test("a first group of pictures of ten seconds is one segment, one without an end is cut at the longest", () => {
  const ten = run(pictures(evenly(0, 20_000, 25), every(250)), [video]);
  assert.deepEqual(
    ten.segments.map((segment) => segment.seconds),
    [10, 10],
  );
  const endless = run(
    pictures(evenly(0, 30_000, 25), (at) => at === 0),
    [video],
  );
  assert.deepEqual(
    endless.segments.map((segment) => [segment.seconds, segment.independent]),
    [
      [12, true],
      [12.4, false],
      [5.6, false],
    ],
  );
});

test("a target of a broadcast that goes on after a restart is kept", () => {
  const { out, cut } = packager({ targetDuration: 3 });
  cut.begin({ reason: "restart", tracks: [video], origin });
  for (const frame of pictures(evenly(0, 7000, 10), (at) => at === 0)) cut.frame(frame);
  assert.equal(cut.targetDuration, 3);
  cut.end();
  assert.deepEqual(
    out.segments.map((segment) => segment.seconds),
    [3.4, 3.4, 0.2],
  );
});

test("a screen recording of 1.1 s pictures has parts of one picture", () => {
  const out = run(pictures(evenly(0, 6600, 1 / 1.1), every(2)), [video]);
  assert.deepEqual(shape(out), [
    [7, 2.2, true, [[1100, 1100]]],
    [8, 2.2, true, [[1100, 1100]]],
    [9, 2.2, true, [[1100, 1100]]],
  ]);
});

test("muted audio holds segments back for three seconds once, then no more", () => {
  const { out, cut } = packager();
  cut.begin({ reason: "start", tracks: [video, audio], origin });
  const seen: number[][] = [];
  const frames = interleaved([
    ...pictures(evenly(0, 14_000, 30), every(60)),
    ...sound(0, 2500),
    ...sound(11_000, 14_000),
  ]);
  for (const frame of frames) {
    const before = out.segments.length;
    cut.frame(frame);
    if (out.segments.length > before)
      seen.push([
        Math.floor(frame.dts / (frame.track === 1 ? 90_000 : 48_000)),
        out.segments.length,
      ]);
  }
  cut.end();
  // The second segment ends at 4 s and waits until 7 s; the third ended meanwhile; the rest wait no more.
  assert.deepEqual(seen, [
    [2, 1],
    [7, 3],
    [8, 4],
    [10, 5],
    [12, 6],
  ]);
  assert.deepEqual(
    out.segments.map((segment) => segment.tracks.map((track) => track.track)),
    [[1, 2], [1, 2], [1], [1], [1], [1, 2], [1, 2]],
  );
});

test("frozen video lets the audio go on in segments of its own, and takes its place again", () => {
  const frozen = [...evenly(0, 3000, 30), ...evenly(12_000, 16_000, 30)];
  const frames = interleaved([
    ...pictures(frozen, (at) => (at < 90 ? at : at - 90) % 60 === 0),
    ...sound(0, 16_000),
  ]);
  const out = run(frames, [video, audio]);
  assert.deepEqual(
    out.samples(1),
    frames.filter((frame) => frame.track === 1),
  );
  assert.deepEqual(
    out.samples(2),
    frames.filter((frame) => frame.track === 2),
  );
  assert.deepEqual(
    out.segments.map((segment) => [
      Number(segment.seconds.toFixed(1)),
      segment.tracks.map((track) => track.track),
    ]),
    [
      [2, [1, 2]],
      [2, [1, 2]],
      [2, [2]],
      [2, [2]],
      [2, [2]],
      [2, [1, 2]],
      [2, [1, 2]],
      [2, [1, 2]],
    ],
  );
});

/** Segments of 2.4 s of video with audio up to `audioTo`: seconds, and how many tracks they have. */
const ending = (audioTo: number): unknown[] =>
  run(interleaved([...pictures(evenly(0, 2400, 25), every(50)), ...sound(0, audioTo)]), [
    video,
    audio,
  ]).segments.map((segment) => [Number(segment.seconds.toFixed(1)), segment.tracks.length]);

test("audio that outlasts the video is cut by itself, a short rest stays with the last pictures", () => {
  assert.deepEqual(ending(3000), [
    [2, 2],
    [0.4, 2],
  ]);
  assert.deepEqual(ending(5200), [
    [2, 2],
    [2, 2],
    [1.2, 1],
  ]);
});

test("audio that starts late, and video that never comes, are told as they are", () => {
  const late = run(
    interleaved([...pictures(evenly(0, 6000, 30), every(60)), ...sound(2500, 6000)]),
    [video, audio],
  );
  assert.deepEqual(
    late.segments.map((segment) => segment.tracks.map((track) => track.track)),
    [[1], [1, 2], [1, 2]],
  );
  const blind = run(sound(0, 7000), [video, audio]);
  assert.deepEqual(
    blind.segments.map((segment) => [Number(segment.seconds.toFixed(1)), segment.independent]),
    [
      [2, false],
      [2, false],
      [2, false],
      [1, false],
    ],
  );
});

test("a segment of giant frames is cut for its size", () => {
  const frames = pictures(evenly(0, 2000, 30), (at) => at === 0, [0], 1000);
  const out = run(frames, [video], { openBytes: 10_000 });
  assert.deepEqual(out.samples(1), frames);
  for (const segment of out.segments) assert.ok((segment.tracks[0]?.bytes ?? 0) < 12_000);
  assert.ok(out.segments.length >= 6);
});

test("an interruption seals what is open, and the next stretch goes on with the next number", () => {
  const { out, cut } = packager();
  const first = pictures(evenly(0, 700, 30), every(60));
  const second = pictures(evenly(5000, 5400, 30), every(60));
  cut.begin({ reason: "start", tracks: [video], origin });
  for (const frame of first) cut.frame(frame);
  cut.interrupt();
  cut.interrupt();
  assert.equal(cut.nextSegment, 8);
  cut.begin({ reason: "reconnect", tracks: [video], origin });
  cut.begin({ reason: "config", tracks: [video], origin });
  for (const frame of second) cut.frame(frame);
  cut.end();
  cut.end();
  assert.deepEqual(out.samples(1), [...first, ...second]);
  assert.deepEqual(
    out.stretches.map((stretch) => [stretch.id, stretch.reason, stretch.firstSegment]),
    [
      ["stt_1", "start", 7],
      ["stt_2", "reconnect", 8],
      ["stt_3", "config", 8],
    ],
  );
  assert.deepEqual(out.ended, out.stretches);
  assert.deepEqual(
    out.segments.map((segment) => [segment.number, segment.stretch.id, segment.wall - origin]),
    [
      [7, "stt_1", 0],
      [8, "stt_3", 5000],
    ],
  );
  assert.equal(cut.nextSegment, 9);
});

test("what breaks the contract of the port is refused", () => {
  const { cut } = packager();
  const [frame = assert.fail()] = pictures([0], () => true);
  assert.throws(() => cut.frame(frame), /before its stretch began/);
  assert.throws(() => cut.begin({ reason: "start", tracks: [], origin }), /at least one track/);
  cut.begin({ reason: "start", tracks: [video], origin });
  cut.frame(frame);
  assert.throws(() => cut.frame(frame), /does not grow after 0/);
  assert.throws(() => cut.frame({ ...frame, track: 9 }), /Track 9 is not in the stretch/);
  cut.end();
  assert.throws(() => cut.begin({ reason: "start", tracks: [video], origin }), /has ended/);
});
