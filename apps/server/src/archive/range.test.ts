import assert from "node:assert/strict";
import { test as plainTest } from "node:test";
import { type Frame, millis, plus } from "@oxbow/media";
import * as fc from "fast-check";
import { archiveStore, openStore } from "../store/index.ts";
import { archiveTest, samplesOf } from "./archive-for-tests.ts";
import { coverSpans } from "./coverage.ts";
import { framesOf, type MediaShape, sender, T0, timescaleOf } from "./media-for-tests.ts";
import type { ResolvedRange, ResolvedSpan } from "./resolved-range.ts";
import type { StretchRow } from "./stored-stretch.ts";

const test = archiveTest({ openStore, archiveStore });
const STREAM = { id: "str_1", name: "story" };
const NAMES = { stream: "str_1", broadcast: "brd_1", origin: T0 };

/** Milliseconds on the wall clock, with their fraction. */
function shown({ track, dts, cto }: Frame): number {
  return T0 + ((dts + cto) * 1000) / timescaleOf(track);
}

/** What must be in a range of one stretch, worked out frame by frame. */
function expected(frames: readonly Frame[], track: number, from: number, to: number): Frame[] {
  const own = frames.filter((frame) => frame.track === track);
  return own.filter((frame) => shown(frame) >= from && shown(frame) < to);
}

async function framesIn(range: ResolvedRange): Promise<Frame[][]> {
  return Promise.all(range.spans.map(samplesOf));
}

/** Checks one span against the frames that were sent in its stretch. */
function checkSpan(
  found: readonly Frame[],
  sent: readonly Frame[],
  { stretch, from, to }: ResolvedSpan,
  everything: readonly Frame[],
) {
  for (const track of [1, 2]) {
    const got = found.filter((frame) => frame.track === track);
    const all = sent.filter((frame) => frame.track === track);
    const wanted = expected(all, track, from, to);
    // What is there is a run of what was sent, unchanged.
    const first = all.findIndex((frame) => frame.dts === got[0]?.dts);
    assert.deepEqual(got, all.slice(first, first + got.length));
    // A sound that begins in the same millisecond as the next file may stand at the end of this one.
    const near = everything.filter((frame) => frame.track === track);
    // What is decoded before this file is in the one before, which a range that begins here is without.
    const begins = from === stretch.from ? (got[0]?.dts ?? 0) : 0;
    // Which it has from its first sample on.
    if (begins > 0 && track === 1) assert.ok(got[0]?.key && shown(got[0]) < from + 1);
    if (begins > 0 && track === 2) assert.ok(got[0] && shown(got[0]) < from + 25);
    for (const frame of wanted) {
      assert.ok(frame.dts < begins || near.some((one) => one.dts === frame.dts));
    }
    // And no more than whole chunks around it.
    const last = got.at(-1);
    if (last !== undefined) assert.ok(shown(last) < to + 600);
    if (track === 1 && wanted.length > 0) {
      const sync = all.findLast((frame) => frame.key && shown(frame) <= from);
      // Where the range begins with the file, the file's own first keyframe is all there is.
      if (from === stretch.from) continue;
      if (sync !== undefined) {
        assert.ok(got.some((frame) => frame.dts === sync.dts));
        const earlier = got.filter((frame) => frame.dts < sync.dts);
        assert.ok(earlier.length < 16, "not more than the rest of the sync sample's chunk");
      }
    }
    if (track === 2 && wanted.length > 0) {
      const lead = all.find((frame) => shown(frame) >= from - 100);
      const isLed = from - stretch.from < 200 || got.some((frame) => frame.dts === lead?.dts);
      assert.ok(isLed);
    }
  }
}

test(
  "any range of a broadcast in many files resolves to the samples that were sent",
  async ({ archive }) => {
    const stretches: MediaShape[] = [
      { fromMs: 0, toMs: 26_300 },
      { fromMs: 31_000, toMs: 47_000, keyEveryMs: 500 },
      { fromMs: 48_500, toMs: 70_000, keyEveryMs: 5000 },
    ];
    const recorder = archive.record(STREAM, "brd_1");
    const media = sender(NAMES, recorder);
    for (const shape of stretches) media.send(shape.fromMs === 0 ? "start" : "reconnect", shape);
    await recorder.close();
    const sent = stretches.map(framesOf);

    const time = fc.integer({ min: -2000, max: 75_000 });
    await fc.assert(
      fc.asyncProperty(time, time, async (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b) + 1];
        const [from, to] = [plus(T0, low), plus(T0, high)];
        const range = await archive.resolve("str_1", from, to);
        const found = await framesIn(range);
        for (const [at, span] of range.spans.entries()) {
          const inFile = range.spans[at]?.stretch.from ?? 0;
          const own = stretches.findLastIndex(({ fromMs }) => T0 + fromMs <= inFile);
          checkSpan(found[at] ?? [], sent[own] ?? [], span, found.flat());
        }
        // Every instant is in a span or in a gap, but for the few milliseconds that are no gap.
        const covered = [...range.spans, ...range.gaps].toSorted((x, y) => x.from - y.from);
        let cursor: number = from;
        for (const piece of covered) {
          assert.ok(piece.from - cursor >= 0 && piece.from - cursor < 50, "no hole, no overlap");
          cursor = piece.to;
        }
        assert.ok(to - cursor >= 0 && to - cursor < 50);
      }),
      { numRuns: 60, examples: [[63_566, 63_533]] },
    );
  },
  { limits: { fileMs: 8000 } },
);

test(
  "a file that is full is followed by another, without a gap and with its own first keyframe",
  async ({ archive }) => {
    const recorder = archive.record(STREAM, "brd_1");
    sender(NAMES, recorder).send("start", { fromMs: 0, toMs: 20_000 });
    await recorder.close();
    const range = await archive.resolve("str_1", plus(T0, 34), plus(T0, 20_000));
    assert.deepEqual(
      range.spans.map(({ stretch }) => [stretch.reason, stretch.firstSegment, stretch.segments]),
      [
        ["start", 0, 3],
        ["length", 3, 3],
        ["length", 6, 3],
        ["length", 9, 1],
      ],
    );
    assert.deepEqual(range.gaps, []);
    const view = await archive.view("str_1");
    assert.deepEqual([view.ranges.length, view.gaps], [1, []]);
    const found = (await framesIn(range)).flat();
    const sent = framesOf({ fromMs: 0, toMs: 20_000 });
    for (const track of [1, 2]) {
      const of = (frames: Frame[]) => frames.filter((frame) => frame.track === track);
      assert.equal(new Set(of(found).map(({ dts }) => dts)).size, of(sent).length);
    }
  },
  { limits: { fileMs: 6500 } },
);

test("a file that is being written is read up to its last sealed segment", async ({ archive }) => {
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  let looks = 0;
  await media.sendSlowly("start", { fromMs: 0, toMs: 9000 }, 200, async () => {
    await recorder.sealed();
    const newest = archive.newest("str_1");
    if (newest === undefined) return;
    looks += 1;
    const to = plus(T0, 9000);
    const range = await archive.resolve("str_1", plus(T0, 34), to);
    assert.deepEqual(range.gaps, [{ from: newest, to, reason: "not_sealed" }]);
    assert.deepEqual(
      range.spans.map((span) => span.to),
      [newest],
    );
    const found = (await framesIn(range)).flat();
    const until = found.filter(({ track }) => track === 1).map(shown);
    assert.ok(Math.max(...until) < newest && Math.max(...until) > newest - 50);
  });
  assert.ok(looks >= 2);
  media.interrupt();
  await recorder.close();
  const after = await archive.resolve("str_1", plus(T0, 34), plus(T0, 20_000));
  assert.deepEqual(after.gaps, [
    { from: after.spans[0]?.to, to: plus(T0, 20_000), reason: "offline" },
  ]);
});

test("where broadcasts overlap the first is seen, and the other by its name", async ({
  archive,
}) => {
  for (const [broadcast, offset] of [
    ["brd_1", 0],
    ["brd_2", 3000],
  ] as const) {
    const recorder = archive.record(STREAM, broadcast);
    const names = { ...NAMES, broadcast, origin: plus(T0, offset) };
    sender(names, recorder).send("start", { fromMs: 0, toMs: 6000 });
    await recorder.close();
  }
  const told = async (only: { broadcast?: string }) => {
    const { spans } = await archive.resolve("str_1", plus(T0, 34), plus(T0, 8000), only);
    return spans.map(({ stretch, from, to }) => [stretch.broadcast, from - T0, to - T0]);
  };
  assert.deepEqual(await told({}), [
    ["brd_1", 34, 6033],
    ["brd_2", 6033, 8000],
  ]);
  assert.deepEqual(await told({ broadcast: "brd_2" }), [["brd_2", 3033, 8000]]);
});

test("a range that is none is refused", async ({ archive }) => {
  for (const [from, to] of [
    [5, 5],
    [6, 5],
    [-1, 5],
    [0, Number.NaN],
  ] as const) {
    const range = archive.resolve("str_1", millis(from), millis(to));
    await assert.rejects(range, { code: "range_invalid" });
  }
});

function row(from: number, to: number): StretchRow {
  return {
    id: `${from}`,
    stream: "str_1",
    broadcast: "brd_1",
    rendition: "source",
    reason: "reconnect",
    path: "",
    origin: T0,
    tracks: [],
    firstSegment: 0,
    segments: 1,
    from: millis(from),
    to: millis(to),
    bytes: 1,
    open: false,
    createdAt: T0,
    stretch: "",
    sequence: 0,
    discontinuity: 0,
  };
}

plainTest("no instant is answered by two files", () => {
  const spans = coverSpans([row(0, 10), row(5, 8), row(9, 20)], millis(2), millis(15));
  assert.deepEqual(
    spans.map(({ from, to }) => [from, to]),
    [
      [2, 10],
      [10, 15],
    ],
  );
});
