import assert from "node:assert/strict";
import { test } from "node:test";
import { operationIds, routes } from "@oxbow/contract";
import { createClient } from "./client.ts";
import { OxbowError } from "./oxbow-error.ts";
import { broken, json, problem, serve } from "./server-for-tests.ts";

const page = (items: number[], next: string | null) => json(200, { items, next });
const stream = routes["streams.get"].example.response;

test("every operation is a method, the live feed as follow", () => {
  const client = createClient({ url: "http://127.0.0.1:1", key: "k" });
  const methods = Object.entries(client).flatMap(([group, verbs]) =>
    Object.keys(verbs).map((verb) => `${group}.${verb}`),
  );
  assert.deepEqual(methods.toSorted(), [...operationIds, "events.follow"].toSorted());
});

test("path, query, body and key go where the contract has them", async () => {
  await using server = await serve([json(200, {})]);
  const { client, seen } = server;
  await client.streams.get("my stream/1");
  await client.archive.delete("story", { from: 1, to: "2026-03-01T20:00:00.000Z" });
  await client.streams.update("story", { title: null });
  await client.events.list({ types: ["asset_ready", "asset_deleted"], after: 4 });
  assert.deepEqual(
    seen.map(({ method, url, body }) => `${method} ${url} ${body}`),
    [
      "GET /api/v1/streams/my%20stream%2F1 ",
      "DELETE /api/v1/streams/story/archive?from=1&to=2026-03-01T20%3A00%3A00.000Z ",
      'PATCH /api/v1/streams/story {"title":null}',
      "GET /api/v1/events?types=asset_ready%2Casset_deleted&after=4 ",
    ],
  );
  assert.ok(seen.every(({ headers }) => headers.authorization === "Bearer oxb_key"));
});

test("a text goes as it is, also in bytes of whatever encoding, to each id of its path", async () => {
  await using server = await serve([json(200, {})]);
  const { client, seen } = server;
  await client.subtitles.create("ast_1", "WEBVTT\n", { language: "en" });
  await client.subtitles.replace("ast_1", "sub_1", Buffer.from("1\n"), { default: "true" });
  await client.subtitles.delete("ast_1", "sub_1");
  assert.deepEqual(
    seen.map(({ method, url, headers, body }) => [method, url, headers["content-type"], body]),
    [
      ["POST", "/api/v1/assets/ast_1/subtitles?language=en", "text/vtt", "WEBVTT\n"],
      ["PUT", "/api/v1/assets/ast_1/subtitles/sub_1?default=true", "text/vtt", "1\n"],
      ["DELETE", "/api/v1/assets/ast_1/subtitles/sub_1", undefined, ""],
    ],
  );
});

test("an id that is missing is told before anything is sent", async () => {
  await using server = await serve([json(200, {})]);
  assert.throws(() => void server.client.streams.get(""), /Give the stream/);
  assert.equal(server.seen.length, 0);
});

test("a refusal is an OxbowError with code, status, field and problem", async () => {
  await using server = await serve([
    problem(409, "stream_name_taken", { field: "name", instance: "urn:oxbow:request:1" }),
  ]);
  const error: unknown = await server.client.streams.create({ name: "story" }).catch((e) => e);
  assert.ok(error instanceof OxbowError);
  assert.deepEqual(
    [error.code, error.status, error.field, error.message, error.retryable],
    ["stream_name_taken", 409, "name", "It is stream_name_taken", false],
  );
  assert.equal(error.problem?.instance, "urn:oxbow:request:1");
  assert.equal(server.seen.length, 1);
});

test("a code of a newer server comes through, and an answer of a proxy is told as unexpected", async () => {
  await using server = await serve([
    problem(418, "teapot"),
    (response) => response.writeHead(403).end("<html>\n Forbidden by the gateway</html>"),
  ]);
  await assert.rejects(Promise.resolve(server.client.streams.get("a")), { code: "teapot" });
  await assert.rejects(Promise.resolve(server.client.streams.get("a")), {
    code: "unexpected_answer",
    status: 403,
    message: "Status 403 without problem details: <html> Forbidden by the gateway</html>",
  });
});

test("what creates is sent again with the same key when its answer is lost", async () => {
  await using server = await serve([broken, problem(503, "unavailable"), json(201, stream)]);
  assert.deepEqual(await server.client.streams.create({ name: "story" }), stream);
  const keys = server.seen.map(({ headers }) => headers["idempotency-key"]);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.match(String(keys[0]), /^[0-9a-f-]{36}$/);
  assert.equal(new Set(server.seen.map(({ body }) => body)).size, 1);
});

test("an idempotency key of one's own is used", async () => {
  await using server = await serve([json(201, stream)]);
  await server.client.streams.create({ name: "story" }, { idempotencyKey: "order-1" });
  assert.equal(server.seen[0]?.headers["idempotency-key"], "order-1");
});

test("what may not be done twice is sent once", async () => {
  await using server = await serve([problem(503, "unavailable")]);
  await assert.rejects(server.client.streams.resetKey("story"), { code: "unavailable" });
  await assert.rejects(server.client.sinks.test("snk_1"), { code: "unavailable" });
  assert.equal(server.seen.length, 2);
});

test("reading is tried again a few times and no more, after waits that grow", async () => {
  await using server = await serve([problem(500, "internal")]);
  await assert.rejects(server.client.streams.get("a"), { code: "internal", retryable: true });
  assert.equal(server.seen.length, 4);
  assert.equal(server.waits.length, 3);
  assert.ok(server.waits.every((ms, at) => ms >= 0 && ms <= 250 * 2 ** at));
});

test("Retry-After is kept to, also on a conflict with a request that still runs", async () => {
  await using server = await serve([
    problem(409, "conflict", {}, { "retry-after": "1" }),
    problem(429, "rate_limited", {}, { "retry-after": "7" }),
    problem(503, "unavailable", {}, { "retry-after": "999999" }),
    json(202, {}),
  ]);
  await server.client.exports.create({ broadcast: "brd_1" });
  const [first = 0, second = 0, third = 0] = server.waits;
  assert.ok(first >= 1000 && first < 2000, String(first));
  assert.ok(second >= 7000 && second < 8000, String(second));
  assert.ok(third >= 60_000 && third < 62_000, String(third));
});

test("a deletion whose answer was lost is done", async () => {
  await using server = await serve([broken, problem(404, "asset_unknown")]);
  assert.equal(await server.client.assets.delete("ast_1"), undefined);
  await assert.rejects(server.client.assets.delete("ast_1"), { code: "asset_unknown" });
});

test("a server that is not there is unreachable, and says why", async () => {
  const server = await serve([json(200, {})]);
  await server[Symbol.asyncDispose]();
  await assert.rejects(server.client.streams.get("a"), {
    code: "unreachable",
    status: 0,
    message: /No answer from http:\/\/127\.0\.0\.1:\d+\/: .*ECONNREFUSED/,
  });
});

test("a signal gives up with its own reason, and nothing is tried again", async () => {
  const stop = new AbortController();
  await using server = await serve([() => stop.abort(new Error("enough"))]);
  await assert.rejects(server.client.streams.get("a", { signal: stop.signal }), /enough/);
  assert.equal(server.seen.length, 1);
});

test("an attempt that takes too long is given up and made again", async () => {
  await using server = await serve([() => undefined, json(200, stream)], { timeoutMs: 30 });
  assert.deepEqual(await server.client.streams.get("a"), stream);
  assert.equal(server.seen.length, 2);
});

test("a list is its first page when awaited, and everything when iterated", async () => {
  await using server = await serve([page([1], "a b"), page([1, 2], "a b"), page([3], null)]);
  const { client, seen } = server;
  assert.deepEqual(await client.exports.list({ state: "ready" }), { items: [1], next: "a b" });
  const all: unknown[] = [];
  for await (const item of client.exports.list({ state: "ready", limit: 2 })) all.push(item);
  assert.deepEqual(all, [1, 2, 3]);
  assert.deepEqual(
    seen.map(({ url }) => url),
    [
      "/api/v1/exports?state=ready",
      "/api/v1/exports?state=ready&limit=2",
      "/api/v1/exports?state=ready&limit=2&cursor=a+b",
    ],
  );
});

test("the event log is paged by sequence", async () => {
  await using server = await serve([
    json(200, { items: [{ sequence: 1 }], next: "1" }),
    json(200, { items: [{ sequence: 2 }], next: null }),
  ]);
  const sequences: number[] = [];
  for await (const { sequence } of server.client.events.list({ limit: 1 }))
    sequences.push(sequence);
  assert.deepEqual(sequences, [1, 2]);
  assert.equal(server.seen[1]?.url, "/api/v1/events?limit=1&after=1");
});

test("the event log is paged from its end by sequence, too", async () => {
  await using server = await serve([
    json(200, { items: [{ sequence: 2 }], next: "2" }),
    json(200, { items: [{ sequence: 1 }], next: null }),
  ]);
  await Array.fromAsync(server.client.events.list({ limit: 1, order: "newest" }));
  assert.equal(server.seen[1]?.url, "/api/v1/events?limit=1&order=newest&before=2");
});

test("the compiler knows the contract", () => {
  const client = createClient({ url: "http://127.0.0.1:1", key: "k" });
  const never = () => {
    // @ts-expect-error: a stream needs a name
    void client.streams.create({});
    // @ts-expect-error: half a range
    void client.exports.create({ stream: "story", from: 1 });
    // @ts-expect-error: no such state
    void client.exports.list({ state: "done" });
    // @ts-expect-error: what to delete
    void client.archive.delete("story");
    const type: Promise<string | null> = client.exports.get("exp_1").then(({ asset }) => asset);
    return type;
  };
  assert.equal(typeof never, "function");
});
