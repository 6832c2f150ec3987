import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault, openapi, operationIds, Problem, type Route, routes } from "@oxbow/contract";
import * as fc from "fast-check";
import { doctorHandlers } from "../handlers/doctor-handlers.ts";
import { keys, startApi } from "./api-for-tests.ts";
import type { HandlerInput } from "./handlers.ts";

/** A problem without what differs from request to request. */
async function problem(response: Response): Promise<Record<string, unknown>> {
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const { instance, ...rest } = Problem.parse(await response.json());
  assert.match(instance ?? "", /^urn:oxbow:request:[0-9a-f-]{36}$/);
  assert.equal(rest.status, response.status);
  return rest;
}

const codeOf = async (response: Response) => (await problem(response))["code"];

const pathOf = (route: Route): string => {
  const query = route.path.endsWith("/archive") ? "?from=1000&to=2000" : "";
  return `${route.path.replace(/\{\w+\}/g, "x_1")}${query}`;
};

test("every operation of the table answers its example, by its status, and is never cached", async () => {
  await using api = await startApi({
    handlers: { "events.live": async () => ({ after: 6, events: (async function* () {})() }) },
  });
  for (const id of operationIds) {
    const route: Route = routes[id];
    const response = await api.call(pathOf(route), {
      method: route.method,
      ...(route.body === undefined ? {} : { json: route.example.body ?? {} }),
    });
    assert.equal(response.status, route.response.status, id);
    assert.equal(response.headers.get("cache-control"), "no-store", id);
    const text = await response.text();
    if (id === "events.live") assert.equal(text, "retry: 1000\nid: 6\n\n");
    else if (id === "openapi.get") {
      assert.deepEqual(JSON.parse(text), openapi({ url: "http://media.test:8080" }));
    } else if (route.response.status === 204) assert.equal(text, "");
    else assert.deepEqual(JSON.parse(text), route.example.response, id);
  }
});

test("a handler gets parameters, query, body with defaults, and who calls", async () => {
  const seen: unknown[] = [];
  await using api = await startApi({
    handlers: {
      "exports.list": async (input: HandlerInput<"exports.list">) => {
        seen.push(input);
        return { items: [], next: null };
      },
      "exports.abort": async (input: HandlerInput<"exports.abort">) => {
        seen.push(input);
        return routes["exports.abort"].example.response;
      },
    },
  });
  await api.call("/exports?stream=story&state=ready&limit=7", { key: keys.reader });
  await api.call("/exports/exp_1/abort", { method: "POST", key: keys.writer });
  assert.deepEqual(seen, [
    {
      params: {},
      query: { stream: "story", state: "ready", limit: 7 },
      body: undefined,
      auth: { key: { id: "key_1", name: "reader", scope: "read" } },
    },
    {
      params: { export: "exp_1" },
      query: {},
      body: {},
      auth: { key: { id: "key_2", name: "writer", scope: "write" } },
    },
  ]);
});

test("without a key the answer is 401 and how to send one; a wrong one is told as wrong", async () => {
  await using api = await startApi();
  const none = await api.call("/streams", { key: null });
  assert.equal(none.headers.get("www-authenticate"), 'Bearer realm="oxbow"');
  assert.deepEqual(await problem(none), {
    type: "urn:oxbow:problem:unauthorized",
    title: "A key is needed",
    status: 401,
    code: "unauthorized",
    detail: "Send the API key in a header: Authorization: Bearer KEY",
  });
  const wrong = await api.call("/streams", { key: "oxb_guess" });
  assert.equal(
    wrong.headers.get("www-authenticate"),
    'Bearer realm="oxbow", error="invalid_token"',
  );
  assert.equal((await problem(wrong))["detail"], "The API key is not known");
  const basic = await api.call("/streams", { key: null, headers: { authorization: "Basic eDp5" } });
  assert.equal(basic.status, 401);
});

test("each scope opens its own operations and those of the scopes below it", async () => {
  await using api = await startApi({
    handlers: { "events.live": async () => ({ after: 6, events: (async function* () {})() }) },
  });
  const ladder = ["read", "write", "admin"];
  for (const id of operationIds) {
    const route: Route = routes[id];
    for (const [at, key] of [keys.reader, keys.writer, keys.admin].entries()) {
      const response = await api.call(pathOf(route), {
        method: route.method,
        key,
        ...(route.body === undefined ? {} : { json: route.example.body ?? {} }),
      });
      const refused = at < ladder.indexOf(route.scope);
      assert.equal(response.status, refused ? 403 : route.response.status, `${id} by ${key}`);
      if (refused) {
        assert.equal(
          response.headers.get("www-authenticate"),
          `Bearer realm="oxbow", error="insufficient_scope", scope="${route.scope}"`,
        );
      }
      await response.body?.cancel();
    }
  }
});

test("what is wrong with a request is told with the field and what to do", async () => {
  await using api = await startApi();
  const told = async (path: string, json?: unknown) => {
    const method = json === undefined ? "GET" : "POST";
    const { code, field, detail, errors } = await problem(await api.call(path, { method, json }));
    assert.equal(code, "invalid_request");
    return [field, detail, ...(errors === undefined ? [] : [errors])];
  };
  assert.deepEqual(await told("/streams", { name: "story", colour: "red" }), [
    "colour",
    "colour: is not a field of this request: remove it",
  ]);
  assert.deepEqual(await told("/streams", {}), ["name", "name: is missing: give it"]);
  assert.deepEqual(await told("/streams", { name: "s", retention: { days: "7" } }), [
    "retention.days",
    "retention.days: expected number, received string",
  ]);
  assert.deepEqual(await told("/streams", { name: "A", latency: "none" }), [
    "name",
    "name: give 1 to 64 of a-z 0-9 . _ - that begin with a letter or digit",
    [
      {
        field: "name",
        message: "give 1 to 64 of a-z 0-9 . _ - that begin with a letter or digit",
      },
      { field: "latency", message: 'give one of "normal", "low"' },
    ],
  ]);
  assert.deepEqual(await told("/exports", { stream: "story", from: "yesterday", to: 2 }), [
    "from",
    'from: give a time like "2026-03-01T20:00:00.000Z", or Unix milliseconds',
  ]);
  assert.deepEqual(await told("/streams?limit=1000"), [
    "limit",
    "limit: give a whole number from 1 to 200",
  ]);
  assert.deepEqual(await told("/streams?page=2"), [
    "page",
    "page: is not a field of this request: remove it",
  ]);
  assert.deepEqual(await told("/streams/story/key", { now: true }), [
    undefined,
    "This operation takes no body",
  ]);
  assert.deepEqual(await told("/streams", "story"), [
    undefined,
    "The request is refused: send a JSON object",
  ]);
});

test("bodies that are no JSON, too long or of another type are refused before any handler", async () => {
  await using api = await startApi({ maxBody: 1000 });
  const post = (body: string, type?: string) =>
    api.call("/streams", {
      method: "POST",
      body,
      ...(type === undefined ? {} : { headers: { "content-type": type } }),
    });
  assert.equal(await codeOf(await post('{"name":', "application/json")), "invalid_request");
  assert.equal(await codeOf(await post('{"__proto__":{}}', "application/json")), "invalid_request");
  assert.equal(await codeOf(await post("", "application/json")), "invalid_request");
  assert.equal(await codeOf(await post("name=story", "text/plain")), "unsupported_media_type");
  assert.equal(
    await codeOf(await post(`{"name":"${"x".repeat(1000)}"}`, "application/json")),
    "payload_too_large",
  );
  const ok = await post('{"name":"story"}', "application/json; charset=utf-8");
  assert.equal(ok.status, 201);
});

test("an export may bring texts and an image: its body has a limit of its own", async () => {
  const asked: number[] = [];
  await using api = await startApi({
    maxBody: 1000,
    handlers: {
      "exports.create": async ({ body }) => {
        asked.push(body.subtitles?.[0]?.text.length ?? 0);
        return routes["exports.create"].example.response;
      },
    },
  });
  const text = "x".repeat(1_000_000);
  const post = (texts: number) => {
    const subtitles = Array.from({ length: texts }, () => ({ language: "en", text }));
    return api.call("/exports", { method: "POST", json: { broadcast: "brd_1", subtitles } });
  };
  assert.equal((await post(8)).status, 202);
  const tooLong = await problem(await post(9));
  assert.equal(tooLong["detail"], "Send a body of at most 8388608 bytes");
  assert.deepEqual(asked, [1_000_000]);
});

test("everybody may read what the machine can encode, and an admin has it measured again", async () => {
  const asked: boolean[] = [];
  const told = routes["doctor.get"].example.response;
  const examine = async (again: boolean) => {
    asked.push(again);
    return told;
  };
  await using api = await startApi({ handlers: doctorHandlers({ examine }) });
  const get = (path: string, key: string) => api.call(path, { key });
  assert.deepEqual(await (await get("/doctor", keys.reader)).json(), told);
  assert.equal((await get("/doctor?measure=now", keys.admin)).status, 200);
  const refused = await get("/doctor?measure=now", keys.writer);
  assert.equal(await codeOf(refused), "forbidden");
  assert.equal((await get("/doctor?measure=later", keys.admin)).status, 400);
  assert.deepEqual(asked, [false, true]);
});

test("no JSON whatever makes the server fail", async () => {
  await using api = await startApi();
  const paths = ["/streams", "/exports", "/sinks", "/sinks/snk_1/replay", "/streams/story/pins"];
  const member = fc.constantFrom("name", "from", "to", "broadcast", "metadata", "url", "types");
  const value = fc.oneof(fc.jsonValue(), fc.dictionary(member, fc.jsonValue()));
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), value, async (path, json) => {
      const response = await api.call(path, { method: "POST", json });
      if (response.status >= 300) assert.equal(await codeOf(response), "invalid_request");
    }),
  );
});

test("unknown paths are 404, known paths with another method 405 with what is allowed", async () => {
  await using api = await startApi();
  assert.equal((await problem(await api.call("/nothing")))["code"], "not_found");
  assert.equal((await problem(await api.call("/streams/a/b/c")))["code"], "not_found");
  const wrong = await api.call("/streams/story", { method: "PUT", json: {} });
  assert.equal((await problem(wrong))["code"], "method_not_allowed");
  assert.equal(wrong.headers.get("allow"), "GET, HEAD, PATCH, DELETE, OPTIONS");
  const options = await api.call("/streams", { method: "OPTIONS", key: null });
  assert.deepEqual(
    [
      options.status,
      options.headers.get("allow"),
      options.headers.get("access-control-allow-origin"),
    ],
    [204, "GET, HEAD, POST, OPTIONS", null],
  );
  const bad = await api.call("/streams/%E0%A4%A", {});
  assert.equal((await problem(bad))["code"], "invalid_request");
});

test("HEAD answers as GET does, without the body", async () => {
  await using api = await startApi();
  const get = await api.call("/streams/story");
  const head = await api.call("/streams/story", { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get("content-length"), String((await get.text()).length));
  assert.equal(await head.text(), "");
  assert.equal((await api.call("/events/live", { method: "HEAD" })).status, 200);
});

test("a fault is told as a problem with its field and details", async () => {
  await using api = await startApi({
    handlers: {
      "exports.create": async () => {
        throw new Fault("range_has_gap", "The range has a gap of 5.4 s", {
          field: "gaps",
          details: { gaps: [{ from: "a", to: "b" }] },
        });
      },
    },
  });
  const response = await api.call("/exports", { method: "POST", json: { broadcast: "brd_1" } });
  assert.deepEqual(await problem(response), {
    type: "urn:oxbow:problem:range_has_gap",
    title: "The range has a gap",
    status: 422,
    code: "range_has_gap",
    detail: "The range has a gap of 5.4 s",
    field: "gaps",
    gaps: [{ from: "a", to: "b" }],
  });
});

test("an error that nobody expected is logged under the request's id, and told without its detail", async () => {
  await using api = await startApi({
    handlers: {
      "streams.get": async () => {
        throw new Error("password=hunter2");
      },
    },
  });
  const response = await api.call("/streams/story");
  const text = await response.text();
  const told = Problem.parse(JSON.parse(text));
  assert.equal(told.code, "internal");
  assert.ok(!text.includes("hunter2"));
  const line = api.log.find(({ msg }) => msg === "api request met a bug");
  assert.equal(`urn:oxbow:request:${String(line?.["request"])}`, told.instance);
  assert.ok(JSON.stringify(line).includes("hunter2"));
});

test("an answer that breaks the contract is caught while answers are checked", async () => {
  const broken = { ...routes["streams.get"].example.response, state: "paused" };
  await using api = await startApi({
    // @ts-expect-error: the compiler sees it too
    handlers: { "streams.get": async () => broken },
  });
  assert.equal((await api.call("/streams/story")).status, 500);
  assert.ok(JSON.stringify(api.log).includes("streams.get answered what the contract does not"));
});

test("requests are logged at debug with id, path and status, and never with a key", async () => {
  await using api = await startApi();
  await (await api.call("/streams?limit=3")).text();
  const line = api.log.find(({ msg }) => msg === "api request");
  assert.deepEqual(
    [line?.["level"], line?.["method"], line?.["path"], line?.["status"]],
    [20, "GET", "/api/v1/streams", 200],
  );
  assert.ok(!JSON.stringify(api.log).includes(keys.admin));
});

test("closing twice is harmless", async () => {
  await using api = await startApi();
  await api.api.close();
  await api.api.close();
});
