import assert from "node:assert/strict";
import { test } from "node:test";
import { millis, plus, type Track } from "@oxbow/media";
import { parse } from "mpd-parser";
import { faultsOf } from "../../../../fixtures/check-mpd.ts";
import { mpd } from "./mpd.ts";
import {
  type Layout,
  type Presentation,
  PresentationTimeline,
  type PresentedStretch,
} from "./presentation.ts";
import type { PresentedSegment, TrackSpan } from "./presented-segment.ts";

const origin = millis(1_763_841_600_000);
const video: Track = {
  id: 1,
  timescale: 90_000,
  language: "und",
  config: {
    kind: "video",
    codec: "avc",
    record: new Uint8Array(),
    codecString: "avc1.64001f",
    width: 1280,
    height: 720,
    pixelAspect: [1, 1],
    frameRate: 25,
  },
};
const audio: Track = {
  id: 2,
  timescale: 48_000,
  language: "por",
  config: {
    kind: "audio",
    codec: "aac",
    record: new Uint8Array(),
    codecString: "mp4a.40.2",
    sampleRate: 48_000,
    channels: 2,
    samplesPerFrame: 1024,
  },
};

const stretch = (id: string, more: Partial<PresentedStretch> = {}): PresentedStretch => ({
  ...{ id, origin, broadcast: "brd_1", tracks: [video, audio] },
  ...more,
});

/** Two seconds from `at` seconds on, in these tracks. */
function segment(number: number, at: number, tracks: readonly Track[]): PresentedSegment {
  const [first, ...rest] = tracks.map(
    ({ id, timescale }): TrackSpan => ({
      ...{ track: id, t: at * timescale, d: 2 * timescale },
      bytes: id === 1 ? 600_000 : 32_000,
    }),
  );
  assert.ok(first);
  return { number, independent: true, spans: [first, ...rest] };
}

/** Two segments, two without sound, one more; then three seconds off air, and another stretch. */
function broadcast(): PresentationTimeline {
  const timeline = new PresentationTimeline();
  const first = stretch("stt_a");
  timeline.append(first, segment(7, 1, [video, audio]));
  timeline.append(first, segment(8, 3, [video, audio]));
  timeline.append(first, segment(9, 5, [video]));
  timeline.append(first, segment(10, 7, [video]));
  timeline.append(first, segment(11, 9, [video, audio]));
  timeline.append(stretch("stt_b"), segment(12, 14, [video, audio]));
  return timeline;
}

const wall: Layout = { by: "wall", zero: origin, ended: false };

function textOf({ periods, end, longestSegment }: Presentation): string {
  return mpd({ run: { type: "static", duration: end }, minBuffer: 2, longestSegment, periods });
}

const shape = (presentation: Presentation | undefined): unknown[] =>
  (presentation?.periods ?? []).map(({ id, start, duration, sets }) => [
    id,
    start,
    duration,
    sets.map((set) => `${set.contentType} ${set.template.startNumber} ${set.continues ?? "-"}`),
  ]);

test("a period ends where a track begins or ceases, and where a stretch does", () => {
  const laid = broadcast().lay({ ...wall, ended: true });
  assert.deepEqual(shape(laid), [
    ["stt_a-7", 1, undefined, ["video 7 -", "audio 7 -"]],
    ["stt_a-10", 7, undefined, ["video 10 stt_a-7"]],
    ["stt_a-11", 9, undefined, ["video 11 stt_a-10", "audio 11 stt_a-10"]],
    ["stt_b-12", 14, 2, ["video 12 -", "audio 12 -"]],
  ]);
  assert.ok(laid);
  assert.equal(laid.end, 16);
  // What an encoder sent last is often pictures alone: that is no period of its own.
  assert.deepEqual(
    laid.periods[0]?.sets.map(({ template: { timeline } }) =>
      "duration" in timeline ? 0 : timeline.length,
    ),
    [3, 2],
  );
  assert.deepEqual(faultsOf(textOf(laid)), []);
});

test("joined periods follow each other without a hole, and a player's parser sees them so", () => {
  const laid = broadcast().lay({
    ...{ by: "joined", zero: origin, ended: true },
    from: plus(origin, 2500),
    to: plus(origin, 15_000),
  });
  assert.deepEqual(shape(laid), [
    ["stt_a-7", 0, 4.5, ["video 7 -", "audio 7 -"]],
    ["stt_a-10", 4.5, 2, ["video 10 stt_a-7"]],
    ["stt_a-11", 6.5, 2, ["video 11 stt_a-10", "audio 11 stt_a-10"]],
    ["stt_b-12", 8.5, 1, ["video 12 -", "audio 12 -"]],
  ]);
  assert.ok(laid);
  assert.deepEqual(
    laid.periods[0]?.sets.map(({ template }) => template.presentationTimeOffset),
    [225_000, 120_000],
    "what lies before the range is cut off where the range begins",
  );
  const text = textOf(laid);
  assert.deepEqual(faultsOf(text), []);
  const read = parse(text, { manifestUri: "http://h/dvr/s/manifest.mpd" });
  assert.equal(read.duration, 9.5);
  assert.deepEqual(
    read.playlists[0]?.segments.map(({ uri, map }) => [uri, map.uri]),
    [
      ["stt_a/1/7.m4s", "stt_a/1/init.mp4"],
      ["stt_a/1/8.m4s", "stt_a/1/init.mp4"],
      ["stt_a/1/9.m4s", "stt_a/1/init.mp4"],
      ["stt_a/1/10.m4s", "stt_a/1/init.mp4"],
      ["stt_a/1/11.m4s", "stt_a/1/init.mp4"],
      ["stt_b/1/12.m4s", "stt_b/1/init.mp4"],
    ],
  );
});

test("what leaves at the head changes no id, no beginning and no offset of what stays", () => {
  const timeline = broadcast();
  const before = timeline.lay(wall);
  timeline.drop((_, endsAt) => endsAt <= origin + 5000);
  assert.deepEqual(
    shape(timeline.lay(wall)),
    shape(before).slice(1),
    "a period that would be left with pictures alone leaves as well",
  );
  timeline.drop(({ number }) => number < 9);
  const young = new PresentationTimeline();
  const one = stretch("stt_c");
  for (const at of [0, 1, 2]) young.append(one, segment(20 + at, at * 2, [video, audio]));
  young.drop(({ number }) => number < 21);
  const laid = young.lay(wall);
  assert.deepEqual(shape(laid), [["stt_c-20", 0, undefined, ["video 21 -", "audio 21 -"]]]);
  assert.equal(laid?.periods[0]?.sets[0]?.template.presentationTimeOffset, 0);
  young.drop(() => true);
  assert.deepEqual(shape(young.lay(wall)), [
    ["stt_c-20", 0, undefined, ["video 22 -", "audio 22 -"]],
  ]);
});

test("a stretch that continues another says so", () => {
  const timeline = new PresentationTimeline();
  timeline.append(stretch("stt_a"), segment(1, 0, [video]));
  timeline.append(stretch("stt_b", { continues: true }), segment(2, 2, [video]));
  assert.deepEqual(shape(timeline.lay(wall)), [
    ["stt_a-1", 0, undefined, ["video 1 -"]],
    ["stt_b-2", 2, undefined, ["video 2 stt_a-1"]],
  ]);
});

test("a bandwidth is that of the largest segment; a short rest counts only alone", () => {
  const timeline = new PresentationTimeline();
  const one = stretch("stt_a");
  const rest: TrackSpan = { track: 1, t: 0, d: 9000, bytes: 100_000 };
  const rate = (): number | undefined =>
    timeline.lay(wall)?.periods[0]?.sets[0]?.representations[0]?.bandwidth;
  assert.equal(rate(), undefined);
  timeline.append(one, { number: 1, independent: true, spans: [rest] });
  assert.equal(rate(), 1_600_000);
  timeline.append(one, {
    number: 2,
    independent: true,
    spans: [{ ...rest, t: 9000, d: 180_000, bytes: 600_000 }],
  });
  assert.equal(rate(), 2_400_000);
  timeline.append(one, { number: 3, independent: true, spans: [{ ...rest, t: 189_000 }] });
  assert.equal(rate(), 2_400_000);
});

test("the open segment and the next are listed while the newest three tell their lengths, and sound ends with its unit", () => {
  const timeline = new PresentationTimeline();
  const one = stretch("stt_a");
  const low: Layout = { ...wall, growsBy: 0.2 };
  const unit = 1024;
  // What AAC makes of two seconds: the unit that begins before the next keyframe is the last.
  const sound = [0, 94, 188, 282, 375].map((units) => units * unit);
  const add = (number: number, t: number, d: number): void => {
    const [from = 0, to = 0] = sound.slice(number);
    const spans = [
      { track: 1, t, d, bytes: 600_000 },
      { track: 2, t: from, d: to - from, bytes: 32_000 },
    ] as const;
    timeline.append(one, { number, independent: true, spans });
  };
  add(0, 0, 180_000);
  add(1, 180_000, 180_090);
  assert.equal(timeline.lay(low)?.grows, false, "two tell nothing");
  add(2, 360_090, 179_910);
  const laid = timeline.lay(low);
  assert.equal(laid?.grows, true);
  assert.deepEqual(
    laid?.periods[0]?.sets.map(({ template }) => [
      template.availabilityTimeOffset,
      "duration" in template.timeline ? [] : template.timeline.slice(3),
    ]),
    [
      [
        1.8,
        [
          { t: 540_000, d: 180_000 },
          { t: 720_000, d: 180_000 },
        ].map((span) => ({ track: 1, ...span, bytes: 0 })),
      ],
      [
        1.8,
        [
          { t: 282 * unit, d: 93 * unit },
          { t: 375 * unit, d: 94 * unit },
        ].map((span) => ({ track: 2, ...span, bytes: 0 })),
      ],
    ],
  );
  assert.deepEqual(faultsOf(textOf(laid ?? assert.fail())), []);
  assert.equal(timeline.lay({ ...low, ended: true })?.grows, false, "nothing follows the end");
  assert.equal(timeline.lay(wall)?.grows, false);
  add(3, 540_000, 90_000);
  assert.equal(timeline.lay(low)?.grows, false, "a keyframe that came early ends the cadence");
});
