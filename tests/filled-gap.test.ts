import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Asset, type EventOf, Export, Stream } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { apiOf } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { embedPageAt } from "./embed-view.ts";
import { eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const SECONDS = 6;

let folder = "";
let server: ServerProcess;
let asset: Asset;
let made: EventOf<"dvr_mp4_export_ready">;
let from = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-filled-gap-"));
  const clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: SECONDS, width: 320, height: 180 });
  server = await startServer();
  const api = apiOf(server);
  await using log = eventLogOf(server);
  const stream = await api.post("/streams", { name: "gap" }, Stream);
  const url = stream.publish.rtmp.url ?? "";
  const lost = publish(clip, url);
  const { broadcast = "" } = await log.find("playback_ready");
  await lost.kill();
  await log.find("broadcast_interrupted");
  assert.equal(await publish(clip, url).done, 0);
  const { data } = await log.find("broadcast_ended");
  from = Date.parse(data.from);
  const job = await api.post("/exports", { broadcast, gaps: "fill" }, Export);
  made = await log.find("dvr_mp4_export_ready", (event) => event.data.export === job.id);
  asset = await api.get(`/assets/${made.data.asset}`, Asset);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test("a copy whose gap is filled goes on behind it at its own time, in sync", async () => {
  const [gap, ...more] = made.data.gaps;
  assert.ok(gap);
  assert.deepEqual(more, []);
  assert.equal(gap["filled"], true);
  for (const url of [asset.playback.mp4, asset.playback.hls]) {
    const found = await measure(url);
    const again = found.frames.findLast(({ number }) => number === 0);
    const back = (Date.parse(String(gap.to)) - from) / 1000;
    const start = found.frames[0]?.pts ?? 0;
    const late = (again?.pts ?? 0) - start - back;
    assert.ok(Math.abs(late) < 0.002, `${late} s late`);
    assert.equal(
      found.frames.length,
      found.frames.filter(({ number }) => number !== undefined).length,
    );
    assert.ok(found.offsets.length >= SECONDS, `${found.offsets.length} flashes`);
    for (const offset of found.offsets) assert.ok(Math.abs(offset) <= 20, `${offset} ms`);
  }
});

test("Chromium plays over a gap that is filled, to the end", async () => {
  await using browser = await openBrowser();
  const view = await embedPageAt(browser, asset.playback.embed);
  await view.state("vod");
  await view.start();
  await view.playedTo(made.data.duration - 1);
  assert.deepEqual(view.complaints, []);
});
