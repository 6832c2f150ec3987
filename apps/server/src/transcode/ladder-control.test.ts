import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import * as fc from "fast-check";
import {
  isOff,
  type LadderAction,
  type LadderInput,
  type LadderState,
  NO_LADDER,
  stepLadder,
} from "./ladder-control.ts";
import type { RunFigures } from "./run-pace.ts";

const LIMITS = { memoryBytes: 1000 };

/** All is well. */
const WELL: RunFigures = {
  out: true,
  behind: 2,
  delayMs: 60,
  speed: 1,
  unanswered: 1,
  silentMs: 20,
  full: false,
};
const STARTING: RunFigures = { ...WELL, out: false, speed: null, behind: 10, unanswered: 10 };
const SLOW: RunFigures = { ...WELL, behind: 60, delayMs: 2_000, speed: 0.8 };

/** Steps a ladder by a clock, and keeps what it does: `1500 degrade slow 0`. */
class Clocked {
  state: LadderState = NO_LADDER;
  now = 0;
  readonly done: string[] = [];

  constructor(renditions = 3) {
    this.put({ is: "begin", renditions });
  }

  put(input: LadderInput): this {
    const [state, actions] = stepLadder(this.state, input, millis(this.now), LIMITS);
    this.state = state;
    for (const action of actions) this.done.push(`${this.now} ${spelled(action)}`);
    // The next keyframe comes at once.
    if (actions.some((action) => action.do === "replace")) this.put({ is: "replaced" });
    return this;
  }

  /** Looks each half second, for so long. */
  look(seconds: number, figures: RunFigures | null, memory: number | null = null): this {
    for (let looks = 0; looks < seconds * 2; looks += 1) {
      this.now += 500;
      this.put({ is: "look", figures, memory });
    }
    return this;
  }

  /** What was done since the last time. */
  take(): string[] {
    return this.done.splice(0);
  }
}

function spelled(action: LadderAction): string {
  const reason = action.do === "degrade" ? ` ${action.reason}` : "";
  const places = "places" in action ? ` ${action.places.join("")}` : "";
  return `${action.do}${reason}${places}`;
}

test("a ladder that keeps up is made whole, and told to be there again once", () => {
  const ladder = new Clocked().look(1, STARTING).look(300, WELL);
  assert.deepEqual(ladder.take(), ["0 start", "6500 recover 012"]);
  assert.deepEqual(ladder.state.keep, 3);
  assert.deepEqual(new Clocked(0).take(), []);
});

test("what is slow for a second and a half is shed, the costliest first, one after the other", () => {
  const ladder = new Clocked().look(10, WELL);
  ladder.take();
  assert.deepEqual(ladder.look(1.5, SLOW).take(), []);
  assert.deepEqual(ladder.look(1, SLOW).take(), ["12000 degrade slow 0", "12000 replace"]);
  // The one that took over gets into its pace first.
  assert.deepEqual(ladder.look(2.5, SLOW).take(), []);
  assert.deepEqual(ladder.look(0.5, SLOW).take(), ["15500 degrade slow 1", "15500 replace"]);
  // The last is not given up while it has sense.
  assert.deepEqual(ladder.look(20, SLOW).take(), []);
  const hopeless = { ...SLOW, delayMs: 9_000 };
  assert.deepEqual(ladder.look(0.5, hopeless).take(), ["36000 kill", "36000 degrade slow 2"]);
});

test("one that catches up after a burst is not slow, nor is a delay of few pictures", () => {
  const ladder = new Clocked().look(10, WELL);
  ladder.take();
  ladder.look(30, { ...SLOW, speed: 2.5 }).look(30, { ...SLOW, behind: 4, delayMs: 5_000 });
  assert.deepEqual(ladder.take(), []);
});

test("one that takes no more is slow at once", () => {
  const ladder = new Clocked().look(10, WELL);
  ladder.take();
  const full = { ...SLOW, full: true };
  assert.deepEqual(ladder.look(0.5, full).take(), ["10500 degrade slow 0", "10500 replace"]);
});

test("what was shed comes back after half a minute of keeping up, and later when that was too early", () => {
  const ladder = new Clocked().look(10, WELL).look(2.5, SLOW);
  ladder.take();
  ladder.look(31, WELL);
  assert.deepEqual(ladder.take(), ["17500 recover 12", "42500 replace"]);
  ladder.look(8, WELL);
  assert.deepEqual(ladder.take(), ["48000 recover 012"]);
  ladder.look(2.5, SLOW);
  assert.deepEqual(ladder.take(), ["53500 degrade slow 0", "53500 replace"]);
  // A minute of patience now.
  ladder.look(59.5, WELL);
  assert.deepEqual(ladder.take(), ["59000 recover 12"]);
  ladder.look(0.5, WELL);
  assert.deepEqual(ladder.take(), ["114000 replace"]);
});

test("one that ends is made again, after longer and longer, with less, and never more than told", () => {
  const ladder = new Clocked().look(10, WELL);
  ladder.take();
  const crashes: string[] = [];
  for (let crash = 0; crash < 10; crash += 1) {
    const at = ladder.now;
    ladder.put({ is: "ended", out: true }).look(60, null);
    const [degrade = "", start = ""] = ladder.take();
    crashes.push(`${degrade.replace(/^\d+ /, "")}, start after ${Number.parseInt(start, 10) - at}`);
    ladder.look(0.5, WELL);
  }
  assert.deepEqual(crashes, [
    "degrade crashed 012, start after 500",
    "degrade crashed 012, start after 1000",
    "degrade crashed 012, start after 2000",
    "degrade crashed 12, start after 4000",
    "degrade crashed 2, start after 8000",
    "degrade crashed 2, start after 16000",
    "degrade crashed 2, start after 30000",
    "degrade crashed 2, start after 60000",
    "degrade crashed 2, start after 60000",
    "degrade crashed 2, start after 60000",
  ]);
  assert.equal(ladder.state.failures, 10);
  // A minute without a fault, and it is a first one again.
  ladder.look(61, WELL);
  assert.equal(ladder.state.failures, 0);
});

test("one that never gives anything is off, and tried seldom", () => {
  const ladder = new Clocked(1);
  ladder.put({ is: "ended", out: false });
  assert.equal(isOff(ladder.state), false);
  ladder
    .look(0.5, null)
    .put({ is: "ended", out: false })
    .look(1, null)
    .put({ is: "ended", out: false });
  assert.equal(isOff(ladder.state), true);
  assert.deepEqual(ladder.take(), [
    "0 start",
    "0 degrade start 0",
    "500 start",
    "500 degrade start 0",
    "1500 start",
    "1500 degrade start 0",
  ]);
});

test("one that is fed and silent is hung; one that is not fed is not", () => {
  const ladder = new Clocked().look(10, WELL);
  ladder.take();
  ladder.look(60, { ...WELL, unanswered: 3, silentMs: 60_000 });
  assert.deepEqual(ladder.take(), []);
  ladder.look(0.5, { ...WELL, unanswered: 120, silentMs: 4_000 });
  assert.deepEqual(ladder.take(), ["70500 kill", "70500 degrade hung 012"]);
  // Not even where it was slow, and takes no more.
  const slow = { ...SLOW, delayMs: 9_000, full: true, unanswered: 60, silentMs: 1_000 };
  const hanging = new Clocked(1).look(10, WELL);
  hanging.take();
  assert.deepEqual(hanging.look(3, slow).take(), []);
  hanging.look(0.5, { ...slow, silentMs: 4_000 });
  assert.deepEqual(hanging.take(), ["13500 kill", "13500 degrade hung 0"]);
  const slowStart = new Clocked();
  slowStart.take();
  slowStart.look(0.5, { ...STARTING, unanswered: 300, silentMs: 10_000 });
  assert.deepEqual(slowStart.take(), []);
  slowStart.look(0.5, { ...STARTING, unanswered: 450, silentMs: 15_000 });
  assert.deepEqual(slowStart.take(), ["1000 kill", "1000 degrade start 012"]);
});

test("one that eats memory is ended, and made again with less", () => {
  const ladder = new Clocked().look(10, WELL, 999);
  ladder.take();
  ladder.look(0.5, WELL, 1001).look(0.5, null);
  assert.deepEqual(ladder.take(), ["10500 kill", "10500 degrade memory 012", "11000 start"]);
  assert.equal(ladder.state.keep, 2);
});

test("what was shed stays so when the encoder comes back, and a source without it stops all", () => {
  const ladder = new Clocked().look(10, WELL).look(2.5, SLOW);
  ladder.take();
  ladder.put({ is: "stop" }).look(100, null).put({ is: "begin", renditions: 3 });
  assert.deepEqual(ladder.take(), ["112500 start"]);
  assert.equal(ladder.state.keep, 2);
  // Another ladder is another matter.
  ladder.put({ is: "stop" }).put({ is: "begin", renditions: 2 });
  assert.equal(ladder.state.keep, 2);
  ladder.put({ is: "stop" }).put({ is: "begin", renditions: 4 });
  assert.equal(ladder.state.keep, 4);
});

test("one that was to take over and is no more leaves the one that is", () => {
  const ladder = new Clocked().look(10, WELL);
  ladder.take();
  const [state] = stepLadder(
    ladder.look(1.5, SLOW).state,
    { is: "look", figures: SLOW, memory: null },
    millis(12_000),
    LIMITS,
  );
  assert.equal(state.run.is, "replacing");
  const [after, actions] = stepLadder(state, { is: "abandoned", made: 3 }, millis(13_000), LIMITS);
  assert.deepEqual([after.run.is, after.keep, actions], ["running", 3, []]);
});

test("whatever comes, at least one rendition is kept, none is made twice, and waits end", () => {
  const figures = fc.record({
    out: fc.boolean(),
    behind: fc.constantFrom(0, 30),
    delayMs: fc.constantFrom(50, 2_000, 9_000),
    speed: fc.constantFrom(null, 0.5, 1, 2),
    unanswered: fc.constantFrom(0, 100),
    silentMs: fc.constantFrom(0, 5_000, 20_000),
    full: fc.boolean(),
  });
  const input = fc.oneof(
    fc.record({ is: fc.constant("begin" as const), renditions: fc.nat(4) }),
    fc.constant({ is: "stop" } as const),
    fc.record({ is: fc.constant("ended" as const), out: fc.boolean() }),
    fc.constant({ is: "replaced" } as const),
    fc.record({
      is: fc.constant("look" as const),
      figures: fc.option(figures),
      memory: fc.constantFrom(null, 10, 5_000),
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(input, fc.nat(40_000)), { maxLength: 60 }), (inputs) => {
      let state = NO_LADDER;
      let now = 0;
      for (const [one, passed] of inputs) {
        now += passed;
        const [next, actions] = stepLadder(state, one, millis(now), LIMITS);
        const made = actions.filter((each) => each.do === "start" || each.do === "replace");
        assert.ok(made.length <= 1);
        assert.ok(next.keep <= next.total && next.keep >= Math.min(1, next.total));
        if (next.run.is === "waiting") assert.ok(next.run.until - now <= 60_000);
        state = next;
      }
    }),
  );
});
