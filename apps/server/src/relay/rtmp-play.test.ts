import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlayRequest, PlayWriter } from "@oxbow/rtmp";
import { pino } from "pino";
import { Registry } from "prom-client";
import { Relay } from "./relay.ts";
import { type PlayAdmission, type PlayAttempt, rtmpPlay } from "./rtmp-play.ts";
import { TestClock, TestWriter } from "./test-clip.ts";

const story = { id: "str_1", name: "story" };
const request: PlayRequest = {
  app: "play",
  name: "story",
  query: new URLSearchParams("token=t1"),
  tcUrl: "rtmp://h/play",
  client: "VLC",
  address: "192.0.2.1:5000",
};

function setUp(admission: PlayAdmission = { ok: true }) {
  const { now } = new TestClock();
  const world = { now, id: () => "x", log: pino({ level: "silent" }), metrics: new Registry() };
  const relay = new Relay({ world, windowMs: () => 100 });
  const attempts: PlayAttempt[] = [];
  const admitPlay = (attempt: PlayAttempt) => {
    attempts.push(attempt);
    return admission;
  };
  const find = (name: string) => (name === story.name ? story : undefined);
  return { relay, attempts, play: rtmpPlay({ relay, find, gate: { admitPlay } }) };
}

const codeOf = async (answer: ReturnType<ReturnType<typeof rtmpPlay>>) => {
  const said = await answer;
  return said.ok ? "ok" : said.code;
};

test("what is not there, not on air, or below another application is not found", async () => {
  const { relay, play, attempts } = setUp();
  const none = "NetStream.Play.StreamNotFound";
  assert.equal(await codeOf(play(request)), none);
  const channel = relay.tap(story);
  assert.equal(await codeOf(play({ ...request, name: "nowhere" })), none);
  assert.equal(await codeOf(play({ ...request, app: "live" })), none);
  assert.equal(await codeOf(play(request)), "ok");
  channel.end();
  assert.equal(await codeOf(play(request)), none);
  const { address, client } = request;
  const attempt = { stream: story, protocol: "rtmp", token: "t1", address, client };
  assert.deepEqual(attempts, [attempt, attempt, attempt]);
});

test("a refusal of the gate is told to the player in its words", async () => {
  const message = "The playback token has expired";
  const { relay, play } = setUp({ ok: false, code: "unauthorized", message });
  relay.tap(story);
  const code = "NetStream.Play.Failed";
  assert.deepEqual(await play(request), { ok: false, code, description: message });
});

test("a session is told of its beginning, its bytes and its end, and can be closed", async () => {
  const told: unknown[] = [];
  let showOut = () => {};
  const { relay, play } = setUp({
    ok: true,
    session: {
      began: (begun) => {
        told.push(begun.bytes);
        showOut = () => begun.close();
      },
      ended: (reason, bytes) => told.push(reason, bytes),
    },
  });
  relay.tap(story);
  const answer = await play(request);
  assert.ok(answer.ok);
  const { source } = answer;
  const connection = new TestWriter();
  const writer: PlayWriter = {
    queuedBytes: 0,
    write: (buffers) => connection.write(buffers),
    // As a connection does: whoever ends it, the source is told.
    close: (reason) => source.close(reason),
  };
  source.begin(writer);
  showOut();
  assert.deepEqual(told, [0, "removed", 0]);
});

test("when the server stops, readers are shown out", () => {
  const { relay } = setUp();
  relay.tap(story);
  const writer = new TestWriter();
  relay.rtmp(story.id, writer);
  relay[Symbol.dispose]();
  assert.equal(writer.closed, "removed");
  assert.equal(relay.isOnAir(story.id), false);
});
