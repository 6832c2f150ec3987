import assert from "node:assert/strict";
import { plus } from "@oxbow/media";
import { onBothDatabases } from "./databases-for-tests.ts";
import { idempotency } from "./idempotency.ts";
import { secretBox } from "./secret-box.ts";

const box = secretBox(new Uint8Array(32));
const { test } = await onBothDatabases();
const route = "key_1 POST /exports";

test("the first request runs, and a repeated one gets its answer", async ({ store, world }) => {
  const requests = idempotency(store, world, box);
  assert.deepEqual(await requests.claim(route, "a", "{}"), { do: "run" });
  await requests.finish(route, "a", 202, '{"id":"exp_1"}');
  assert.deepEqual(await requests.claim(route, "a", "{}"), {
    do: "replay",
    status: 202,
    response: '{"id":"exp_1"}',
  });
  assert.deepEqual(await requests.claim("key_2 POST /exports", "a", "{}"), { do: "run" });
});

test("the same key with another request is refused", async ({ store, world }) => {
  const requests = idempotency(store, world, box);
  await requests.claim(route, "a", "{}");
  await requests.finish(route, "a", 202, "");
  await assert.rejects(requests.claim(route, "a", '{"other":1}'), { code: "idempotency_conflict" });
});

test("of requests that come together one runs, and the others are told so", async ({
  store,
  world,
}) => {
  const requests = idempotency(store, world, box);
  const claims = await Promise.allSettled(
    Array.from({ length: 8 }, () => requests.claim(route, "a", "{}")),
  );
  const outcomes = claims.map((claim) =>
    claim.status === "fulfilled" ? claim.value.do : String(claim.reason.code),
  );
  assert.deepEqual(outcomes.toSorted(), [...Array(7).fill("conflict"), "run"]);
});

test("a request that did nothing may be tried again, and so may one that a crash cut off", async ({
  store,
  world,
}) => {
  const requests = idempotency(store, world, box);
  await requests.claim(route, "a", "{}");
  await requests.release(route, "a");
  assert.deepEqual(await requests.claim(route, "a", "{}"), { do: "run" });
  world.time = plus(world.time, 60_001);
  assert.deepEqual(await requests.claim(route, "a", "{}"), { do: "run" });
});

test("answers are kept for a day, and removed as others come", async ({ store, world }) => {
  const requests = idempotency(store, world, box);
  for (const key of ["a", "b"]) {
    await requests.claim(route, key, "{}");
    await requests.finish(route, key, 202, "");
  }
  world.time = plus(world.time, 24 * 3_600_000);
  assert.equal((await requests.claim(route, "a", "{}")).do, "replay");
  world.time = plus(world.time, 1);
  assert.deepEqual(await requests.claim(route, "a", "{}"), { do: "run" });
  await requests.finish(route, "a", 202, "");
  const rows = await store.db.selectFrom("idempotency").select("key").execute();
  assert.deepEqual(rows, [{ key: `${route} a` }]);
});
