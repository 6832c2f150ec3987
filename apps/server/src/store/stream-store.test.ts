import assert from "node:assert/strict";
import { type Frame, type Millis, millis, type Track } from "@oxbow/media";
import {
  type BroadcastOutput,
  type NewStream,
  type Outputs,
  type PublishAttempt,
  type PublishSession,
  Streams,
} from "../streams/index.ts";
import type { World } from "../world.ts";
import { onBothDatabases } from "./databases-for-tests.ts";
import { secretBox } from "./secret-box.ts";
import type { OpenStore } from "./store.ts";
import { streamStore } from "./stream-store.ts";

const { test } = await onBothDatabases();

const policy: NewStream["policy"] = {
  record: true,
  reconnectWindow: 30,
  endOnUnpublish: true,
  latency: "normal",
  retention: null,
  playback: { policy: "public" },
  ladder: ["source"],
  recordRenditions: "all",
  autoExport: false,
};
const story: NewStream = { name: "story", title: null, policy };
const video: Track = {
  id: 1,
  timescale: 90_000,
  language: "und",
  config: {
    kind: "video",
    codec: "avc",
    record: new Uint8Array([1]),
    codecString: "avc1.64001f",
    width: 1280,
    height: 720,
    pixelAspect: [1, 1],
  },
};
const picture = (ms: number, key = false): Frame => ({
  track: 1,
  dts: ms * 90,
  cto: 0,
  key,
  data: new Uint8Array(1),
});

/** The port to the packager: keeps what it was given. */
class Kept implements Outputs {
  readonly begun: string[] = [];
  frames = 0;
  recordedTo: Millis | null = null;

  open(_stream: unknown, _broadcast: string, from: ReturnType<BroadcastOutput["position"]>) {
    let { segment } = from;
    const output: BroadcastOutput = {
      begin: ({ reason }) => {
        this.begun.push(reason);
        segment++;
      },
      frame: () => {
        this.frames++;
      },
      room: () => undefined,
      interrupt: () => {},
      end: async () => {},
      position: () => ({ ...from, segment, mediaSequence: segment }),
    };
    return output;
  }

  async recorded() {
    return this.recordedTo === null ? null : { to: this.recordedTo, nextSegment: 7 };
  }
}

async function serve(store: OpenStore, world: World, outputs = new Kept()) {
  const box = secretBox(new Uint8Array(32));
  const urls = { live: () => ({ hls: "http://h/" }), recording: () => ({ hls: "http://r/" }) };
  const streams = new Streams({ store: streamStore(store, box), outputs, urls, world });
  await streams.start();
  return { streams, outputs };
}

function attempt(key: string, name: string | null = null): PublishAttempt {
  return { protocol: "rtmp", address: "127.0.0.1:5", key, name, encoder: "test" };
}

async function admitted(streams: Streams, key: string): Promise<PublishSession> {
  const admission = await streams.admit(attempt(key));
  assert.ok(admission.ok, "the encoder is admitted");
  return admission.session;
}

function publish(session: PublishSession, pictures: number): void {
  session.metadata({ videocodecid: 7 });
  session.configure(video);
  for (let at = 0; at < pictures; at++) session.frame(picture(at * 40, at === 0));
}

async function types(store: OpenStore): Promise<string[]> {
  const rows = await store.db.selectFrom("events").select("type").orderBy("sequence").execute();
  return rows.map(({ type }) => type);
}

test("a broadcast survives a reconnect, with its gap, and ends once", async ({ store, world }) => {
  const { streams, outputs } = await serve(store, world);
  const { stream } = await streams.create(story);
  const first = await admitted(streams, stream.key);
  publish(first, 10);
  first.close("lost");
  publish(await admitted(streams, stream.key), 10);
  const { broadcast } = streams.get("story");
  assert.equal(broadcast?.sessions.length, 2);
  assert.deepEqual(outputs.begun, ["start", "reconnect"]);
  assert.equal(outputs.frames, 20);
  await streams.end("story");
  assert.deepEqual(await types(store), [
    "stream_created",
    "publish_started",
    "broadcast_started",
    "publish_stopped",
    "broadcast_interrupted",
    "publish_started",
    "broadcast_resumed",
    "publish_stopped",
    "broadcast_ended",
  ]);
  assert.equal(streams.get("story").stream.state.at, "offline");
});

test("a second encoder is refused, and the first one goes on", async ({ store, world }) => {
  const { streams } = await serve(store, world);
  const { stream } = await streams.create(story);
  const session = await admitted(streams, stream.key);
  const second = await streams.admit(attempt(stream.key));
  assert.deepEqual([second.ok, second.ok ? null : second.code], [false, "already_live"]);
  assert.equal(session.signal.aborted, false);
  await streams.end("story");
  assert.ok((await types(store)).includes("publish_rejected"));
});

test("a wrong key, and a key with another stream's name, are refused and told", async ({
  store,
  world,
}) => {
  const { streams } = await serve(store, world);
  const { stream } = await streams.create(story);
  for (const wrong of [attempt("nonsense"), attempt(stream.key, "other")]) {
    const refusal = await streams.admit(wrong);
    assert.equal(refusal.ok ? null : refusal.code, "key_unknown");
  }
  assert.deepEqual(await types(store), ["stream_created", "publish_rejected", "publish_rejected"]);
});

test("after a reset the old key no longer admits", async ({ store, world }) => {
  const { streams } = await serve(store, world);
  const { stream } = await streams.create(story);
  const reset = await streams.resetKey("story");
  assert.equal((await streams.admit(attempt(stream.key))).ok, false);
  await admitted(streams, reset.stream.key);
  await streams.end("story");
});

test("after a restart of the server the broadcast goes on, and numbers go on rising", async ({
  store,
  world,
}) => {
  const before = await serve(store, world);
  const { stream } = await before.streams.create(story);
  publish(await admitted(before.streams, stream.key), 10);
  const { broadcast } = before.streams.get("story");
  assert.ok(broadcast);
  await before.streams[Symbol.asyncDispose]();

  const outputs = new Kept();
  outputs.recordedTo = millis(broadcast.from + 400);
  const after = await serve(store, world, outputs);
  const waiting = after.streams.get("story");
  assert.equal(waiting.stream.state.at, "interrupted");
  assert.ok(waiting.stream.position.segment >= 7);
  publish(await admitted(after.streams, stream.key), 10);
  assert.equal(after.streams.get("story").broadcast?.id, broadcast.id);
  assert.deepEqual(outputs.begun, ["restart"]);
  await after.streams.end("story");
  const ended = (await types(store)).filter((type) => type === "broadcast_ended");
  assert.equal(ended.length, 1);
});

test("a ladder of presets, names and figures comes back as it was given; streams of old record all", async ({
  store,
  world,
}) => {
  const { streams } = await serve(store, world);
  const ladder = ["source", "720p", { height: 480, bitrate: 900_000 }] as const;
  await streams.create({ ...story, policy: { ...policy, ladder, recordRenditions: "source" } });
  await streams.create({ ...story, name: "preset", policy: { ...policy, ladder: "standard" } });
  const { recordRenditions: _, ...old } = policy;
  const { id } = (await streams.create({ ...story, name: "old" })).stream;
  await store.commit(async (tx) => {
    const saved = { policy: JSON.stringify(old) };
    await tx.updateTable("streams").set(saved).where("id", "=", id).execute();
    return { value: undefined, events: [] };
  });
  const kept = (await serve(store, world)).streams.list().map(({ stream }) => stream.policy);
  assert.deepEqual(
    kept.map((each) => [each.ladder, each.recordRenditions]),
    [
      [ladder, "source"],
      ["standard", "all"],
      [["source"], "all"],
    ],
  );
});

test("names are taken once, a stream on air can't be deleted, a deleted name is free", async ({
  store,
  world,
}) => {
  const { streams } = await serve(store, world);
  const { stream } = await streams.create(story);
  await assert.rejects(streams.create(story), { code: "stream_name_taken" });
  publish(await admitted(streams, stream.key), 2);
  await assert.rejects(streams.remove("story"), { code: "stream_live" });
  await streams.end("story");
  await streams.remove("story");
  await streams.create(story);
});
