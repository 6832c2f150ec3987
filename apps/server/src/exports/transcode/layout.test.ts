import assert from "node:assert/strict";
import { test } from "node:test";
import { type Millis, millis } from "@oxbow/media";
import type { ArchivedSpan } from "../ports.ts";
import { layOut } from "./layout.ts";
import { piecesOf } from "./pieces.ts";
import { type ScannedRun, TICKS } from "./scan-run.ts";

const ORIGIN = millis(1_000_000);

const at = (seconds: number): Millis => millis(ORIGIN + seconds * 1000);

/** Pictures from one second to another, with a keyframe every two seconds. */
function run(from: number, to: number): ScannedRun {
  const span: ArchivedSpan = {
    stretch: {
      ...{ id: "stt_1", broadcast: "brd_1", reason: "start", file: "a.mp4", tracks: [], bytes: 1 },
      ...{ origin: ORIGIN, from: at(from), to: at(to) },
    },
    ...{ from: at(from), to: at(to) },
    chunks: async () => [],
  };
  const keys = Array.from(
    { length: Math.ceil((to - from) / 2) },
    (_, key) => (from + 2 * key) * TICKS,
  );
  const pictures = { count: (to - from) * 30, keys };
  const none = { video: undefined, audio: undefined };
  return { spans: [span], ...none, from: from * TICKS, to: to * TICKS, pictures };
}

const gap = { from: at(10), to: at(15), reason: "reconnect" };
const runs = [run(2, 10), run(15, 20)] as const;

test("runs are joined, and a gap is told where they meet", () => {
  const { length, gaps, cut, ...layout } = layOut(runs, [gap], { to: at(20), gaps: "skip" });
  assert.deepEqual(
    layout.runs.map((placed) => placed.at / TICKS),
    [0, 8],
  );
  assert.equal(length / TICKS, 13);
  assert.deepEqual(gaps, [{ ...gap, at: 8000 }]);
  assert.deepEqual(cut, { from: at(2), to: at(20) });
});

test("filled gaps keep their length, the last one too; before the first picture there is nothing to hold", () => {
  const head = { from: at(0), to: at(2), reason: "offline" };
  const tail = { from: at(20), to: at(24), reason: "offline" };
  const made = layOut(runs, [head, gap, tail], { to: at(24), gaps: "fill" });
  assert.deepEqual(
    made.runs.map((placed) => placed.at / TICKS),
    [0, 13],
  );
  assert.equal(made.length / TICKS, 22);
  assert.deepEqual(made.gaps, [
    { ...head, at: 0 },
    { ...gap, at: 8000, filled: true },
    { ...tail, at: 18_000, filled: true },
  ]);
  assert.deepEqual(made.cut, { from: at(2), to: at(24) });
});

test("pieces begin at keyframes, none is short, and the last before a gap holds its picture", () => {
  const layout = layOut(runs, [gap], { to: at(20), gaps: "fill" });
  const pieces = piecesOf(layout, 3).map(({ name, from, to, at: place, length }) => [
    name,
    ...[from, to, place, length].map((ticks) => ticks / TICKS),
  ]);
  assert.deepEqual(pieces, [
    ["0000", 2, 6, 0, 4],
    ["0001", 6, 10, 4, 9],
    ["0002", 15, 20, 13, 5],
  ]);
});
