import assert from "node:assert/strict";
import { test } from "node:test";
import { clockText, readClock } from "./clock-text.ts";
import { filmLevel, sheetOf } from "./film-levels.ts";
import { attracted, nearest, nextOf, pictureFrom } from "./moments.ts";
import { pagesOf } from "./pages.ts";
import { loudest, MOST_SEGMENTS, peaksOf, sampled } from "./peaks.ts";
import { grown, type RecordedSegment, readFrameRate, readSegments } from "./recorded-segments.ts";
import { lengthOf, positionOf, stretchAt, stretchesOf, wallOf } from "./recorded-time.ts";
import { beginHistory, changeHistory, heldTo, moveEdge, setEdge } from "./selection.ts";
import { snapTargets } from "./snap-targets.ts";
import { panned, pinched, ruler, shareOf, showing, within, zoomed } from "./view.ts";

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
    segments.map(({ wall, duration, gap }) => [(wall - begins) / 1000, duration, gap]),
    [
      [0, 2, false],
      [2, 2, false],
      [14, 2, true],
      [16, 1.5, false],
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

test("what grows is known once, and what was removed is forgotten", () => {
  const walls = (list: readonly RecordedSegment[]) =>
    list.map(({ wall }) => (wall - begins) / 1000);
  // The segment that the range begins in is told again.
  assert.deepEqual(walls(grown(segments.slice(0, 3), segments.slice(1), at(0))), [0, 2, 14, 16]);
  assert.deepEqual(walls(grown(segments, [], at(3))), [2, 14, 16]);
  assert.deepEqual(walls(grown([], segments, at(17))), [16]);
});

test("how many pictures a second there are is read where it is said", () => {
  const line = (rate: string) => `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1${rate}\nvideo.m3u8\n`;
  assert.equal(readFrameRate(line(',FRAME-RATE=59.940,AUDIO="a"')), 59.94);
  assert.equal(readFrameRate(line("")), undefined);
});

const iso = (second: number): string => new Date(at(second)).toISOString();
/** Away from 4 to 14, and a hundredth of a second twice. */
const stretches = stretchesOf([
  { from: iso(0), to: iso(4) },
  { from: iso(14), to: iso(16.01) },
  { from: iso(16), to: iso(17.5) },
]);

test("moments and positions are each other's reverse, and what is missing has no length", () => {
  for (const [second, position] of [
    [0, 0],
    [3, 3],
    [14.5, 4.5],
    [17, 7],
  ] as const) {
    assert.equal(positionOf(stretches, at(second)), position);
    assert.equal(wallOf(stretches, position), at(second));
  }
  // In the hole the player stands where it goes on; before and after there is nothing.
  assert.deepEqual(
    [9, -5, 99].map((second) => positionOf(stretches, at(second))),
    [4, 0, 7.5],
  );
  assert.deepEqual([wallOf(stretches, 4), wallOf(stretches, 4, true)], [at(14), at(4)]);
  assert.equal(lengthOf(stretches, at(1), at(16)), 5);
  assert.equal(lengthOf([], at(1), at(16)), 0);
  assert.equal(stretchAt(stretches, at(9))?.from, at(0));
});

test("of moments the nearest, the next, and what draws an edge to itself", () => {
  const moments = [at(0), at(2), at(16)];
  assert.deepEqual(
    [-3, 1.2, 9, 9.2, 40].map((second) => nearest(moments, at(second))),
    [at(0), at(2), at(2), at(16), at(16)],
  );
  assert.equal(nearest([], at(1)), undefined);
  assert.deepEqual(
    [nextOf(moments, at(2), 1), nextOf(moments, at(2), -1), nextOf(moments, at(1), -1)],
    [at(16), at(0), at(0)],
  );
  assert.deepEqual(
    [nextOf(moments, at(16), 1), nextOf(moments, at(0), -1)],
    [undefined, undefined],
  );
  const targets = snapTargets(stretches, [{ at: iso(7) }, { at: iso(4) }]);
  assert.deepEqual(targets, [0, 4, 7, 14, 16.01, 17.5].map(at));
  assert.deepEqual(
    [attracted(targets, at(6.4), 700), attracted(targets, at(6.2), 700)],
    [at(7), undefined],
  );
});

test("a thousand steps of a picture arrive at that picture, at any rate", () => {
  for (const rate of [24, 25, 30, 50, 60_000 / 1001]) {
    const pictureMs = 1000 / rate;
    let wall = begins;
    for (let step = 0; step < 1000; step += 1) wall = pictureFrom(begins, wall, pictureMs, 1);
    const late = begins + 1000 * pictureMs - wall;
    assert.ok(late > -0.06 && late < 1, `${late} ms at ${rate} a second`);
    assert.equal(pictureFrom(begins, wall, pictureMs, -1000), begins);
  }
});

const HOUR = 3600;
const long = { from: at(0), to: at(12 * HOUR) };

test("what a strip asks for does not depend on how long the recording is", () => {
  // Eleven pictures side by side, from half a day to two seconds.
  for (const seconds of [12 * HOUR, 4 * HOUR, HOUR, 300, 20, 2]) {
    const { interval, pageMs } = filmLevel((seconds * 1000) / 11);
    assert.ok(interval * 1000 <= Math.max(2000, (seconds * 1000) / 11));
    const view = { from: at(12 * HOUR - seconds), to: at(12 * HOUR) };
    const sheets = Math.ceil(seconds / (interval * 25)) + 1;
    const lists = pagesOf(view, long, pageMs, interval * 1000).length;
    assert.ok(sheets <= 6 && lists <= 3, `${sheets} sheets, ${lists} lists for ${seconds} s`);
  }
});

test("pieces are the same wherever the view goes, and what grows has another name when there is more", () => {
  const keys = (view: { from: number; to: number }, to: number) =>
    pagesOf(view, { from: at(0), to }, 600_000, 10_000).map(({ key }) => key);
  const view = { from: at(100), to: at(900) };
  assert.deepEqual(keys(view, at(5000)), keys({ from: at(130), to: at(870) }, at(6000)));
  assert.deepEqual(
    pagesOf(view, { from: at(0), to: at(705) }, 600_000, 10_000).map(({ from, to }) => [from, to]),
    [
      [at(0), at(600)],
      [at(600), at(700)],
    ],
  );
  assert.notDeepEqual(keys(view, at(705)), keys(view, at(711)));
  assert.deepEqual(keys(view, at(705)), keys(view, at(709)));
  assert.deepEqual(
    pagesOf({ from: at(700), to: at(800) }, { from: at(0), to: at(600) }, 600_000, 1),
    [],
  );
});

test("a sheet that more pictures will come onto is asked for again when there are", () => {
  const cue = (url: string) => ({ from: 0, to: 1, url });
  const list = [cue("a"), cue("b"), cue("b")];
  assert.deepEqual(sheetOf(cue("a"), list, true), { key: "a ", url: "a", complete: true });
  assert.deepEqual(sheetOf(cue("b"), list, true), { key: "b 2", url: "b", complete: false });
  assert.deepEqual(sheetOf(cue("b"), list, false), { key: "b ", url: "b", complete: true });
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

test("what retention takes away is chosen no longer, and what comes is not chosen by itself", () => {
  assert.equal(heldTo(selection, limits), selection);
  assert.equal(heldTo(selection, { ...limits, to: at(60) }), selection);
  assert.deepEqual(heldTo(selection, { ...limits, from: at(7) }), { from: at(7), to: at(10) });
  assert.deepEqual(heldTo(selection, { ...limits, from: at(12) }), { from: at(12), to: at(20) });
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
    ruler(near, 4).map((wall) => (wall - begins) / 1000),
    [45, 50, 55],
  );
  // It grows: what is in sight stays. Its beginning goes: what is left is.
  assert.equal(within(near, { from: at(0), to: at(900) }), near);
  assert.deepEqual(within(near, { from: at(50), to: at(900) }), { from: at(50), to: at(60) });
});

test("two fingers keep what is under them", () => {
  const whole = { from: at(0), to: at(1000) };
  const view = { from: at(400), to: at(500) };
  assert.deepEqual(pinched(view, whole, [0.4, 0.6], [0.3, 0.7]), { from: at(425), to: at(475) });
  assert.deepEqual(pinched(view, whole, [0.4, 0.6], [0.5, 0.7]), { from: at(390), to: at(490) });
  assert.deepEqual(pinched(view, whole, [0, 1], [0.5, 0.5]), whole);
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
    return { wall: at(n * 2), duration: 2, url: `${n}`, init: "", gap: n === 8 };
  });
  const all = sampled(day, { from: at(0), to: at(200) });
  assert.deepEqual([all.stride, all.segments.length], [1, 99]);
  assert.ok(sampled(day, { from: at(0), to: at(9000) }, 24).segments.length <= 25);
  const wide = sampled(day, { from: at(0), to: at(9000) });
  assert.ok(wide.segments.length <= MOST_SEGMENTS && wide.stride === 64, `${wide.stride}`);
  const later = sampled(day, { from: at(1000), to: at(9900) });
  const known = new Set(wide.segments);
  assert.ok(later.segments.filter((one) => known.has(one)).length > 60);
});
