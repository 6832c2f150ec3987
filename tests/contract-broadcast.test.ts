import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Archive, Broadcast, pageOf, Session, Stream, StreamHealth } from "@oxbow/contract";
import { ffmpeg, makeClip } from "../fixtures/clip.ts";
import { assertRefused, assertTimes, type Caller, callerOf } from "./caller.ts";
import { type EventLog, eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

let folder = "";
let clip = "";
let server: ServerProcess;
let call: Caller;
let log: EventLog;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-broadcast-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 60, width: 160, height: 90, fps: 10, gop: 1 });
  server = await startServer();
  call = callerOf(server);
  log = eventLogOf(server);
});
after(async () => {
  await log[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const short = { speed: 20, input: ["-t", "4"] };

async function streamOf(
  body: { name: string } & Record<string, unknown>,
): Promise<{ id: string; url: string }> {
  const { id, publish: to } = Stream.parse((await call("POST /streams", { body })).body);
  return { id, url: to.rtmp.url ?? "" };
}
/** Whether an event is about this stream. */
const of = (id: string) => (event: { stream?: { id: string } | undefined }) =>
  event.stream?.id === id;
const stateOf = async (name: string): Promise<unknown> =>
  Object((await call(`GET /streams/${name}`)).body)["state"];
const typesOf = (id: string): string[] =>
  log.seen
    .filter(of(id))
    .map(({ type }) => type)
    .filter((type) => type !== "stream_health" && !type.startsWith("play_"));

describe("broadcasts of several streams at once", { concurrency: 4 }, () => {
  test("an encoder is let in by its key alone, by name?key=, and by the whole URL in one field", async () => {
    const { id, url } = await streamOf({ name: "forms", reconnectWindow: 0 });
    const key = url.split("/").at(-1) ?? "";
    for (const form of [url, `${server.rtmp}/forms?key=${key}`, `${url}/`]) {
      const seen = log.seen.length;
      assert.equal(await publish(clip, form, { ...short, input: ["-t", "1"] }).done, 0, form);
      await log.find(
        "broadcast_ended",
        (event) => of(id)(event) && log.seen.indexOf(event) >= seen,
      );
    }
  });

  test("a publication that is refused is told by its code, and disturbs nobody", async () => {
    const { id, url } = await streamOf({ name: "busy" });
    const other = await streamOf({ name: "other" });
    await using onAir = publish(clip, url);
    await log.find("broadcast_started", of(id));
    const base = `${server.rtmp}/`;
    for (const wrong of [
      `${base}none`,
      base,
      `${base}busy`,
      `${base}busy?key=x`,
      `${base}${"k".repeat(3000)}`,
      `${base}%00`,
    ]) {
      const seen = log.seen.length;
      assert.notEqual(await publish(clip, wrong, short).done, 0, wrong.slice(0, 80));
      const { data, stream } = await log.find(
        "publish_rejected",
        (event) => log.seen.indexOf(event) >= seen,
      );
      assert.deepEqual([data.code, data.protocol, stream], ["key_unknown", "rtmp", undefined]);
    }
    const key = other.url.split("/").at(-1);
    assert.notEqual(await publish(clip, `${base}busy?key=${key}`, short).done, 0);
    assert.notEqual(await publish(clip, url, short).done, 0);
    assert.equal((await log.find("publish_rejected", of(id))).data.code, "already_live");

    const foreign = join(folder, "foreign.flv");
    await ffmpeg(["-f", "lavfi", "-i", "testsrc2=d=2:s=64x64", "-c:v", "flv", foreign]);
    assert.notEqual(await publish(foreign, other.url).done, 0);
    assert.equal((await log.find("publish_rejected", of(other.id))).data.code, "codec_unsupported");
    assert.equal((await log.find("publish_stopped", of(other.id))).data.reason, "rejected");
    assert.deepEqual([await stateOf("busy"), await stateOf("other")], ["live", "offline"]);
    await onAir.kill();
    await call("POST /streams/busy/end");
  });

  test("what is on air is told whole: stream, health, session, broadcast", async () => {
    const { id, url } = await streamOf({ name: "shown" });
    await using encoder = publish(clip, url);
    const { broadcast = "" } = await log.find("playback_ready", of(id));
    const stream = await call("GET /streams/shown");
    assert.deepEqual(
      [Object(stream.body)["state"], Object(stream.body)["broadcast"]],
      ["live", broadcast],
    );
    const health = StreamHealth.parse((await call("GET /streams/shown/health")).body);
    assert.equal(health.state, "live");
    assert.deepEqual(
      health.tracks.map(({ kind, codec }) => [kind, codec.slice(0, 4)]),
      [
        ["video", "avc1"],
        ["audio", "mp4a"],
      ],
    );
    assert.ok((health.bitrate ?? 0) > 1000 && (health.fps ?? 0) > 5, JSON.stringify(health));
    const sessions = pageOf(Session).parse(
      (await call("GET /sessions?stream=shown&kind=publish")).body,
    );
    assert.deepEqual(
      sessions.items.map(({ id: session, kind, stream: about, broadcast: open, protocol }) => [
        session,
        kind,
        about,
        open,
        protocol,
      ]),
      [[health.session, "publish", { id, name: "shown" }, broadcast, "rtmp"]],
    );
    const now = await call(`GET /broadcasts/${broadcast}`);
    assertTimes(now);
    const told = Broadcast.parse(now.body);
    assert.deepEqual(
      [told.stream, told.to, told.state, told.gaps, told.sessions.length, told.playback.mp4],
      [id, null, "live", [], 1, null],
    );
    assert.equal(
      told.playback.hls,
      `${server.http}/dvr/shown/index.m3u8?from=${Date.parse(told.from)}`,
    );
    assert.deepEqual((await call("GET /streams/shown/broadcasts")).body, {
      items: [now.body],
      next: null,
    });

    assertRefused(await call("DELETE /streams/shown"), "stream_live");
    const kicked = await call(`DELETE /sessions/${health.session}`);
    assert.deepEqual([kicked.status, kicked.text], [204, ""]);
    assert.notEqual(await encoder.done, 0);
    assert.equal((await log.find("publish_stopped", of(id))).data.reason, "kicked");
    assert.equal(await stateOf("shown"), "interrupted");
    assertRefused(await call("DELETE /streams/shown"), "stream_live");
    assertRefused(await call(`DELETE /sessions/${health.session}`), "session_unknown");
    await call("POST /streams/shown/end");
  });

  test("an encoder that is back inside the window goes on with its broadcast; outside of it a new one begins", async () => {
    const { id, url } = await streamOf({ name: "window", reconnectWindow: 4 });
    const first = publish(clip, url);
    const { broadcast } = await log.find("playback_ready", of(id));
    await first.kill();
    const { time, data } = await log.find("broadcast_interrupted", of(id));
    // The window runs from the loss; the event has the time at which it was told.
    const window = Date.parse(data.windowEnds) - Date.parse(time);
    assert.ok(window > 2000 && window <= 4000, `${window} ms`);
    const second = publish(clip, url);
    const resumed = await log.find("broadcast_resumed", of(id));
    assert.equal(resumed.broadcast, broadcast);
    assert.equal(resumed.data.gap?.reason, "reconnect");
    assert.equal(await stateOf("window"), "live");
    await second.kill();

    const ended = await log.find("broadcast_ended", of(id));
    assert.deepEqual(
      [ended.broadcast, ended.data.reason, ended.data.gaps.length, ended.data.sessions.length],
      [broadcast, "window_over", 1, 2],
    );
    assert.deepEqual(
      ended.data.sessions.map(({ reason }) => reason),
      ["lost", "lost"],
    );
    assert.equal(await publish(clip, url, short).done, 0);
    const anew = await log.find(
      "broadcast_started",
      (event) => of(id)(event) && event.broadcast !== broadcast,
    );
    // A broadcast begins with its first keyframe; the archive has it when its first part is sealed.
    const archive = await until("the new broadcast in the archive", async () => {
      const answer = await call("GET /streams/window/archive");
      return Archive.parse(answer.body).ranges.length > 2 ? answer : undefined;
    });
    assertTimes(archive);
    const { ranges, gaps, oldest } = Archive.parse(archive.body);
    assert.deepEqual(
      ranges.map((range) => range.broadcast),
      [broadcast, broadcast, anew.broadcast],
    );
    assert.equal(oldest, ended.data.from);
    // Between two broadcasts nothing is missing.
    assert.deepEqual(
      gaps.map(({ reason }) => reason),
      ["reconnect"],
    );
  });

  test("an encoder that stops on purpose ends its broadcast after a moment, and one that starts at once goes on", async () => {
    const { id, url } = await streamOf({ name: "clean", reconnectWindow: 1800 });
    assert.equal(await publish(clip, url, short).done, 0);
    assert.equal(await publish(clip, url, short).done, 0);
    const ended = await log.find("broadcast_ended", of(id));
    assert.deepEqual(
      [ended.data.reason, ended.data.sessions.map(({ reason }) => reason)],
      ["unpublished", ["unpublish", "unpublish"]],
    );
    assert.deepEqual(typesOf(id), [
      "stream_created",
      "publish_started",
      "broadcast_started",
      "playback_ready",
      "publish_stopped",
      "publish_started",
      "broadcast_resumed",
      "publish_stopped",
      "broadcast_ended",
    ]);
    assert.equal(await stateOf("clean"), "offline");
  });

  test("a stream may hold its broadcast open over a clean stop, until it is ended", async () => {
    const { id, url } = await streamOf({ name: "kept", endOnUnpublish: false });
    assert.equal(await publish(clip, url, short).done, 0);
    await log.find("broadcast_interrupted", of(id));
    const answer = await call("POST /streams/kept/end");
    assert.deepEqual(
      [answer.status, Object(answer.body)["state"], Object(answer.body)["broadcast"]],
      [200, "offline", null],
    );
    assert.equal((await log.find("broadcast_ended", of(id))).data.reason, "api");
  });

  test("an end by the API disconnects the encoder and ends the broadcast once", async () => {
    const { id, url } = await streamOf({ name: "ended" });
    await using encoder = publish(clip, url);
    await log.find("playback_ready", of(id));
    const answers = await Promise.all([1, 2, 3].map(() => call("POST /streams/ended/end")));
    assert.ok(answers.some(({ status }) => status === 200));
    for (const answer of answers.filter(({ status }) => status !== 200))
      assertRefused(answer, "stream_offline");
    assert.notEqual(await encoder.done, 0);
    await log.find("broadcast_ended", of(id));
    assert.deepEqual(typesOf(id).slice(-2), ["publish_stopped", "broadcast_ended"]);
    assertRefused(await call("POST /streams/ended/end"), "stream_offline");
    assert.equal((await call("DELETE /streams/ended")).status, 204);
    assertRefused(await call("GET /streams/ended/archive"), "stream_unknown");
    const gone = await call("GET //live/ended/index.m3u8");
    assertRefused(gone, "stream_unknown");
  });

  test("a key that was changed stops admitting, and the encoder on air stays", async () => {
    const { id, url } = await streamOf({ name: "changed" });
    await using encoder = publish(clip, url);
    await log.find("broadcast_started", of(id));
    const renewed = Stream.parse((await call("POST /streams/changed/key")).body);
    assert.notEqual(await publish(clip, url, short).done, 0);
    assert.notEqual(await publish(clip, renewed.publish.rtmp.url ?? "", short).done, 0);
    assert.equal((await log.find("publish_rejected", of(id))).data.code, "already_live");
    assert.equal(await stateOf("changed"), "live");
    await encoder.kill();
  });

  test("connections that say nothing, or nonsense, keep nobody out", async () => {
    const { port } = new URL(server.rtmp);
    const silent = await Promise.all(
      Array.from({ length: 40 }, async (_, at) => {
        const socket = connect(Number(port), "127.0.0.1");
        socket.on("error", () => undefined);
        await once(socket, "connect");
        if (at % 4 === 1) socket.write(Buffer.alloc(1537, 3));
        if (at % 4 === 2) socket.write("GET / HTTP/1.1\r\n\r\n");
        if (at % 4 === 3) socket.write(Buffer.alloc(100_000, 0xff));
        return socket;
      }),
    );
    const { id, url } = await streamOf({ name: "open" });
    assert.equal(await publish(clip, url, short).done, 0);
    await log.find("broadcast_started", of(id));
    for (const socket of silent) socket.destroy();
  });
});

test("sequences have no holes, over the log and in each stream", async () => {
  const events = log.seen;
  assert.deepEqual(
    events.map(({ sequence }) => sequence),
    events.map((_, at) => at + 1),
  );
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length);
  for (const [id, mine] of Map.groupBy(events, (event) => event.stream?.id)) {
    const numbers = mine.map(({ streamSequence }) => streamSequence);
    assert.deepEqual(
      numbers,
      mine.map((_, at) => (id === undefined ? undefined : at + 1)),
    );
  }
});
