import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import { Waiters } from "./waiters.ts";

const never = (): "wait" => "wait";
const far = millis(1000);

test("so many are held and no more: the next one is refused at once, until one has left", async () => {
  const waiters = new Waiters<string>(2);
  const leaving = new AbortController();
  const first = waiters.hold(never, far, leaving.signal);
  const second = waiters.hold(never, far, undefined);
  assert.throws(() => waiters.hold(never, far, undefined), { code: "limit_reached" });
  leaving.abort();
  assert.equal(await first, undefined);
  const third = waiters.hold(never, far, undefined);
  waiters.expire(far);
  await assert.rejects(second, { code: "unavailable" });
  await assert.rejects(third, { code: "unavailable" });
  assert.equal(waiters.size, 0);
  assert.equal(await waiters.hold(never, far, leaving.signal), undefined, "gone before it came");
});

test("those who wait look once for all changes of a turn; one that fails leaves the others be", async () => {
  const waiters = new Waiters<"answer">();
  let looks = 0;
  let there = false;
  const look = (): "answer" | "wait" => {
    looks += 1;
    return there ? "answer" : "wait";
  };
  const good = waiters.hold(look, far, undefined);
  const bad = waiters.hold(
    () => {
      throw new RangeError("what was looked for can't be");
    },
    far,
    undefined,
  );
  const failed = assert.rejects(bad, RangeError);
  waiters.changed();
  waiters.changed();
  there = true;
  waiters.changed();
  assert.equal(await good, "answer");
  await failed;
  assert.deepEqual([looks, waiters.size], [1, 0]);
});
