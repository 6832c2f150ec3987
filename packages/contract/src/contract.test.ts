import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import {
  catalogue,
  errorCodes,
  errors,
  eventTypes,
  operationIds,
  type Route,
  routes,
} from "./index.ts";

/** The routes that outside programs rely on. */
const promised = `
GET /streams
POST /streams
GET /streams/{stream}
PATCH /streams/{stream}
DELETE /streams/{stream}
POST /streams/{stream}/key
POST /streams/{stream}/end
GET /streams/{stream}/health
GET /streams/{stream}/broadcasts
GET /broadcasts/{broadcast}
GET /streams/{stream}/archive
DELETE /streams/{stream}/archive
GET /streams/{stream}/pins
POST /streams/{stream}/pins
DELETE /pins/{pin}
GET /streams/{stream}/markers
POST /streams/{stream}/markers
DELETE /markers/{marker}
POST /exports
GET /exports
GET /exports/{export}
POST /exports/{export}/abort
POST /exports/{export}/retry
GET /assets
POST /assets
GET /assets/{asset}
PATCH /assets/{asset}
DELETE /assets/{asset}
GET /assets/{asset}/subtitles
POST /assets/{asset}/subtitles
PUT /assets/{asset}/subtitles/{subtitle}
DELETE /assets/{asset}/subtitles/{subtitle}
GET /events
GET /events/live
GET /sinks
POST /sinks
GET /sinks/{sink}
PATCH /sinks/{sink}
DELETE /sinks/{sink}
POST /sinks/{sink}/test
POST /sinks/{sink}/rotate
POST /sinks/{sink}/replay
GET /sinks/{sink}/deliveries
POST /deliveries/{delivery}/redeliver
GET /sessions
DELETE /sessions/{session}
GET /keys
POST /keys
DELETE /keys/{key}
GET /playback-keys
POST /playback-keys
DELETE /playback-keys/{key}
GET /doctor
GET /storage
GET /settings
GET /openapi.json
`;

const promisedEvents = `
stream_created stream_updated stream_deleted publish_started publish_rejected publish_stopped
broadcast_started playback_ready broadcast_interrupted broadcast_resumed broadcast_ended
stream_health transcoder_degraded transcoder_recovered archive_gap archive_evicted archive_pressure
dvr_mp4_export_start dvr_mp4_export_progress dvr_mp4_export_ready dvr_mp4_export_failed
dvr_mp4_export_aborted asset_ready asset_updated asset_deleted play_started play_stopped
sink_disabled server_started server_stopping
`;

const words = (text: string): string[] => text.trim().split(/\s+/);
const table = operationIds.map((id): [string, Route] => [id, routes[id]]);

function check(what: string, schema: z.ZodType | undefined, example: unknown): void {
  const problem = schema?.safeParse(example).error;
  assert.equal(problem, undefined, `${what}: ${problem?.message}`);
}

test("the table has the promised routes and no others, each once", () => {
  const told = table.map(([, { method, path }]) => `${method} ${path}`);
  assert.deepEqual(told.toSorted(), promised.trim().split("\n").toSorted());
});

test("the catalogue has the promised event types and no others, each once", () => {
  assert.deepEqual(eventTypes.toSorted(), words(promisedEvents).toSorted());
  assert.equal(new Set(eventTypes).size, eventTypes.length);
});

test("a route's parameters are those of its path", () => {
  for (const [id, route] of table) {
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    assert.deepEqual(Object.keys(route.params.shape), inPath, id);
  }
});

test("requests refuse fields that they don't know", () => {
  for (const [id, route] of table) {
    // A body that is a text has no fields.
    const body = route.bodyType === undefined ? route.body : undefined;
    for (const schema of [route.params, route.query, body]) {
      if (schema === undefined) continue;
      const result = schema.safeParse({ unheardOf: 1 });
      assert.ok(JSON.stringify(result.error?.issues).includes("unrecognized_keys"), id);
    }
  }
});

test("every example is as its schema says", () => {
  for (const [id, { body, response, example }] of table) {
    if (body !== undefined) {
      check(`${id} body`, body, example.body);
      assert.ok(example.body !== undefined, `${id} shows no body`);
    }
    if (response.schema && !("as" in response && response.as === "document")) {
      check(`${id} response`, response.schema, example.response);
    }
  }
  for (const { type, schema, example } of catalogue) check(type, schema, example);
});

test("what creates can be sent twice, and only POST needs that", () => {
  for (const [id, route] of table) {
    const creates = id.endsWith(".create") || id === "exports.retry";
    assert.equal(route.idempotent === true, creates, id);
    if (creates) assert.equal(route.method, "POST", id);
  }
});

test("reading needs the scope read, changing more, except for keys and settings", () => {
  for (const [id, route] of table) {
    if (/^(keys|playbackKeys|settings)\./.test(id)) assert.equal(route.scope, "admin", id);
    else assert.equal(route.scope === "read", route.method === "GET", id);
  }
});

test("lists are pages with a limit", () => {
  for (const [id, route] of table.filter(([name]) => name.endsWith(".list"))) {
    const query = route.query.parse({});
    assert.equal(typeof query["limit"], "number", id);
    assert.ok(route.response.schema?.safeParse({ items: [], next: null }).success, id);
    assert.ok(!route.query.safeParse({ limit: "0" }).success, id);
    assert.ok(!route.query.safeParse({ limit: "5000" }).success, id);
  }
});

test("the codes of the routes are of the registry, and statuses are those of failures", () => {
  const unknown = table.flatMap(([, { errors: codes }]) =>
    codes.filter((code) => !errorCodes.includes(code)),
  );
  assert.deepEqual(unknown, []);
  for (const code of errorCodes) {
    assert.ok(errors[code].status >= 400 && errors[code].status < 600, code);
    assert.match(code, /^[a-z]+(_[a-z]+)*$/);
  }
});

test("titles and summaries say something, each its own", () => {
  const summaries = table.map(([, { summary }]) => summary);
  assert.equal(new Set(summaries).size, summaries.length);
  const titles = errorCodes.map((code) => errors[code].title);
  assert.deepEqual(
    titles.filter((title, at) => titles.indexOf(title) !== at),
    [],
  );
  assert.ok([...summaries, ...titles].every((text) => /^[A-Z].*[^.]$/.test(text)));
});
