import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Archive, Asset, Broadcast, type Event, Export, Sink, Stream } from "@oxbow/contract";
import type { Browser } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { type Measured, measure } from "../fixtures/measure.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { embedPageAt } from "./embed-view.ts";
import { samplesOf } from "./media-samples.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { receiveWebhooks, type WebhookReceiver } from "./webhook-receiver.ts";

/** Seconds of the first connection's clip, and when its encoder is killed at the earliest. */
const FIRST = 20;
const KILL_AFTER = 10;
/** Seconds of the clip of the connection that comes back. */
const SECOND = 8;

let folder = "";
let server: ServerProcess;
let api: ApiClient;
let hooks: WebhookReceiver;
let browser: Browser;
const clips = { first: "", second: "" };

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-story-"));
  clips.first = join(folder, "first.flv");
  clips.second = join(folder, "second.flv");
  await makeClip(clips.first, { duration: FIRST });
  await makeClip(clips.second, { duration: SECOND });
  server = await startServer();
  api = apiOf(server);
  hooks = await receiveWebhooks();
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await hooks[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const at = (time: string, seconds: number): string =>
  new Date(Date.parse(time) + Math.round(seconds * 1000)).toISOString();
const numbersOf = ({ frames }: Measured): (number | undefined)[] =>
  frames.map(({ number }) => number);
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);
const inSync = ({ offsets }: Measured): boolean =>
  offsets.length > 0 && offsets.every((offset) => Math.abs(offset) <= 20);

const ANY_TIME: ReadonlySet<string> = new Set([
  ...["stream_health", "dvr_mp4_export_progress", "server_started"],
  ...["play_started", "play_stopped"],
]);

/** Events of the story, those left out that may come at any time. */
const typesOf = (events: readonly Event[]): string[] =>
  events.map(({ type }) => type).filter((type) => !ANY_TIME.has(type));

test("a broadcast is watched while it runs, survives its encoder, and is exported and served", async (t) => {
  const sink = await api.post("/sinks", { url: hooks.url }, Sink);
  hooks.trust(sink.secret ?? "");
  const stream = await api.post("/streams", { name: "story", title: "The story" }, Stream);
  const url = stream.publish.rtmp.url ?? "";

  await t.test("a wrong key is refused, and nothing else is disturbed", async () => {
    const refused = publish(clips.second, `${stream.publish.rtmp.server}/wrong`);
    assert.notEqual(await refused.done, 0);
    assert.equal((await hooks.next("publish_rejected")).data.code, "key_unknown");
  });

  const first = publish(clips.first, url);
  const began = Date.now();
  const ready = await hooks.next("playback_ready");
  const view = await embedPageAt(browser, stream.playback.embed);

  await t.test("live HLS is read by ffmpeg and played in a browser while it runs", async () => {
    const live = await measure(String(ready.data.playback.hls), { duration: 3 });
    const seen = numbersOf(live);
    assert.ok(seen.length >= 85, `${seen.length} pictures`);
    assert.deepEqual(seen, numbers(seen[0] ?? -1, (seen[0] ?? -1) + seen.length));
    assert.ok(inSync(live), live.offsets.join());
    await view.state("live");
    await view.playedOn(2);
  });

  await t.test("a second encoder is refused while the first goes on", async () => {
    await using second = publish(clips.second, url);
    assert.notEqual(await second.done, 0);
    assert.equal((await hooks.next("publish_rejected")).data.code, "already_live");
  });

  // The rest of the time that the first connection is to last.
  await new Promise((resolve) => setTimeout(resolve, began + KILL_AFTER * 1000 - Date.now()));
  await first.kill();
  await hooks.next("broadcast_interrupted");
  const again = publish(clips.second, url);
  const resumed = await hooks.next("broadcast_resumed");
  assert.equal(resumed.broadcast, ready.broadcast);
  assert.equal(await again.done, 0);
  const ended = await hooks.next("broadcast_ended");

  await t.test("one broadcast, two connections, one gap, and its viewer sees the end", async () => {
    const broadcast = await api.get(`/broadcasts/${ended.broadcast ?? ""}`, Broadcast);
    assert.equal(broadcast.state, "ended");
    assert.deepEqual(
      broadcast.gaps.map(({ reason }) => reason),
      ["reconnect"],
    );
    assert.equal(broadcast.sessions.length, 2);
    const archive = await api.get("/streams/story/archive", Archive);
    assert.equal(archive.ranges.length, 2);
    assert.equal(archive.gaps.length, 1);
    await view.state("ended");
    assert.equal(await view.says(), "The transmission has ended");
  });

  await t.test("the archive as HLS holds every frame of both connections", async () => {
    const broadcast = await api.get(`/broadcasts/${ended.broadcast ?? ""}`, Broadcast);
    const seen = numbersOf(await measure(String(broadcast.playback.hls), { audio: false }));
    const back = seen.lastIndexOf(0);
    // The last frames before the cut may lack B-frames, which are sent after the frame that they precede.
    const sure = back - 4;
    assert.deepEqual(seen.slice(0, sure), numbers(0, sure));
    assert.deepEqual(seen.slice(back), numbers(0, SECOND * 30));
  });

  // Between two frames each: 74 and 75, 194 and 195.
  const range = { from: at(ended.data.from, 2.484), to: at(ended.data.from, 6.484) };
  const job = await api.post("/exports", { stream: "story", ...range, title: "A part" }, Export);
  const made = await hooks.next("dvr_mp4_export_ready");
  assert.equal(made.data.export, job.id);
  const asset = await api.get(`/assets/${made.data.asset}`, Asset);

  await t.test(
    "the MP4 holds exactly the range, in sync, and is the file that was announced",
    async () => {
      const file = await fetch(asset.playback.mp4);
      const bytes = Buffer.from(await file.arrayBuffer());
      assert.equal(bytes.length, made.data.bytes);
      assert.equal(createHash("sha256").update(bytes).digest("hex"), made.data.sha256);
      const found = await measure(asset.playback.mp4);
      assert.deepEqual(numbersOf(found), numbers(75, 195));
      assert.ok(Math.abs(found.frames[0]?.pts ?? 1) < 0.001, `begins at ${found.frames[0]?.pts}`);
      assert.ok(inSync(found), found.offsets.join());
      assert.ok(Math.abs(made.data.duration - 4) < 0.05, `${made.data.duration} s`);
    },
  );

  await t.test(
    "the same range as instant MP4 has the same samples, and its exact length",
    async () => {
      const path = `/dvr/story/${Date.parse(range.from)}-${Date.parse(range.to)}.mp4`;
      const instant = await fetch(server.http + path);
      const bytes = await instant.arrayBuffer();
      assert.equal(Number(instant.headers.get("content-length")), bytes.byteLength);
      assert.deepEqual(await samplesOf(server.http + path), await samplesOf(asset.playback.mp4));
      const middle = await fetch(server.http + path, { headers: { range: "bytes=1000-1999" } });
      assert.equal(middle.status, 206);
      assert.deepEqual(await middle.arrayBuffer(), bytes.slice(1000, 2000));
    },
  );

  await t.test(
    "a range over the gap is joined, in sync on both sides, and lists the gap",
    async () => {
      const body = { broadcast: ended.broadcast, title: "All of it" };
      await api.post("/exports", body, Export);
      const all = await hooks.next("dvr_mp4_export_ready");
      assert.equal(all.data.gaps.length, 1);
      const whole = await measure(String(all.data.playback.mp4));
      assert.equal(numbersOf(whole).at(-1), SECOND * 30 - 1);
      assert.ok(whole.offsets.length >= KILL_AFTER - 2 + SECOND, `${whole.offsets.length} flashes`);
      assert.ok(inSync(whole), whole.offsets.join());
    },
  );

  await t.test("the title plays as VOD, by ffmpeg and in a browser", async () => {
    const vod = await measure(asset.playback.hls);
    const seen = numbersOf(vod);
    assert.ok(seen.includes(75) && seen.includes(194));
    assert.deepEqual(seen, numbers(seen[0] ?? -1, (seen[0] ?? -1) + seen.length));
    assert.ok(inSync(vod), vod.offsets.join());
    const title = await embedPageAt(browser, asset.playback.embed);
    await title.state("vod");
    await title.start();
    await title.playedOn(2);
    assert.deepEqual(title.complaints, []);
  });

  await t.test(
    "every event came once by its id, signed, in order, with one end for each job",
    async () => {
      assert.deepEqual(hooks.complaints, []);
      const mine = hooks.events.filter(
        (event) => "stream" in event && event.stream?.id === stream.id,
      );
      const sequences = mine.map((event) => ("streamSequence" in event ? event.streamSequence : 0));
      assert.deepEqual(
        sequences,
        sequences.map((_, index) => (sequences[0] ?? 0) + index),
      );
      assert.deepEqual(typesOf(mine), [
        "stream_created",
        "publish_started",
        "broadcast_started",
        "playback_ready",
        "publish_rejected",
        "publish_stopped",
        "broadcast_interrupted",
        "publish_started",
        "broadcast_resumed",
        "publish_stopped",
        "broadcast_ended",
        "dvr_mp4_export_start",
        "dvr_mp4_export_ready",
        "asset_ready",
        "dvr_mp4_export_start",
        "dvr_mp4_export_ready",
        "asset_ready",
      ]);
      assert.deepEqual(view.complaints, []);
    },
  );
});
