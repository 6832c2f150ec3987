import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compactRun, createRun, runBytes, runDuration, sliceRun } from "./index.ts";
import { anyRun, spelled } from "./runs-for-tests.ts";

test("a run is made of frames, and says once what is the same throughout", () => {
  const frame = (dts: number, cto: number, key: boolean, bytes: number) => {
    return { track: 1, dts, cto, key, data: new Uint8Array(bytes) };
  };
  assert.deepEqual(
    createRun([frame(90, 0, true, 5), frame(93, 0, true, 7), frame(96, 0, true, 9)], 99),
    { count: 3, sizes: Uint32Array.of(5, 7, 9), durations: 3, syncs: "all" },
  );
  assert.deepEqual(createRun([frame(0, 6, true, 5), frame(3, -3, false, 7)], 8), {
    count: 2,
    sizes: Uint32Array.of(5, 7),
    durations: Uint32Array.of(3, 5),
    ctos: Int32Array.of(6, -3),
    syncs: Uint32Array.of(0),
  });
  assert.throws(() => createRun([frame(5, 0, true, 1), frame(4, 0, true, 1)], 9), RangeError);
});

test("the compact form of a run means the same", () => {
  fc.assert(
    fc.property(anyRun, (run) => {
      assert.deepEqual(spelled(compactRun(run)), spelled(run));
    }),
  );
});

test("a slice has the samples between its bounds and tells the bytes before them", () => {
  fc.assert(
    fc.property(anyRun, fc.nat(40), fc.nat(40), (run, a, b) => {
      const [from = 0, to = 0] = [a, b].map((at) => at % (run.count + 1)).toSorted((x, y) => x - y);
      const whole = spelled(run);
      const { run: part, skippedBytes } = sliceRun(run, from, to);
      assert.deepEqual(spelled(part), {
        sizes: whole.sizes.slice(from, to),
        durations: whole.durations.slice(from, to),
        ctos: whole.ctos.slice(from, to),
        syncs: whole.syncs.filter((at) => at >= from && at < to).map((at) => at - from),
      });
      const rest = sliceRun(run, to, run.count).run;
      assert.equal(skippedBytes + runBytes(part) + runBytes(rest), runBytes(run));
      const before = sliceRun(run, 0, from).run;
      const ticks = [before, part, rest].reduce((sum, one) => sum + runDuration(one), 0);
      assert.equal(ticks, runDuration(run));
    }),
  );
  fc.assert(
    fc.property(anyRun, (run) => {
      assert.throws(() => sliceRun(run, 0, run.count + 1), RangeError);
      assert.throws(() => sliceRun(run, 1, 0), RangeError);
    }),
    { numRuns: 5 },
  );
});
