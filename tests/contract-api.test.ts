import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ApiKey, apiPath, pageOf, type Route, routes, Stream } from "@oxbow/contract";
import { assertRefused, assertTimes, type Caller, callerOf, keyOf } from "./caller.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

let server: ServerProcess;
let call: Caller;
before(async () => {
  server = await startServer();
  call = callerOf(server);
});
after(() => server[Symbol.asyncDispose]());

const all = Object.values<Route>(routes);
/** A path of the table, with ids that nothing has. */
const filled = (path: string): string => path.replace(/\{(\w+)\}/g, "no-such-$1");
const withQuery = ({ path, query }: Route): string =>
  filled(path) + ("from" in query.shape && path.endsWith("archive") ? "?from=0&to=1000" : "");

/** An item of any list. */
const anything = Stream.pick({ name: true }).partial().extend({ id: Stream.shape.name });

test("every route refuses a field or parameter that it does not know, by its name", async () => {
  const stream = Stream.parse((await call("POST /streams", { body: { name: "strict" } })).body);
  for (const { method, path, body } of all) {
    const url = path.replace("{stream}", stream.id).replace(/\{(\w+)\}/g, "no-such-$1");
    const range = method === "DELETE" && path.endsWith("archive") ? "from=0&to=1&" : "";
    const answer = await call(`${method} ${url}?${range}colour=1`, body ? { body: {} } : {});
    assertRefused(answer, "invalid_request", "colour");
  }
  for (const { method, path, body, bodyType } of all) {
    // A text has no fields.
    if (!body || bodyType) continue;
    const answer = await call(`${method} ${path.replace("{stream}", stream.id)}`, {
      body: {
        colour: 1,
        name: "x",
        url: "http://a.test/",
        from: 0,
        to: 1,
        stream: "strict",
        title: "a",
      },
    });
    const named = Object(answer.body);
    assertRefused(answer, "invalid_request", String(named["field"]));
    const told = JSON.stringify([named["field"], named["errors"]]);
    assert.match(told, /colour|after|broadcast/, `${method} ${path}: ${told}`);
  }
  const nested = await call("POST /streams", {
    body: { name: "n", retention: { days: 1, weeks: 2 } },
  });
  assertRefused(nested, "invalid_request", "retention.weeks");
});

test("wrong values are refused with the field that is wrong", async () => {
  const wrong: [body: object, field: string][] = [
    [{}, "name"],
    [{ name: "UPPER" }, "name"],
    [{ name: "str_x" }, "name"],
    [{ name: "../../etc" }, "name"],
    [{ name: "a".repeat(65) }, "name"],
    [{ name: 5 }, "name"],
    [{ name: "w", reconnectWindow: 1801 }, "reconnectWindow"],
    [{ name: "w", reconnectWindow: -1 }, "reconnectWindow"],
    [{ name: "w", reconnectWindow: 1.5 }, "reconnectWindow"],
    [{ name: "w", record: "yes" }, "record"],
    [{ name: "w", retention: { days: 0 } }, "retention.days"],
    [{ name: "w", retention: {} }, "retention"],
    [{ name: "w", title: "x".repeat(301) }, "title"],
    [{ name: "w", ladder: "huge" }, "ladder"],
    [{ name: "w", ladder: ["source", "721p"] }, "ladder.1"],
    [{ name: "w", ladder: [] }, "ladder"],
    [{ name: "w", latency: "none" }, "latency"],
    [{ name: "w", playback: { policy: "secret" } }, "playback.policy"],
  ];
  for (const [body, field] of wrong) {
    assertRefused(await call("POST /streams", { body }), "invalid_request", field);
  }
  for (const query of ["limit=0", "limit=201", "limit=x", "limit=1.5"]) {
    assertRefused(await call(`GET /streams?${query}`), "invalid_request", "limit");
  }
  for (const [body, field] of [
    [{ url: "ftp://a.test/" }, "url"],
    [{ url: "http://a.test/", types: ["nothing_such"] }, "types.0"],
    [{ url: "http://a.test/", batch: 101 }, "batch"],
    [{ url: "http://a.test/", rate: 0 }, "rate"],
  ] as const) {
    assertRefused(await call("POST /sinks", { body }), "invalid_request", field);
  }
  assertRefused(
    await call("POST /keys", { body: { name: "k", scope: "root" } }),
    "invalid_request",
    "scope",
  );
});

test("every route of an id that nothing has answers 404 by the code of its kind", async () => {
  const bodies: Record<string, object | string> = {
    "subtitles.replace": JSON.stringify("WEBVTT\n\n00:00.000 --> 00:01.000\nx"),
    "subtitles.create": JSON.stringify("WEBVTT\n\n00:00.000 --> 00:01.000\nx"),
    "streams.update": { title: "x" },
    "pins.create": { from: 0, to: 1000 },
    "markers.create": { label: "x" },
    "exports.create": { stream: "no-such-stream", from: 0, to: 1000 },
    "assets.update": { title: "x" },
    "sinks.update": { enabled: true },
    "sinks.replay": { after: 0 },
  };
  for (const [id, route] of Object.entries<Route>(routes)) {
    if (!route.path.includes("{")) continue;
    const body = bodies[id] ?? (route.body ? {} : undefined);
    const answer = await call(`${route.method} ${withQuery(route)}`, body ? { body } : {});
    const code = route.errors.find((known) => known.endsWith("_unknown"));
    assert.ok(code, id);
    assertRefused(answer, code);
  }
  for (const list of ["sessions", "exports", "assets", "events"]) {
    assertRefused(await call(`GET /${list}?stream=none`), "stream_unknown");
  }
  const body = { stream: "none", from: 0, to: 1000 };
  assertRefused(await call("POST /exports", { body }), "stream_unknown", "stream");
  assertRefused(
    await call("POST /exports", { body: { broadcast: "brd_0" } }),
    "broadcast_unknown",
    "broadcast",
  );
});

test("without a key, or with a wrong one, every route answers 401 with a challenge", async () => {
  for (const { method, path } of all) {
    const none = await call(`${method} ${filled(path)}`, { key: null });
    assertRefused(none, "unauthorized");
    assert.equal(none.headers.get("www-authenticate"), 'Bearer realm="oxbow"');
  }
  for (const authorization of [
    "Bearer wrong",
    "Bearer ",
    "Basic eDp5",
    `Bearer ${"x".repeat(600)}`,
  ]) {
    assertRefused(
      await call("GET /streams", { key: null, headers: { authorization } }),
      "unauthorized",
    );
  }
});

test("a key of scope read, write or admin may do what the table says, and no more", async () => {
  const order = ["read", "write", "admin"] as const;
  for (const scope of order) {
    const key = await keyOf(call, scope);
    for (const route of all) {
      if (route.path === "/events/live") continue;
      const reaches = order.indexOf(scope) >= order.indexOf(route.scope);
      // A body that is refused shows that the request came that far, and makes nothing.
      const body = route.body || route.method === "POST" ? { body: { colour: 1 } } : {};
      const answer = await call(`${route.method} ${withQuery(route)}`, { key, ...body });
      assert.equal(answer.status === 403, !reaches, `${scope}: ${route.method} ${route.path}`);
      if (reaches) continue;
      assertRefused(answer, "forbidden");
      assert.match(answer.headers.get("www-authenticate") ?? "", /insufficient_scope/);
    }
  }
});

test("a key is told once, kept hashed, and stops working at once when it is deleted", async () => {
  const made = await call("POST /keys", { body: { name: "short-lived", scope: "read" } });
  assert.equal(made.status, 201);
  assertTimes(made);
  const { id, key = "" } = ApiKey.parse(made.body);
  assert.match(id, /^key_/);
  assert.equal((await call("GET /streams", { key })).status, 200);
  const listed = await call("GET /keys?limit=200");
  assert.ok(listed.text.includes(id) && !listed.text.includes(key));
  assert.equal((await call(`DELETE /keys/${id}`)).status, 204);
  assertRefused(await call("GET /streams", { key }), "unauthorized");
  assertRefused(await call(`DELETE /keys/${id}`), "api_key_unknown");
});

test("bodies that are no JSON, not said to be, or too large are refused as what they are", async () => {
  const raw = (body: string, type: string) =>
    call("POST /streams", { body, headers: { "content-type": type } });
  assertRefused(await raw("{", "application/json"), "invalid_request");
  assertRefused(await raw("", "application/json"), "invalid_request");
  assertRefused(await raw("[]", "application/json"), "invalid_request");
  assertRefused(await raw("null", "application/json"), "invalid_request");
  assertRefused(
    await raw('{"__proto__":{"name":"x"},"name":"y"}', "application/json"),
    "invalid_request",
  );
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
  ]) {
    assertRefused(await raw('{"name":"x"}', type), "unsupported_media_type");
  }
  const deep = "[".repeat(400_000) + "]".repeat(400_000);
  assertRefused(await raw(deep, "application/json"), "invalid_request");
  assertRefused(
    await raw(`{"name":"d","title":${deep}}`, "application/json"),
    "invalid_request",
    "title",
  );
  const large = JSON.stringify({ name: "large", title: "x".repeat(2_000_000) });
  assertRefused(await raw(large, "application/json"), "payload_too_large");
  assert.equal((await call("GET /streams/large")).status, 404);
});

test("a path that is not there answers 404, and a method that it does not take 405 with Allow", async () => {
  for (const path of [
    "/",
    "/nothing",
    "/streams/a/b/c",
    "//api/v1",
    "//api/v2/streams",
    "//",
    "//nothing",
  ]) {
    assertRefused(await call(`GET ${path}`), "not_found");
  }
  const byPath = Map.groupBy(all, ({ path }) => path);
  for (const [path, here] of byPath) {
    const takes = here.map(({ method }) => method);
    for (const method of ["POST", "PATCH", "DELETE", "PUT"] as const) {
      if (takes.some((one) => one === method)) continue;
      const answer = await call(`${method} ${filled(path)}`, { body: {} });
      assertRefused(answer, "method_not_allowed");
      const allow = (answer.headers.get("allow") ?? "").split(", ");
      assert.deepEqual(
        takes.filter((one) => !allow.includes(one)),
        [],
        `${path}: ${allow.join()}`,
      );
    }
  }
});

test("a name that is taken is refused, also when two ask at once", async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => call("POST /streams", { body: { name: "wanted" } })),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    assertRefused(answer, "stream_name_taken", "name");
  }
});

test("a repeated POST with its Idempotency-Key makes one thing and answers alike", async () => {
  await call("POST /streams", { body: { name: "pinned" } });
  const sink = { url: "http://127.0.0.1:9/once", enabled: false };
  const posts: [path: string, body: object, change: object, list: string][] = [
    ["/streams", { name: "once" }, { name: "twice" }, "/streams?limit=200"],
    ["/streams/pinned/pins", { from: 1000, to: 2000 }, { to: 3000 }, "/streams/pinned/pins"],
    ["/sinks", sink, { batch: 2 }, "/sinks?limit=200"],
    ["/keys", { name: "once" }, { scope: "write" }, "/keys?limit=200"],
  ];
  const count = async (list: string): Promise<number> =>
    pageOf(anything).parse((await call(`GET ${list}`)).body).items.length;
  for (const [path, body, change, list] of posts) {
    const sofar = await count(list);
    const headers = { "idempotency-key": `once ${path}`.replaceAll(" ", "-") };
    const [first, ...others] = await Promise.all(
      Array.from({ length: 5 }, () => call(`POST ${path}`, { body, headers })),
    ).then((answers) => answers.toSorted((a, b) => a.status - b.status));
    assert.equal(first?.status, 201);
    for (const other of others) {
      // Either the first one was still at work, or its answer is told again.
      if (other.status === 201) assert.deepEqual(other.body, first.body);
      else assertRefused(other, "conflict", "Idempotency-Key");
    }
    const again = await call(`POST ${path}`, { body, headers });
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assert.equal(await count(list), sofar + 1, path);
    const different = await call(`POST ${path}`, { body: { ...body, ...change }, headers });
    assertRefused(different, "idempotency_conflict", "Idempotency-Key");
  }
  const bad = { "idempotency-key": "with space" };
  assertRefused(
    await call("POST /streams", { body: { name: "z" }, headers: bad }),
    "invalid_request",
    "Idempotency-Key",
  );
});

test("an Idempotency-Key of a request that was refused is free again, and belongs to its caller", async () => {
  const headers = { "idempotency-key": "after-a-refusal" };
  assertRefused(
    await call("POST /streams", { body: { name: "NO" }, headers }),
    "invalid_request",
    "name",
  );
  const made = await call("POST /streams", { body: { name: "yes" }, headers });
  assert.equal(made.status, 201);
  const key = await keyOf(call, "write");
  const other = await call("POST /streams", { body: { name: "yes-too" }, headers, key });
  assert.equal(other.status, 201);
});

test("every list goes on from its cursor until there is no more, each item once", async () => {
  for (const name of ["c1", "c2", "c3", "c4", "c5"])
    await call("POST /streams", { body: { name } });
  for (const at of [1, 2, 3, 4, 5]) {
    await call("POST /streams/c1/pins", { body: { from: at, to: at + 1 } });
    await call("POST /sinks", { body: { url: `http://127.0.0.1:9/${at}`, enabled: false } });
    await call("POST /keys", { body: { name: `cursor ${at}` } });
  }
  for (const list of ["/streams", "/streams/c1/pins", "/sinks", "/keys"]) {
    const whole = pageOf(anything).parse((await call(`GET ${list}?limit=200`)).body);
    assert.equal(whole.next, null);
    const ids: string[] = [];
    for (let next: string | null = ""; next !== null; ) {
      const cursor: string = next === "" ? "" : `&cursor=${encodeURIComponent(next)}`;
      const part = pageOf(anything).parse((await call(`GET ${list}?limit=2${cursor}`)).body);
      assert.ok(part.items.length <= 2 && ids.length < 100);
      ids.push(...part.items.map(({ id }) => id));
      next = part.next;
    }
    assert.deepEqual(
      ids,
      whole.items.map(({ id }) => id),
      list,
    );
  }
  for (const list of ["/streams/c1/broadcasts", "/exports", "/assets", "/keys", "/sinks"]) {
    const odd = await call(`GET ${list}?cursor=%27%3B--`);
    if (odd.status !== 200) assertRefused(odd, "invalid_request", "cursor");
  }
});

test("HEAD answers as GET without its body", async () => {
  await call("POST /streams", { body: { name: "headed" } });
  for (const path of ["/streams/headed", "/streams", "/events", "/nothing", "/streams/none"]) {
    const [get, head] = [await call(`GET ${path}`), await call(`HEAD ${path}`)];
    assert.deepEqual([head.status, head.text], [get.status, ""], path);
    assert.equal(head.headers.get("content-type"), get.headers.get("content-type"));
  }
});

test("the description lists every route of the table, each with its scope and errors", async () => {
  const answer = await call("GET /openapi.json");
  assert.equal(answer.status, 200);
  const document = Object(answer.body);
  assert.equal(document.openapi, "3.1.0");
  assert.deepEqual(document.servers?.[0]?.url, `${server.http}${apiPath}`);
  const listed = Object.entries<object>(document.paths).flatMap(([path, here]) =>
    Object.keys(here)
      .filter((key) => /^(get|post|put|patch|delete)$/.test(key))
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(
    listed.toSorted(),
    all.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
  assert.ok(Object.keys(document.webhooks).length >= 28);
});

test("health answers without a key, and metrics are named by their units", async () => {
  assert.equal((await call("GET //livez", { key: null })).status, 200);
  const ready = await call("GET //readyz", { key: null });
  assert.deepEqual(ready.body, {
    ready: true,
    draining: false,
    degraded: false,
    checks: { disk: "ok", database: "ok", transcoder: "ok" },
  });
  const metrics = await call("GET //metrics", { key: null });
  assert.match(metrics.headers.get("content-type") ?? "", /^text\/plain/);
  const types = [...metrics.text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  assert.ok(types.length > 10);
  for (const [, name = "", type] of types) {
    if (type === "counter") assert.match(name, /_total$/);
    if (type === "histogram" || type === "summary") assert.match(name, /_(seconds|bytes)$/);
  }
  assert.ok(!metrics.text.includes("str_"), "no stream ids in labels");
  for (const path of ["//livez", "//readyz", "//metrics"]) {
    assertRefused(await call(`POST ${path}`), "method_not_allowed");
    assert.equal((await call(`HEAD ${path}`)).status, 200);
  }
});
