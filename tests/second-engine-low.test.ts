import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stream } from "@oxbow/contract";
import type { Browser } from "playwright-core";
import { faultsOf } from "../fixtures/check-mpd.ts";
import { makeClip } from "../fixtures/clip.ts";
import { apiOf } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { eventLogOf } from "./follow-log.ts";
import { type Publisher, publish } from "./publisher.ts";
import { playerAt } from "./second-engine-view.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

let folder = "";
let server: ServerProcess;
let browser: Browser;
let encoder: Publisher;
let stream: Stream;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-low-dash-"));
  const clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 120, width: 320, height: 180, fps: 25, gop: 1 });
  server = await startServer();
  browser = await openBrowser();
  const log = eventLogOf(server);
  stream = await apiOf(server).post("/streams", { name: "low", latency: "low" }, Stream);
  encoder = publish(clip, stream.publish.rtmp.url ?? "");
  await log.find("playback_ready");
  await log[Symbol.asyncDispose]();
});
after(async () => {
  await encoder[Symbol.asyncDispose]();
  await browser.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** The MPD once it lists what still grows. */
function lowManifest(): Promise<string> {
  return until("the open segment is listed", async () => {
    const text = await (await fetch(`${server.http}/live/low/manifest.mpd`)).text();
    assert.deepEqual(faultsOf(text), []);
    return text.includes(' availabilityTimeComplete="false"') ? text : undefined;
  });
}

/** Addresses of the segment that begins next, in both tracks. */
async function nextSegments(): Promise<string[]> {
  const text = await lowManifest();
  const last = /<AdaptationSet id="1".*?<\/AdaptationSet>/s.exec(text)?.[0] ?? "";
  const stretch = /media="([^/]+)\//.exec(last)?.[1];
  let number = Number(/startNumber="(\d+)"/.exec(last)?.[1]);
  for (const [, repeats] of last.matchAll(/<S [^>]*?(?: r="(\d+)")?\/>/g)) {
    number += 1 + Number(repeats ?? 0);
  }
  return [1, 2].map((track) => `${stretch}/${track}/${number - 1}.m4s`);
}

test("a segment that is sent while it grows is the one that memory and the archive keep", async () => {
  const check = async (path: string): Promise<void> => {
    const url = `${server.http}/live/low/${path}`;
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.equal(answer.headers.get("content-length"), null);
    const grown = Buffer.from(await answer.arrayBuffer());
    const kept = await fetch(url);
    assert.match(kept.headers.get("cache-control") ?? "", /immutable/);
    assert.deepEqual(grown, Buffer.from(await kept.arrayBuffer()));
    const recorded = await until("it is recorded", async () => {
      const found = await fetch(`${server.http}/dvr/low/${path}`);
      return found.ok ? Buffer.from(await found.arrayBuffer()) : undefined;
    });
    assert.deepEqual(grown, recorded);
  };
  await Promise.all((await nextSegments()).map(check));
});

for (const [engine, kind] of [
  ["dash.js", "dash"],
  ["shaka", "dash"],
  ["shaka", "hls"],
] as const) {
  test(`${engine} plays low latency as ${kind} without an error`, async (t) => {
    const text = await lowManifest();
    assert.match(text, /<Latency target="1500" /);
    const url = stream.playback[kind];
    assert.ok(url);
    await using view = await playerAt(browser, engine, url, true);
    await view.plays(4);
    const seen: number[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      await view.plays(1);
      seen.push(await view.latency());
    }
    // Only what dash.js is told by the manifest alone; shaka keeps to what suits it.
    if (engine === "dash.js") assert.ok(Math.max(...seen) < 3, seen.join());
    t.diagnostic(`seconds behind: ${seen.map((one) => one.toFixed(2)).join(" ")}`);
    assert.deepEqual(view.complaints, []);
  });
}
