import assert from "node:assert/strict";
import { test } from "node:test";
import { AUDIO_TRACK, type Frame, millis, VIDEO_TIMESCALE, VIDEO_TRACK } from "@oxbow/media";
import * as fc from "fast-check";
import { createFollower, type DroppedFrames, type Follower } from "./follower.ts";
import { createPackager, type Packager } from "./packager.ts";
import { SourceBoundaries } from "./source-boundaries.ts";
import { audio, evenly, pictures, Recording, sound, timeOf, video } from "./synthetic-media.ts";

const origin = millis(1_763_841_600_000);
const PART_MS = 500;

/** A source packager and a follower of it, as they are wired. */
class Pair {
  readonly source = new Recording();
  readonly out = new Recording();
  readonly dropped: DroppedFrames[] = [];
  lost = 0;
  readonly packager: Packager;
  readonly follower: Follower;

  constructor() {
    let stretches = 0;
    const ids = {
      stream: "str_1",
      broadcast: "brd_1",
      partMs: PART_MS,
      newStretchId: () => `stt_${++stretches}`,
    };
    const boundaries = new SourceBoundaries(VIDEO_TIMESCALE);
    this.packager = createPackager({
      ...ids,
      rendition: "source",
      segmentMs: 2000,
      longestSegmentMs: 12_000,
      nextSegment: 30,
      outputs: [boundaries, this.source],
    });
    const out = Object.assign(this.out, { lost: () => ++this.lost });
    this.follower = createFollower({
      ...ids,
      rendition: "720p",
      boundaries,
      outputs: [out],
      dropped: (why) => this.dropped.push(why),
    });
  }

  begin(reason: "start" | "reconnect"): void {
    this.packager.begin({ reason, tracks: [video, audio], origin });
    this.follower.begin({ reason, tracks: [video, audio], origin });
  }

  /**
   * Frames of the source, and of the rendition once all of the source was fed that it is made of, and
   * `lagMs` more.
   */
  feed(source: readonly Frame[], rendition: readonly Frame[], lagMs: number): void {
    let next = 0;
    let newest = Number.NEGATIVE_INFINITY;
    for (const frame of source) {
      this.packager.frame(frame);
      if (frame.track === AUDIO_TRACK) this.follower.frame(frame);
      else newest = Math.max(newest, timeOf(frame));
      for (let one = rendition[next]; one && shownAt(one) + lagMs <= newest; ) {
        this.follower.frame(one);
        next += 1;
        one = rendition[next];
      }
    }
    this.packager.interrupt();
    for (const frame of rendition.slice(next)) this.follower.frame(frame);
    this.follower.finish(true);
  }
}

const shownAt = ({ dts, cto }: Frame): number => (dts + cto) / 90;
const byTime = (frames: readonly Frame[]): Frame[] =>
  frames.toSorted((a, b) => timeOf(a) - timeOf(b));

/** What an encoder without reordering makes of the source: its times, its keyframes; every `nth` picture. */
function encoded(source: readonly Frame[], nth = 1): Frame[] {
  const shown = source
    .filter(({ track }) => track === VIDEO_TRACK)
    .map(({ dts, cto, key }) => ({ dts: dts + cto, cto: 0, key }))
    .toSorted((a, b) => a.dts - b.dts);
  const frames: Frame[] = [];
  for (let at = 0; at < shown.length; at += nth) {
    const picture = shown[at] ?? assert.fail();
    // Of those that are left out, a keyframe is made the next one that stays.
    const key = shown.slice(Math.max(0, at - nth + 1), at + 1).some((one) => one.key);
    const data = new Uint8Array(30 + (at % 7));
    frames.push({ ...picture, key, track: VIDEO_TRACK, data });
  }
  return frames;
}

/** Segments of the rendition are the source's: numbers, beginnings within half a picture, sound alike. */
function checkAligned({ source, out }: Pair, frameMs: number): void {
  for (const segment of out.segments) {
    const own = source.segments.find(({ number }) => number === segment.number);
    assert.ok(own, `segment ${segment.number} is not the source's`);
    assert.equal(segment.wall, own.wall);
    const [first] = out.samples(VIDEO_TRACK, segment.number);
    if (first === undefined) continue;
    const off = Math.abs(origin + shownAt(first) - own.wall);
    assert.ok(off <= frameMs / 2 + 1, `segment ${segment.number} begins ${off} ms off`);
    assert.equal(segment.independent, first.key);
    const units = (of: Recording): number[] =>
      of.samples(AUDIO_TRACK, segment.number).map(({ dts }) => dts);
    assert.deepEqual(units(out), units(source));
  }
}

/** Of pictures shown in another order than decoded: how many pictures later, in turn. */
const REORDERED = [2, 4, 1, 1];

const anySource = fc
  .record({
    rate: fc.constantFrom(24, 25, 30_000 / 1001, 30, 50, 60),
    groups: fc.oneof(
      fc.integer({ min: 3, max: 100 }).map((gop) => (at: number) => at % gop === 0),
      fc
        .array(fc.nat(100), { maxLength: 8 })
        .map((keys) => (at: number) => at === 0 || keys.includes(at)),
    ),
    reorders: fc.boolean(),
    length: fc.integer({ min: 1000, max: 15_000 }),
    nth: fc.constantFrom(1, 1, 2),
    lagMs: fc.constantFrom(0, 40, 300, 2500),
  })
  .map(({ rate, groups, reorders, length, ...more }) => {
    const order = reorders ? REORDERED.map((later) => Math.round((later * 1000) / rate)) : [0];
    const key = (at: number): boolean => at % 4 === 0 && groups(at / 4);
    const times = evenly(0, length, rate);
    const whole = times.slice(0, times.length - (times.length % REORDERED.length));
    return { ...more, rate, length, seen: pictures(whole, key, order) };
  });

test("every segment of a rendition is the source's, whatever its groups, its order and its rate", () => {
  fc.assert(
    fc.property(anySource, ({ rate, seen, length, nth, lagMs }) => {
      const pair = new Pair();
      const source = byTime([...seen, ...sound(0, length)]);
      pair.begin("start");
      const rendition = encoded(seen, nth);
      pair.feed(source, rendition, lagMs);
      checkAligned(pair, (1000 / rate) * nth);
      const given = rendition.slice(rendition.findIndex(({ key }) => key));
      assert.deepEqual(
        pair.out.samples(VIDEO_TRACK).map(({ data }) => data),
        given.map(({ data }) => data),
        "all its pictures, once and in order",
      );
      const numbers = pair.source.segments.map(({ number }) => number);
      assert.deepEqual(
        pair.out.segments.map(({ number }) => number),
        numbers,
      );
      assert.deepEqual(pair.dropped, []);
    }),
    { numRuns: 150 },
  );
});

const gop60 = (at: number): boolean => at % 60 === 0;
const seconds = (from: number, to: number): Frame[] =>
  byTime([
    ...pictures(evenly(from * 1000, to * 1000, 30), gop60),
    ...sound(from * 1000, to * 1000),
  ]);

test("one that begins in the middle begins with the next segment of the source", () => {
  const pair = new Pair();
  pair.begin("start");
  const source = seconds(0, 8);
  const late = encoded(source).filter((frame) => shownAt(frame) >= 2500);
  pair.feed(source, late, 100);
  assert.deepEqual(
    pair.out.segments.map(({ number, seconds: lasts, tracks }) => [number, lasts, tracks.length]),
    [
      [32, 2, 2],
      [33, 2.001, 2],
    ],
  );
  assert.equal(pair.out.stretches[0]?.firstSegment, 32);
  checkAligned(pair, 33);
});

test("what was lost in the middle of a segment leaves it broken, and the next stretch begins at a later one", () => {
  const pair = new Pair();
  pair.begin("start");
  const source = seconds(0, 10);
  const made = encoded(source);
  for (const frame of source) {
    pair.packager.frame(frame);
    if (frame.track === AUDIO_TRACK) pair.follower.frame(frame);
    const one = made.find(({ dts }) => frame.track === VIDEO_TRACK && dts === frame.dts);
    if (one === undefined) continue;
    if (one.dts === 90 * 3000) pair.follower.lost();
    if (one.dts === 90 * 5000) {
      pair.follower.begin({ reason: "restart", tracks: [video, audio], origin });
    }
    if (shownAt(one) < 3000 || shownAt(one) >= 5000) pair.follower.frame(one);
  }
  pair.packager.end();
  pair.follower.finish(true);
  pair.follower.end();
  assert.deepEqual(
    pair.out.segments.map(({ number, broken, stretch }) => [number, broken, stretch.id]),
    [
      [30, undefined, "stt_2"],
      [31, true, "stt_2"],
      [33, undefined, "stt_3"],
      [34, undefined, "stt_3"],
    ],
  );
  assert.deepEqual(
    pair.out.stretches.map(({ reason, firstSegment, rendition }) => [
      reason,
      firstSegment,
      rendition,
    ]),
    [
      ["start", 30, "720p"],
      ["restart", 33, "720p"],
    ],
  );
  assert.equal(pair.lost, 1);
  assert.deepEqual(pair.dropped, ["outside"], "told once, for all that came in between");
});

test("a reconnect gives the rendition a stretch of its own, though its end comes after the source began", () => {
  const pair = new Pair();
  pair.begin("start");
  const [one, two] = [seconds(0, 3), seconds(10, 13)];
  for (const frame of one) pair.packager.frame(frame);
  pair.packager.interrupt();
  pair.packager.begin({ reason: "reconnect", tracks: [video, audio], origin });
  for (const frame of two) pair.packager.frame(frame);
  for (const frame of byTime([...encoded(one), ...sound(0, 3000)])) pair.follower.frame(frame);
  pair.follower.finish(true);
  pair.follower.begin({ reason: "reconnect", tracks: [video, audio], origin });
  for (const frame of byTime([...encoded(two), ...sound(10_000, 13_000)]))
    pair.follower.frame(frame);
  pair.packager.end();
  pair.follower.finish(true);
  assert.deepEqual(
    pair.out.segments.map(({ number, seconds: lasts, broken }) => [number, lasts, broken]),
    pair.source.segments.map(({ number, seconds: lasts }) => [number, lasts, undefined]),
  );
  assert.equal(pair.out.stretches.length, 2);
  checkAligned(pair, 33);
});

test("what has no place is dropped and told, and never thrown", () => {
  const pair = new Pair();
  const frames = seconds(0, 5);
  const [first, ...rest] = encoded(frames);
  pair.follower.frame(first ?? assert.fail());
  assert.deepEqual(pair.dropped, ["outside"]);
  pair.begin("start");
  for (const frame of frames) pair.packager.frame(frame);
  for (const frame of [first ?? assert.fail(), ...rest.slice(0, 90)]) pair.follower.frame(frame);
  pair.follower.frame(rest[10] ?? assert.fail());
  pair.follower.frame({ ...(rest[11] ?? assert.fail()), track: 9 });
  pair.follower.end();
  pair.follower.frame(first ?? assert.fail());
  pair.follower.begin({ reason: "start", tracks: [video], origin });
  assert.deepEqual(pair.dropped, ["outside", "back in time", "outside"]);
  assert.deepEqual(
    pair.out.segments.map(({ number, broken }) => [number, broken]),
    [
      [30, undefined],
      [31, true],
    ],
  );
});

test("one that is minutes behind begins anew where the source's cuts are still known", () => {
  const pair = new Pair();
  pair.begin("start");
  const source = byTime(pictures(evenly(0, 800_000, 5), (at) => at % 10 === 0));
  const rendition = encoded(source);
  for (const frame of rendition.slice(0, 20)) {
    const own = source.find(({ dts }) => dts === frame.dts) ?? assert.fail();
    pair.packager.frame(own);
    pair.follower.frame(frame);
  }
  for (const frame of source.slice(20)) pair.packager.frame(frame);
  pair.packager.end();
  for (const frame of rendition.slice(20)) pair.follower.frame(frame);
  pair.follower.finish(true);
  assert.deepEqual(pair.dropped, ["behind"]);
  assert.equal(pair.out.stretches.length, 2);
  assert.ok((pair.out.stretches[1]?.firstSegment ?? 0) > 200);
  checkAligned(pair, 200);
});

test("one that is handed over in the middle of a segment leaves it broken; at a boundary nothing is missing", () => {
  for (const [at, broken, after] of [
    [4000, undefined, 32],
    [5000, true, 33],
  ] as const) {
    const pair = new Pair();
    pair.begin("start");
    const source = byTime([
      ...pictures(evenly(0, 10_000, 30), (picture) => picture % 30 === 0),
      ...sound(0, 10_000),
    ]);
    for (const frame of source) pair.packager.frame(frame);
    for (const frame of byTime([...encoded(source), ...sound(0, 10_000)])) {
      if (frame.track === VIDEO_TRACK && shownAt(frame) === at) {
        pair.follower.finish(true);
        pair.follower.begin({ reason: "restart", tracks: [video, audio], origin });
      }
      pair.follower.frame(frame);
    }
    const [first, second] = pair.out.stretches;
    const last = pair.out.segments.findLast(({ stretch }) => stretch === first);
    assert.deepEqual([last?.broken, second?.firstSegment], [broken, after]);
  }
});

test("pictures that come long after their sound have no place any more: they begin with a later segment", () => {
  const pair = new Pair();
  pair.begin("start");
  const source = seconds(0, 20);
  for (const frame of source) pair.packager.frame(frame);
  pair.packager.end();
  const made = encoded(source);
  for (const frame of made.slice(0, 31)) pair.follower.frame(frame);
  const heard = sound(0, 20_000);
  for (const frame of heard.slice(0, 650)) pair.follower.frame(frame);
  for (const frame of made.slice(31)) pair.follower.frame(frame);
  for (const frame of heard.slice(650)) pair.follower.frame(frame);
  pair.follower.finish(true);
  assert.deepEqual(pair.dropped, ["behind", "back in time"], "and sound from before that");
  assert.deepEqual(
    pair.out.stretches.map(({ firstSegment }) => firstSegment),
    [30, 37],
  );
  checkAligned(pair, 33);
});
