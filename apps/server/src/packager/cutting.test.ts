import assert from "node:assert/strict";
import { test } from "node:test";
import { AUDIO_TRACK, type Frame, millis, VIDEO_TRACK } from "@oxbow/media";
import * as fc from "fast-check";
import { createPackager } from "./packager.ts";
import {
  audio,
  evenly,
  interleaved,
  pictures,
  Recording,
  sound,
  timeOf,
  trackOf,
  video,
} from "./synthetic-media.ts";
import { longestUnder } from "./target-duration.ts";

/** One time on air, as a generator makes it. */
type Spell = {
  readonly frames: readonly Frame[];
  readonly lag: number;
};

const PART_MS = 500;

/** Times of pictures: an even rate, or a screen recording that sends when something moves. */
const anyTimes = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(5, 15, 24, 25, 30_000 / 1001, 30, 50, 60),
      fc.integer({ min: 300, max: 9000 }),
    )
    .map(([rate, length]) => evenly(0, length, rate)),
  fc.array(fc.integer({ min: 10, max: 1100 }), { minLength: 1, maxLength: 30 }).map((steps) => {
    const times = [0];
    for (const step of steps) times.push((times.at(-1) ?? 0) + step);
    return times;
  }),
);

const anyKeys = fc.oneof(
  fc.integer({ min: 1, max: 300 }).map((gop) => (at: number) => at % gop === 0),
  fc
    .array(fc.nat(200), { maxLength: 6 })
    .map((keys) => (at: number) => at === 0 || keys.includes(at)),
);

const inside = ([from, length]: readonly [number, number], ms: number): boolean =>
  ms > from && ms < from + length;

/** A part of the times that is never sent. */
const anyHole = fc.tuple(fc.nat(9000), fc.nat(7000));

const anySpell: fc.Arbitrary<Spell> = fc
  .record({
    times: anyTimes,
    keys: anyKeys,
    reorder: fc.constantFrom([0], [80, 200, 80, 0], [0, 120, 0, -80]),
    audioFrom: fc.integer({ min: 0, max: 1500 }),
    audioBeyond: fc.integer({ min: -1500, max: 1500 }),
    muted: anyHole,
    frozen: anyHole,
    lag: fc.integer({ min: -4000, max: 4000 }),
  })
  .map((spell) => {
    const seen = pictures(spell.times, spell.keys, spell.reorder).filter(
      (frame, at) => at === 0 || !inside(spell.frozen, timeOf(frame)),
    );
    const end = (spell.times.at(-1) ?? 0) + spell.audioBeyond;
    const heard = sound(spell.audioFrom, end).filter(
      (frame) => !inside(spell.muted, timeOf(frame)),
    );
    return { frames: [...seen, ...heard], lag: spell.lag };
  });

/** The spells one after another on one timeline, each begun anew. */
function packaged(spells: readonly Spell[]): {
  out: Recording;
  fed: Frame[];
  target: number | undefined;
} {
  const out = new Recording();
  let stretches = 0;
  const cut = createPackager({
    stream: "str_1",
    broadcast: "brd_1",
    rendition: "source",
    partMs: PART_MS,
    segmentMs: 2000,
    longestSegmentMs: 12_000,
    nextSegment: 0,
    newStretchId: () => `stt_${++stretches}`,
    outputs: [out],
  });
  const fed: Frame[] = [];
  spells.forEach((spell, turn) => {
    cut.begin({
      reason: turn === 0 ? "start" : "reconnect",
      tracks: [video, audio],
      origin: millis(0),
    });
    const offset = turn * 60;
    for (const frame of interleaved(spell.frames, spell.lag)) {
      const moved = { ...frame, dts: frame.dts + offset * trackOf(frame.track).timescale };
      fed.push(moved);
      cut.frame(moved);
    }
  });
  const target = cut.targetDuration;
  cut.end();
  return { out, fed, target: cut.targetDuration ?? target };
}

function checkChunks(out: Recording): void {
  for (const chunk of out.chunks) {
    const { count, durations } = chunk.samples;
    const ms = (chunk.duration * 1000) / trackOf(chunk.track).timescale;
    assert.ok(ms <= PART_MS || count === 1, `a part of ${ms} ms with ${count} samples`);
    const total =
      typeof durations === "number"
        ? durations * count
        : durations.reduce((sum, each) => sum + each, 0);
    assert.equal(chunk.duration, total);
    assert.equal(chunk.buffers[0]?.length, chunk.headerBytes);
    assert.equal(
      chunk.bytes,
      chunk.buffers.reduce((sum, each) => sum + each.length, 0),
    );
  }
}

function checkContinuity(out: Recording): void {
  for (const track of [VIDEO_TRACK, AUDIO_TRACK]) {
    const chunks = out.chunks.filter((chunk) => chunk.track === track);
    chunks.forEach((chunk, at) => {
      const before = chunks[at - 1];
      if (before?.stretch !== chunk.stretch) return;
      assert.equal(before.dts + before.duration, chunk.dts);
      assert.ok(before.segment <= chunk.segment);
    });
  }
}

function checkSegments(out: Recording, target: number): void {
  let number = 0;
  let first = true;
  for (const segment of out.segments) {
    assert.equal(segment.number, number++);
    const held = segment.tracks.flatMap((track) => track.chunks);
    assert.deepEqual(
      new Set(held),
      new Set(out.chunks.filter((chunk) => chunk.segment === segment.number)),
    );
    for (const track of segment.tracks) {
      assert.deepEqual(
        track.chunks.map((chunk) => chunk.part),
        track.chunks.map((_, at) => at),
      );
      assert.equal(
        track.bytes,
        track.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0),
      );
    }
    const lead = segment.tracks.find((track) => track.track === VIDEO_TRACK);
    assert.equal(segment.independent, lead?.chunks[0]?.independent ?? false);
    // Only a single picture that is longer than the target may break it.
    const pictureCount = lead?.chunks.reduce((sum, chunk) => sum + chunk.samples.count, 0) ?? 0;
    const longest = first ? 12_000 : longestUnder(target);
    assert.ok(
      segment.seconds * 1000 <= longest + 0.5 || pictureCount <= 1,
      `${segment.seconds} of ${target}`,
    );
    first = false;
  }
  assert.equal(out.segments.length, new Set(out.chunks.map((chunk) => chunk.segment)).size);
}

test("whatever comes in comes out once, in order and whole, in parts and segments within their limits", () => {
  fc.assert(
    fc.property(fc.array(anySpell, { minLength: 1, maxLength: 3 }), (spells) => {
      const { out, fed, target } = packaged(spells);
      for (const track of [VIDEO_TRACK, AUDIO_TRACK]) {
        const found = out.samples(track);
        const given = fed.filter((frame) => frame.track === track);
        assert.equal(found.length, given.length);
        found.forEach((frame, at) => {
          assert.equal(frame.data, given[at]?.data, "the very buffer, not a copy");
          assert.deepEqual({ ...frame, data: null }, { ...given[at], data: null });
        });
      }
      checkChunks(out);
      checkContinuity(out);
      checkSegments(out, target ?? 2);
    }),
    { numRuns: 300 },
  );
});

test("without silence every segment of both tracks begins at one keyframe", () => {
  const anyRegular = fc.record({
    rate: fc.constantFrom(24, 25, 30_000 / 1001, 30, 60),
    gopSeconds: fc.constantFrom(1, 2, 3, 4),
    lag: fc.integer({ min: -2400, max: 2400 }),
    reorder: fc.constantFrom([0], [80, 200, 80, 0]),
    audioFrom: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(anyRegular, ({ rate, gopSeconds, lag, reorder, audioFrom }) => {
      const gop = Math.round(rate * gopSeconds);
      const seen = pictures(evenly(0, 13_000, rate), (at) => at % gop === 0, reorder);
      const { out } = packaged([{ frames: [...seen, ...sound(audioFrom, 13_000)], lag }]);
      assert.ok(out.segments.every((segment) => segment.independent));
      out.segments.slice(1).forEach((segment) => {
        const key = out.samples(VIDEO_TRACK, segment.number)[0] ?? assert.fail();
        assert.ok(key.key);
        const boundary = (key.dts + key.cto) / 90_000;
        const before = out.samples(AUDIO_TRACK, segment.number - 1).at(-1)?.dts ?? 0;
        const after = out.samples(AUDIO_TRACK, segment.number)[0]?.dts ?? Number.POSITIVE_INFINITY;
        assert.ok(before / 48_000 < boundary && boundary <= after / 48_000);
      });
    }),
    { numRuns: 60 },
  );
});
