import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";
import {
  Event,
  Pin,
  PlaybackKey,
  pageOf,
  Session,
  Sink,
  Stream,
  StreamHealth,
} from "@oxbow/contract";
import { assertRefused, assertTimes, type Caller, callerOf, keyOf } from "./caller.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

let server: ServerProcess;
let call: Caller;
before(async () => {
  server = await startServer();
  call = callerOf(server);
});
after(() => server[Symbol.asyncDispose]());

test("a Stream is told to the letter, by POST, by id and by name", async () => {
  const made = await call("POST /streams", { body: { name: "letter" } });
  assert.equal(made.status, 201);
  assert.equal(made.headers.get("content-type"), "application/json; charset=utf-8");
  assertTimes(made);
  const { id, createdAt, publish } = Stream.parse(made.body);
  assert.match(id, /^str_[0-9a-z]{26}$/);
  const key = publish.rtmp.key ?? "";
  assert.match(key, /^[A-Za-z0-9_-]{32}$/);
  assert.deepEqual(made.body, {
    id,
    name: "letter",
    title: null,
    state: "offline",
    broadcast: null,
    publish: { rtmp: { server: server.rtmp, key, url: `${server.rtmp}/${key}` } },
    playback: {
      policy: "public",
      maxViewers: null,
      hls: `${server.http}/live/letter/index.m3u8`,
      dash: `${server.http}/live/letter/manifest.mpd`,
      flv: `${server.http}/live/letter.flv`,
      rtmp: `${server.rtmp.replace(/live$/, "play")}/letter`,
      embed: `${server.http}/embed/letter`,
    },
    viewers: { now: 0, peak: 0 },
    record: true,
    reconnectWindow: 30,
    retention: null,
    endOnUnpublish: true,
    latency: "normal",
    ladder: ["source"],
    recordRenditions: "all",
    autoExport: false,
    createdAt,
  });
  assert.deepEqual((await call(`GET /streams/${id}`)).body, made.body);
  assert.deepEqual((await call("GET /streams/letter")).body, made.body);
  const { items } = pageOf(Stream).parse((await call("GET /streams?limit=200")).body);
  assert.deepEqual(
    items.find((stream) => stream.id === id),
    made.body,
  );
});

test("a stream's id and its name are one in every path, query and body", async () => {
  const { id } = Stream.parse((await call("POST /streams", { body: { name: "both" } })).body);
  for (const path of ["", "/health", "/broadcasts", "/archive", "/pins"]) {
    const [byId, byName] = [
      await call(`GET /streams/${id}${path}`),
      await call(`GET /streams/both${path}`),
    ];
    assert.equal(byId.status, 200);
    assert.deepEqual(byName.body, byId.body);
  }
  for (const list of ["sessions", "exports", "assets", "events"]) {
    const [byId, byName] = [
      await call(`GET /${list}?stream=${id}`),
      await call(`GET /${list}?stream=both`),
    ];
    assert.equal(byId.status, 200);
    assert.deepEqual(byName.body, byId.body);
  }
  const sink = { url: "http://127.0.0.1:9/hook", enabled: false };
  const named = await call("POST /sinks", { body: { ...sink, streams: ["both"] } });
  assert.deepEqual(Sink.parse(named.body).streams, [id]);
  const renamed = await call(`PATCH /streams/${id}`, { body: { title: "By id" } });
  assert.equal(Stream.parse(renamed.body).title, "By id");
});

test("a PATCH leaves what it does not name, and tells it", async () => {
  const body = { name: "patched", title: "Before", reconnectWindow: 7, retention: { days: 2 } };
  const former = Stream.parse((await call("POST /streams", { body })).body);
  const change = { title: null, retention: { bytes: 1_000_000 }, autoExport: true };
  const changed = await call("PATCH /streams/patched", { body: change });
  assert.deepEqual(changed.body, { ...former, ...change });
  assert.deepEqual((await call("GET /streams/patched")).body, changed.body);
  const log = pageOf(Event).parse((await call("GET /events?stream=patched")).body);
  assert.deepEqual(
    log.items.map(({ type, data }) => [type, "changed" in data ? data.changed : 0]),
    [
      ["stream_created", 0],
      ["stream_updated", ["title", "retention", "autoExport"]],
    ],
  );
});

test("a new stream key is another, and only who may write sees it", async () => {
  const { publish } = Stream.parse((await call("POST /streams", { body: { name: "rekey" } })).body);
  const renewed = Stream.parse((await call("POST /streams/rekey/key")).body);
  assert.notEqual(renewed.publish.rtmp.key, publish.rtmp.key);
  const reader = await keyOf(call, "read");
  const seen = Stream.parse((await call("GET /streams/rekey", { key: reader })).body);
  assert.deepEqual(seen.publish.rtmp, { server: server.rtmp, key: null, url: null });
});

test("what is told of a stream without an encoder is whole", async () => {
  await call("POST /streams", { body: { name: "quiet" } });
  const health = await call("GET /streams/quiet/health");
  const none = { bitrate: null, fps: null, keyframeInterval: null, drift: null };
  assert.deepEqual(StreamHealth.parse(health.body), {
    state: "offline",
    health: "noData",
    session: null,
    tracks: [],
    ...none,
    issues: [],
    transcoder: null,
  });
  const archive = { oldest: null, newest: null, bytes: 0, ranges: [], gaps: [] };
  assert.deepEqual((await call("GET /streams/quiet/archive")).body, archive);
  assert.deepEqual((await call("GET /streams/quiet/broadcasts")).body, { items: [], next: null });
  assert.deepEqual(pageOf(Session).parse((await call("GET /sessions")).body), {
    items: [],
    next: null,
  });
  assertRefused(await call("POST /streams/quiet/end"), "stream_offline");
  assertRefused(await call("GET /streams/quiet/archive?from=5&to=5"), "range_invalid", "to");
  assertRefused(await call("DELETE /streams/quiet/archive?from=5&to=1"), "range_invalid", "to");
  assertRefused(await call("DELETE /streams/quiet/archive?from=5"), "invalid_request", "to");
  assertRefused(
    await call("POST /streams/quiet/pins", { body: { from: 9, to: 1 } }),
    "range_invalid",
    "to",
  );
});

test("a deleted stream is gone under both of its names, and its name is free", async () => {
  const { id } = Stream.parse((await call("POST /streams", { body: { name: "brief" } })).body);
  const gone = await call("DELETE /streams/brief");
  assert.deepEqual([gone.status, gone.text], [204, ""]);
  assertRefused(await call("GET /streams/brief"), "stream_unknown");
  assertRefused(await call(`GET /streams/${id}`), "stream_unknown");
  assert.equal((await call("POST /streams", { body: { name: "brief" } })).status, 201);
  const { items } = pageOf(Event).parse((await call(`GET /events?stream=${id}`)).body);
  assert.deepEqual(
    items.map(({ type }) => type),
    ["stream_created", "stream_deleted"],
  );
});

test("a pin is told, listed and removed", async () => {
  await call("POST /streams", { body: { name: "held" } });
  const body = { from: "2026-01-01T00:00:00Z", to: 1_800_000_000_000, reason: "why" };
  const made = await call("POST /streams/held/pins", { body });
  assert.equal(made.status, 201);
  assertTimes(made);
  const pin = Pin.parse(made.body);
  assert.match(pin.id, /^pin_/);
  assert.equal(pin.to, "2027-01-15T08:00:00.000Z");
  assert.deepEqual((await call("GET /streams/held/pins")).body, { items: [made.body], next: null });
  assert.equal((await call(`DELETE /pins/${pin.id}`)).status, 204);
  assertRefused(await call(`DELETE /pins/${pin.id}`), "pin_unknown");
});

test("a sink tells its secret at creation and at rotation only", async () => {
  const made = await call("POST /sinks", { body: { url: "http://127.0.0.1:9/a", enabled: false } });
  assert.equal(made.status, 201);
  const { id, secret = "" } = Sink.parse(made.body);
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/);
  const told = await call(`GET /sinks/${id}`);
  assert.deepEqual({ ...Object(told.body), secret }, made.body);
  assert.ok(!(await call("GET /sinks?limit=200")).text.includes("whsec_"));
  const patched = await call(`PATCH /sinks/${id}`, { body: { types: ["asset_ready"], rate: 5 } });
  assert.deepEqual([patched.status, patched.text.includes("whsec_")], [200, false]);
  const rotated = Sink.parse((await call(`POST /sinks/${id}/rotate`)).body);
  assert.notEqual(rotated.secret, secret);
  assert.equal((await call(`DELETE /sinks/${id}`)).status, 204);
  assertRefused(await call(`GET /sinks/${id}`), "sink_unknown");
});

test("a playback key tells its secret when it is made, and one of one's own tells none", async () => {
  const made = await call("POST /playback-keys", { body: { name: "site" } });
  assert.equal(made.status, 201);
  assertTimes(made);
  const { secret = "", ...key } = PlaybackKey.parse(made.body);
  assert.match(secret, /^[\w-]{43}$/);
  assert.deepEqual(key, { ...key, name: "site", kid: key.id, algorithm: "HS256" });
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const body = { name: "own", publicKey: { kty: "EC", crv: "P-256", x, y, kid: "mine" } };
  const own = PlaybackKey.parse((await call("POST /playback-keys", { body })).body);
  assert.deepEqual([own.kid, own.algorithm, own.secret], ["mine", "ES256", undefined]);
  assertRefused(await call("POST /playback-keys", { body }), "conflict", "publicKey.kid");
  const withPrivate = { name: "bad", publicKey: { ...body.publicKey, d: x } };
  const refused = await call("POST /playback-keys", { body: withPrivate });
  assertRefused(refused, "invalid_request", "publicKey.d");
  const { items } = pageOf(PlaybackKey).parse((await call("GET /playback-keys")).body);
  assert.deepEqual(items, [key, own]);
  for (const { id } of items) {
    assert.equal((await call(`DELETE /playback-keys/${id}`)).status, 204);
  }
  const gone = await call(`DELETE /playback-keys/${key.id}`);
  assertRefused(gone, "playback_key_unknown");
  const write = await keyOf(call, "write");
  assertRefused(await call("GET /playback-keys", { key: write }), "forbidden");
});
