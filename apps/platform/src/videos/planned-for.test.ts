import assert from "node:assert/strict";
import { test } from "node:test";
import { plannedFor } from "./planned-for.ts";

const MINUTE = 60_000;
const at = 1000 * 60 * MINUTE;
const planned = (id: string, minutes: number | null, created = 0) => ({
  id,
  scheduled_at: minutes === null ? null : at + minutes * MINUTE,
  created_at: created,
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
