import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Asset, Broadcast, Stream } from "@oxbow/contract";
import type { Browser } from "playwright-core";
import { faultsOf } from "../fixtures/check-mpd.ts";
import { makeClip } from "../fixtures/clip.ts";
import { openBrowser } from "./browser.ts";
import { type Caller, callerOf } from "./caller.ts";
import { type EventLog, eventLogOf } from "./follow-log.ts";
import { type Publisher, publish } from "./publisher.ts";
import { type Engine, type PlayerView, playerAt } from "./second-engine-view.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

let folder = "";
let clip = "";
let server: ServerProcess;
let call: Caller;
let log: EventLog;
let browser: Browser;
let encoder: Publisher;
let stream: Stream;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-engines-"));
  clip = join(folder, "clip.flv");
  const look = { width: 320, height: 180, fps: 25, gop: 1 };
  await makeClip(clip, { ...look, duration: 120 });
  await makeClip(shortClip(), { ...look, duration: 17.3 });
  server = await startServer();
  call = callerOf(server);
  log = eventLogOf(server);
  browser = await openBrowser();
  stream = Stream.parse((await call("POST /streams", { body: { name: "engines" } })).body);
  encoder = publish(clip, stream.publish.rtmp.url ?? "");
  await log.find("playback_ready");
});
after(async () => {
  await encoder[Symbol.asyncDispose]();
  await browser.close();
  await log[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const shortClip = (): string => join(folder, "short.flv");

const play = (engine: Engine, url: string | null): Promise<PlayerView> => {
  assert.ok(url);
  return playerAt(browser, engine, url);
};

async function mpdAt(url: string | null): Promise<string> {
  assert.ok(url);
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  assert.equal(answer.status, 200, url);
  assert.equal(answer.headers.get("content-type"), "application/dash+xml");
  const text = await answer.text();
  assert.deepEqual(faultsOf(text), []);
  return text;
}

async function running(): Promise<Broadcast> {
  const { body } = await call(`GET /streams/${stream.id}`);
  const { broadcast } = Stream.parse(body);
  return Broadcast.parse((await call(`GET /broadcasts/${broadcast}`)).body);
}

test("a live broadcast plays as DASH in two engines, and as HLS in one that is not hls.js", async () => {
  assert.match(await mpdAt(stream.playback.dash), / type="dynamic" /);
  for (const [engine, url] of [
    ["shaka", stream.playback.dash],
    ["dash.js", stream.playback.dash],
    ["shaka", stream.playback.hls],
  ] as const) {
    await using view = await play(engine, url);
    await view.plays(3);
    assert.deepEqual(await view.size(), [320, 180], engine);
    assert.deepEqual(view.complaints, [], engine);
  }
});

test("what runs can be rewound in a DASH presentation of the archive", async () => {
  const { playback } = await running();
  assert.match(await mpdAt(playback.dash), / type="dynamic" /);
  await using view = await play("shaka", playback.dash);
  await view.plays(1);
  await view.seek(1);
  await view.plays(2);
  assert.ok((await view.time()) < 10, "it plays what was rewound to");
  assert.deepEqual(view.complaints, []);
});

test("viewers go on when the encoder has been lost and is back", async () => {
  await using live = await play("shaka", stream.playback.dash);
  await using other = await play("dash.js", stream.playback.dash);
  await Promise.all([live.plays(1), other.plays(1)]);
  await encoder.kill();
  await log.find("broadcast_interrupted", ({ stream: of }) => of?.id === stream.id);
  encoder = publish(clip, stream.publish.rtmp.url ?? "");
  const { time } = await log.find("broadcast_resumed", ({ stream: of }) => of?.id === stream.id);
  const back = Date.parse(time) / 1000;
  await Promise.all([live.reaches(back + 3), other.reaches(back + 3)]);
  await Promise.all([live.plays(1), other.plays(1)]);
  assert.deepEqual([live.complaints, other.complaints], [[], []]);
});

/** Every engine plays a broadcast to its last picture, which is told before the manifest is static. */
async function isPlayedToItsEnd(
  { id, playback: { dash } }: Stream,
  stop: () => Promise<unknown>,
): Promise<void> {
  await using live = await play("shaka", dash);
  await using other = await play("dash.js", dash);
  await Promise.all([live.plays(1), other.plays(1)]);
  await stop();
  await log.find("broadcast_ended", ({ stream: of }) => of?.id === id);
  const told = await mpdAt(dash);
  assert.match(told, / type="dynamic" mediaPresentationDuration=/);
  const end = Number(/ mediaPresentationDuration="PT([\d.]+)S"/.exec(told)?.[1]);
  for (const at of await Promise.all([live.ends(), other.ends()])) {
    assert.ok(Math.abs(at - end) < 0.1, `the picture of ${at} was the last one, of ${end}`);
  }
  assert.deepEqual([live.complaints, other.complaints], [[], []]);
  const kept = await mpdAt(dash);
  assert.match(kept, / type="static" /);
  assert.match(kept, new RegExp(` mediaPresentationDuration="PT${end}S"`));
}

test("viewers of a broadcast reach its end; then it is finished under the same URL", async () => {
  const { id } = await running();
  const short = Stream.parse((await call("POST /streams", { body: { name: "short" } })).body);
  await using leaving = publish(shortClip(), short.publish.rtmp.url ?? "");
  await log.find("playback_ready", ({ stream: of }) => of?.id === short.id);
  await Promise.all([
    isPlayedToItsEnd(stream, () => call(`POST /streams/${stream.id}/end`, { body: {} })),
    isPlayedToItsEnd(short, () => leaving.done),
  ]);

  const past = Broadcast.parse((await call(`GET /broadcasts/${id}`)).body);
  assert.match(await mpdAt(past.playback.dash), / type="static" /);
  for (const url of [past.playback.dash, past.playback.hls]) {
    await using view = await play("shaka", url);
    await view.plays(1);
    await view.seek(-1.5);
    await view.ends();
    assert.deepEqual(view.complaints, []);
  }
});

test("a title plays from its beginning to its end in both engines", async () => {
  const { broadcast } = await log.find("broadcast_ended", ({ stream: of }) => of?.id === stream.id);
  assert.equal((await call("POST /exports", { body: { broadcast } })).status, 202);
  const { data } = await log.find("dvr_mp4_export_ready");
  const title = Asset.parse((await call(`GET /assets/${data.asset}`)).body);
  const words = await fetch(`${server.http}/api/v1/assets/${title.id}/subtitles?language=pt`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.key}`, "content-type": "text/vtt" },
    body: "WEBVTT\n\n00:00.000 --> 01:00.000\nOlá\n",
  });
  assert.equal(words.status, 201);
  const text = await mpdAt(title.playback.dash);
  const { stdout } = await promisify(execFile)("ffprobe", [
    ...["-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0"],
    title.playback.dash ?? "",
  ]);
  assert.deepEqual(new Set(stdout.split(/\s+/)), new Set(["video", "audio", "subtitle", ""]));
  assert.match(text, / contentType="image" /);
  const told = Number(/ mediaPresentationDuration="PT([\d.]+)S"/.exec(text)?.[1]);
  assert.ok(Math.abs(told - (title.duration ?? 0)) < 0.05, `${told} s of ${title.duration} s`);
  for (const [engine, url] of [
    ["shaka", title.playback.dash],
    ["dash.js", title.playback.dash],
    ["shaka", title.playback.hls],
  ] as const) {
    await using view = await play(engine, url);
    await view.plays(1);
    assert.ok((await view.time()) < 20, "it begins at its beginning");
    if (url === title.playback.dash) {
      await view.hasCue("Olá");
      const thumbnail = await view.thumbnail(13);
      assert.equal(thumbnail, `/vod/${title.id}/thumbnails/2-160x90/0.jpg#xywh=160,90,160,90`);
      const sheet = await fetch(new URL(thumbnail, server.http));
      assert.deepEqual([sheet.status, sheet.headers.get("content-type")], [200, "image/jpeg"]);
    }
    await view.seek(-1.5);
    await view.ends();
    assert.deepEqual(view.complaints, [], engine);
  }
});
