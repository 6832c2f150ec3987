import assert from "node:assert/strict";
import { test } from "node:test";
import { idSource } from "./world.ts";

test("ids sort in the order of their making, within a millisecond too, and over a clock set back", () => {
  let at = 1_763_000_000_000;
  const id = idSource(() => at);
  const made = [id("evt"), id("evt")];
  at += 1;
  made.push(id("evt"));
  at -= 5_000;
  made.push(id("evt"));
  assert.deepEqual(made.toSorted(), made);
  assert.equal(new Set(made).size, 4);
  assert.match(made[0] ?? "", /^evt_[0-9a-hjkmnp-tv-z]{26}$/);
});
