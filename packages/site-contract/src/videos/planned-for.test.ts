import assert from "node:assert/strict";
import { test } from "node:test";
import { EARLY, LATE, plannedFor, planTurnsAt } from "./planned-for.ts";

const MINUTE = 60_000;
const at = 1000 * 60 * MINUTE;
const planned = (id: string, minutes: number | null, created = 0) => ({
  id,
  scheduledAt: minutes === null ? null : at + minutes * MINUTE,
  createdAt: created,
});
const picked = (...videos: ReturnType<typeof planned>[]) => plannedFor(videos, at)?.id;

test("a broadcast belongs to the show whose time it is", () => {
  assert.equal(picked(planned("late", -90), planned("soon", 20)), "soon");
  assert.equal(picked(planned("last night", -11 * 60)), "last night");
});

test("shows of another day stay planned", () => {
  assert.equal(picked(planned("tomorrow", 24 * 60), planned("last week", -7 * 24 * 60)), undefined);
});

test("who has just planned one without a time means that, unless another is due now", () => {
  assert.equal(picked(planned("old", null, 1), planned("new", null, 2)), "new");
  assert.equal(picked(planned("now", null), planned("in an hour", 60)), "now");
  assert.equal(picked(planned("now", null), planned("in five minutes", 5)), "in five minutes");
});

test("without a plan there is none", () => assert.equal(picked(), undefined));

test("the plan of the moment changes when a show's time comes, and when it is over", () => {
  const [tonight, tomorrow] = [planned("tonight", 6 * 60), planned("tomorrow", 30 * 60)];
  const turns = (
    ...plans: ReturnType<typeof planned>[]
  ): (readonly [number, string | undefined])[] => {
    const found: (readonly [number, string | undefined])[] = [];
    for (let turn = planTurnsAt(plans, at); turn !== null; turn = planTurnsAt(plans, turn))
      found.push([(turn - at) / MINUTE, plannedFor(plans, turn)?.id]);
    return found.map(([minutes, id]) => [Math.round(minutes), id]);
  };
  assert.deepEqual(turns(), []);
  assert.deepEqual(turns(planned("any time", null)), []);
  assert.deepEqual(turns(tonight), [
    [6 * 60 - EARLY / MINUTE, "tonight"],
    [6 * 60 + LATE / MINUTE, undefined],
  ]);
  assert.deepEqual(turns(tonight, tomorrow), [
    [4 * 60, "tonight"],
    [18 * 60, undefined],
    [28 * 60, "tomorrow"],
    [42 * 60, undefined],
  ]);
  assert.deepEqual(turns(tonight, planned("at eight", 8 * 60)).slice(0, 2), [
    [4 * 60, "tonight"],
    [7 * 60, "at eight"],
  ]);
  assert.deepEqual(turns(tonight, planned("any time", null)), [
    [6 * 60 - 15, "tonight"],
    [6 * 60 + 15, "any time"],
  ]);
});
