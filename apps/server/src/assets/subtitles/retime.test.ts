import assert from "node:assert/strict";
import { test } from "node:test";
import { type Cue, millis } from "@oxbow/media";
import { type CueSpan, retime } from "./retime.ts";

const cue = (from: number, to: number, text = "x"): Cue => ({
  from: millis(from),
  to: millis(to),
  text,
});
const span = (offset: number, from: number, to: number): CueSpan => ({
  offset,
  from: millis(from),
  to: millis(to),
});

test("cues of a broadcast are moved to a range of it, and cut at its edges", () => {
  const told = [cue(0, 999), cue(500, 1500, "a"), cue(2000, 2500, "b"), cue(5900, 7000, "c")];
  assert.deepEqual(retime([...told, cue(6000, 7000)], span(-1000, 0, 5000)), [
    cue(0, 500, "a"),
    cue(1000, 1500, "b"),
    cue(4900, 5000, "c"),
  ]);
});

test("what falls into a gap that was closed is left out, and a cue over it stays one", () => {
  const pieces = [span(0, 0, 2000), span(-3000, 2000, 4000)];
  assert.deepEqual(retime([cue(1500, 5500, "over"), cue(2500, 4000), cue(6000, 6500)], ...pieces), [
    cue(1500, 2500, "over"),
    cue(3000, 3500),
  ]);
});

test("words that appear one after another are moved with their cue", () => {
  const sung = cue(1000, 4000, "<00:00:01.000>la <00:00:03.000>la");
  assert.deepEqual(retime([sung], span(-2000, 0, 9000)), [
    cue(0, 2000, "<00:00:00.000>la <00:00:01.000>la"),
  ]);
});

test("a piece that is shown twice shows its cues twice, in the order of the new times", () => {
  const twice = [span(0, 0, 1000), span(1000, 1000, 2000)];
  assert.deepEqual(retime([cue(100, 200, "a"), cue(300, 400, "b")], ...twice), [
    cue(100, 200, "a"),
    cue(300, 400, "b"),
    cue(1100, 1200, "a"),
    cue(1300, 1400, "b"),
  ]);
});
