import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault, routes } from "@oxbow/contract";
import { keys, startApi } from "./api-for-tests.ts";

const example = routes["exports.create"].example.response;

/** An API whose exports are counted, and held back while `hold` is pending. */
async function counting(hold: () => Promise<void> = async () => {}) {
  let made = 0;
  const api = await startApi({
    handlers: {
      "exports.create": async () => {
        made++;
        await hold();
        return { ...example, id: `exp_${made}` };
      },
    },
  });
  const create = async (
    idempotencyKey: string | null,
    json: unknown = { broadcast: "brd_1" },
    key: string = keys.admin,
  ) => {
    const headers = idempotencyKey === null ? {} : { "idempotency-key": idempotencyKey };
    const response = await api.call("/exports", { method: "POST", json, headers, key });
    const body: unknown = await response.json();
    assert.ok(typeof body === "object" && body !== null);
    return {
      status: response.status,
      id: "id" in body ? body.id : undefined,
      code: "code" in body ? body.code : undefined,
      replayed: response.headers.get("idempotency-replayed"),
      retryAfter: response.headers.get("retry-after"),
    };
  };
  return { api, create, made: () => made };
}

test("the same key and body bring the same answer, and one export", async () => {
  const { api, create, made } = await counting();
  await using _ = api;
  const first = await create("order-1");
  const second = await create("order-1");
  assert.deepEqual([first.status, first.id, first.replayed], [202, "exp_1", null]);
  assert.deepEqual([second.status, second.id, second.replayed], [202, "exp_1", "true"]);
  assert.equal(made(), 1);
});

test("another body under the same key is a conflict", async () => {
  const { api, create, made } = await counting();
  await using _ = api;
  await create("order-1");
  const other = await create("order-1", { broadcast: "brd_2" });
  assert.deepEqual([other.status, other.code, made()], [409, "idempotency_conflict", 1]);
});

test("keys of different callers do not meet, and no key means no memory", async () => {
  const { api, create, made } = await counting();
  await using _ = api;
  await create("order-1");
  assert.equal((await create("order-1", undefined, keys.writer)).id, "exp_2");
  assert.equal((await create(null)).id, "exp_3");
  assert.equal((await create(null)).id, "exp_4");
  assert.equal(made(), 4);
});

test("a second request during the first is told to come back", async () => {
  const held = Promise.withResolvers<void>();
  const { api, create, made } = await counting(() => held.promise);
  await using _ = api;
  const first = create("order-1");
  let second = await create("order-1");
  // Which of the two came first is not ours to say until one waits.
  while (second.code === undefined) second = await create("order-1");
  assert.deepEqual([second.status, second.retryAfter, made()], [409, "1", 1]);
  held.resolve();
  assert.equal((await first).id, "exp_1");
  assert.equal((await create("order-1")).id, "exp_1");
});

test("a request that failed has used up nothing", async () => {
  let calls = 0;
  await using api = await startApi({
    handlers: {
      "exports.create": async () => {
        calls++;
        if (calls === 1) throw new Fault("storage_full", "The disk is full");
        return example;
      },
    },
  });
  const create = () =>
    api.call("/exports", {
      method: "POST",
      json: { broadcast: "brd_1" },
      headers: { "idempotency-key": "order-1" },
    });
  assert.deepEqual([(await create()).status, (await create()).status, calls], [507, 202, 2]);
});

test("a key that can't be a key is refused", async () => {
  const { api, create, made } = await counting();
  await using _ = api;
  assert.deepEqual((await create("a b")).code, "invalid_request");
  assert.deepEqual((await create("x".repeat(201))).code, "invalid_request");
  assert.equal(made(), 0);
});
