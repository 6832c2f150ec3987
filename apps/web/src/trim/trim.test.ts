import assert from "node:assert/strict";
import { test } from "node:test";
import { clockText, readClock } from "./clock-text.ts";
import { loudest, MOST_SEGMENTS, peaksOf, sampled } from "./peaks.ts";
import {
  keyframesOf,
  lengthOf,
  nearest,
  positionOf,
  type RecordedSegment,
  readSegments,
  wallOf,
} from "./recorded-segments.ts";
import { beginHistory, changeHistory, moveEdge, setEdge } from "./selection.ts";
import { panned, ruler, shareOf, showing, zoomed } from "./view.ts";

const begins = Date.parse("2026-03-01T20:00:00.000Z");
const at = (second: number): number => begins + second * 1000;

/** Two seconds each, ten seconds missing after the second one. */
const playlist = `#EXTM3U
#EXT-X-TARGETDURATION:2
#EXT-X-MAP:URI="stt_1/1/init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-03-01T20:00:00.000Z
#EXTINF:2.000,
stt_1/1/0.iframe.m4s
#EXTINF:2.000,
stt_1/1/1.iframe.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="stt_2/1/init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-03-01T20:00:14.000Z
#EXT-X-GAP
#EXTINF:2.000,
stt_2/1/2.iframe.m4s
#EXTINF:1.500,
stt_2/1/3.iframe.m4s
#EXT-X-ENDLIST
`;
const segments = readSegments(playlist, "https://media.test/t/T/dvr/story/iframes.m3u8?from=1");

test("a playlist is read with the clock of each segment, and the section that it needs", () => {
  assert.deepEqual(
    segments.map(({ wall, duration, position, gap }) => [
      (wall - begins) / 1000,
      duration,
      position,
      gap,
    ]),
    [
      [0, 2, 0, false],
      [2, 2, 2, false],
      [14, 2, 4, true],
      [16, 1.5, 6, false],
    ],
  );
  assert.deepEqual(
    [segments[3]?.url, segments[3]?.init],
    [
      "https://media.test/t/T/dvr/story/stt_2/1/3.iframe.m4s",
      "https://media.test/t/T/dvr/story/stt_2/1/init.mp4",
    ],
  );
});

test("moments and positions are each other's reverse, and what is missing has no length", () => {
  for (const [second, position] of [
    [0, 0],
    [3, 3],
    [14.5, 4.5],
    [17, 7],
  ] as const) {
    assert.equal(positionOf(segments, at(second)), position);
    assert.equal(wallOf(segments, position), at(second));
  }
  // In the hole the player stands where it goes on; before and after there is nothing.
  assert.deepEqual(
    [positionOf(segments, at(9)), positionOf(segments, at(-5)), positionOf(segments, at(99))],
    [4, 0, 7.5],
  );
  assert.equal(lengthOf(segments, at(1), at(16)), 5);
  assert.equal(lengthOf([], at(1), at(16)), 0);
});

test("a cut without encoding is where a picture decodes alone", () => {
  const keyframes = keyframesOf(segments);
  assert.deepEqual(keyframes, [at(0), at(2), at(16)]);
  assert.deepEqual(
    [-3, 1.2, 9.2, 40].map((second) => nearest(keyframes, at(second))),
    [at(0), at(2), at(16), at(16)],
  );
  assert.equal(nearest([], at(1)), undefined);
});

const limits = { from: at(0), to: at(20), least: 40 };
const selection = { from: at(5), to: at(10) };

test("an edge stays within the recording, and before or after the other one", () => {
  const moved = (edge: "from" | "to", second: number) =>
    moveEdge(selection, edge, at(second), limits);
  assert.deepEqual(moved("from", 7), { from: at(7), to: at(10) });
  assert.deepEqual(moved("from", -7), { from: at(0), to: at(10) });
  assert.deepEqual(moved("from", 12), { from: at(10) - 40, to: at(10) });
  assert.deepEqual(moved("to", 4), { from: at(5), to: at(5) + 40 });
  assert.deepEqual(moved("to", 40), { from: at(5), to: at(20) });
  // Set at a playhead that is past the other edge, it takes that along.
  assert.deepEqual(setEdge(selection, "from", at(12), limits), { from: at(12), to: at(20) });
  assert.deepEqual(setEdge(selection, "to", at(3), limits), { from: at(0), to: at(3) });
});

test("a movement is undone as one, and redone until something else is chosen", () => {
  const choice = (from: number, step: boolean) =>
    ({ to: "choice", selection: { from: at(from), to: at(10) }, step }) as const;
  let history = beginHistory(selection);
  history = changeHistory(history, choice(6, true));
  history = changeHistory(history, choice(7, false));
  history = changeHistory(history, choice(8, true));
  history = changeHistory(history, choice(8, true));
  const seen = (["undo", "undo", "undo", "redo"] as const).map((to) => {
    history = changeHistory(history, { to });
    return (history.now.from - begins) / 1000;
  });
  assert.deepEqual(seen, [7, 5, 5, 7]);
  history = changeHistory(history, choice(9, true));
  assert.equal(changeHistory(history, { to: "redo" }), history);
});

test("zooming keeps the moment under the pointer, and stays within the recording", () => {
  const whole = { from: at(0), to: at(100) };
  const near = zoomed(whole, whole, 0.1, at(50));
  assert.deepEqual(near, { from: at(45), to: at(55) });
  assert.deepEqual(zoomed(near, whole, 100, at(50)), whole);
  assert.deepEqual(panned(near, whole, 1e9), { from: at(90), to: at(100) });
  assert.equal(
    zoomed(near, whole, 0.0001, at(50)).to - zoomed(near, whole, 0.0001, at(50)).from,
    2000,
  );
  assert.deepEqual(showing(near, whole, at(80)), { from: at(75), to: at(85) });
  assert.equal(shareOf(near, at(50)), 0.5);
  assert.deepEqual(
    ruler(near, at(0), 4).map((wall) => (wall - begins) / 1000),
    [45, 50, 55],
  );
});

test("a time of day is a moment of the recording, over midnight too", () => {
  const from = new Date(2026, 2, 1, 23, 50).getTime();
  const to = from + 1_800_000;
  const read = (text: string) => readClock(text, from, to);
  assert.equal(read("23:55:07.250"), from + 307_250);
  assert.equal(read("0:10"), from + 1_200_000);
  assert.equal(clockText(from + 307_250), "23:55:07.250");
  assert.equal(read(clockText(to)), to);
  for (const text of ["", "24:00", "12:60", "1", "1:2:3", "now"])
    assert.equal(read(text), undefined);
});

test("peaks are the loudest samples of each fiftieth of a second", () => {
  const left = new Float32Array(1600);
  const right = new Float32Array(1600);
  left[170] = -0.75;
  right[10] = 0.5;
  const peaks = peaksOf([left, right], 8000);
  assert.deepEqual([...peaks], [0.5, 0.75, 0, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(
    [loudest(peaks, 0, 1), loudest(peaks, 0.5, 0.6), loudest(peaks, 0, 0)],
    [0.75, 0, 0.5],
  );
  assert.deepEqual([...peaksOf([], 8000)], []);
});

test("long views listen to some segments, the same ones while they move", () => {
  const day = Array.from({ length: 5000 }, (_, n): RecordedSegment => {
    return { wall: at(n * 2), duration: 2, position: n * 2, url: `${n}`, init: "", gap: n === 8 };
  });
  const all = sampled(day, { from: at(0), to: at(200) });
  assert.deepEqual([all.stride, all.segments.length], [1, 99]);
  const wide = sampled(day, { from: at(0), to: at(9000) });
  assert.ok(wide.segments.length <= MOST_SEGMENTS && wide.stride === 32, `${wide.stride}`);
  const later = sampled(day, { from: at(1000), to: at(9900) });
  const known = new Set(wide.segments);
  assert.ok(later.segments.filter((one) => known.has(one)).length > 120);
});
