import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import { createLive, type OpenWindow } from "./live.ts";

const broadcast = (id: string, name = "story"): OpenWindow => ({
  stream: { id: `str_${name}`, name },
  broadcast: id,
  firstMediaSequence: 0,
  firstDiscontinuitySequence: 0,
});

test("a stream has the window of its newest broadcast; the one before is ended", () => {
  const live = createLive({ segmentMs: 2000, now: () => millis(0) });
  assert.equal(live.get("story"), undefined);
  const first = live.open(broadcast("brd_1"));
  const other = live.open(broadcast("brd_2", "other"));
  assert.equal(live.get("story"), first);
  const second = live.open(broadcast("brd_3"));
  assert.equal(live.get("story"), second);
  assert.equal(live.get("other"), other);
  assert.deepEqual([first.isEnded, second.isEnded, other.isEnded], [true, false, false]);
  live.close("other");
  assert.equal(live.get("other"), undefined);
  assert.equal(other.isEnded, true);
});

test("an ended window is kept for its time, one on air for ever", () => {
  const live = createLive({ segmentMs: 2000, keepMs: 1000, now: () => millis(0) });
  const window = live.open(broadcast("brd_1"));
  live.tick(millis(5000));
  assert.equal(live.get("story"), window);
  window.ended();
  live.tick(millis(6000));
  live.tick(millis(6999));
  assert.equal(live.get("story"), window);
  live.tick(millis(7000));
  assert.equal(live.get("story"), undefined);
});
