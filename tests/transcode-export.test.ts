import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Asset, Broadcast, Export, Sink, Stream } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { apiOf } from "./api.ts";
import { encodersOf, isGone } from "./child-processes.ts";
import { publish } from "./publisher.ts";
import { startServer } from "./server-process.ts";
import { until } from "./until.ts";
import { receiveWebhooks } from "./webhook-receiver.ts";

const FPS = 30;
const SECONDS = 6;

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-transcode-export-"));
});
after(() => rm(folder, { recursive: true }));

test("a recording becomes a ladder with texts and a loudness; a kill leaves no encoder, and it is made all the same", async () => {
  const clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: SECONDS, width: 320, height: 180 });
  await using server = await startServer();
  await using hooks = await receiveWebhooks();
  const api = apiOf(server);
  hooks.trust((await api.post("/sinks", { url: hooks.url }, Sink)).secret ?? "");
  const stream = await api.post("/streams", { name: "film" }, Stream);
  assert.equal(await publish(clip, stream.publish.rtmp.url ?? "", { speed: 0 }).done, 0);
  const ended = await hooks.next("broadcast_ended");
  const { id } = await api.get(`/broadcasts/${ended.broadcast}`, Broadcast);
  const text = "WEBVTT\n\n00:02.000 --> 00:03.000\nHello\n";
  const job = await api.post(
    "/exports",
    {
      ...{ broadcast: id, mode: "transcode", renditions: ["source", "90p", "audio"] },
      ...{ loudness: true, subtitles: [{ language: "en", text, default: true }] },
    },
    Export,
  );
  await hooks.next("dvr_mp4_export_start");
  const [encoder = 0] = await until("an encoder", async () => {
    const pids = await encodersOf(server.pid);
    return pids.length > 0 ? pids : undefined;
  });
  await server.kill();
  await until("its end", async () => ((await isGone(encoder)) ? true : undefined));
  await server.restart();
  const made = await hooks.next("dvr_mp4_export_ready");
  assert.equal(made.data.export, job.id);
  const asset = await api.get(`/assets/${made.data.asset}`, Asset);
  assert.deepEqual(
    asset.files.map(({ rendition }) => rendition),
    ["source", "90p", "audio"],
  );
  for (const { rendition, url } of asset.files.slice(0, 2)) {
    const seen = await measure(url);
    assert.equal(seen.frames.length, SECONDS * FPS, rendition);
    assert.deepEqual(
      seen.frames.map(({ number }) => number),
      seen.frames.map((_, at) => at),
    );
    assert.ok(seen.offsets.length >= SECONDS - 1);
    for (const offset of seen.offsets) assert.ok(Math.abs(offset) <= 20, `${offset} ms`);
  }
  // What a player is given is the same: both qualities, the sound once, the text.
  const list = await (await fetch(asset.playback.hls)).text();
  assert.match(list, /video-90p\.m3u8/);
  assert.match(list, /TYPE=SUBTITLES.*LANGUAGE="en"/);
  assert.equal((await measure(asset.playback.hls)).frames.length, SECONDS * FPS);
  const names = await readdir(join(server.data, "assets"), { recursive: true });
  assert.deepEqual(names.filter((name) => name.endsWith(".mp4")).length, 3, names.join());
  assert.deepEqual(await encodersOf(server.pid), []);
});
