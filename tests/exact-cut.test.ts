import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Asset, Export, Stream } from "@oxbow/contract";
import type { Browser, Page } from "playwright-core";
import { z } from "zod";
import { makeClip } from "../fixtures/clip.ts";
import { READ_HEIGHT, READ_WIDTH, readFrame } from "../fixtures/frame-code.ts";
import { type Measured, measure } from "../fixtures/measure.ts";
import { apiOf } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const RATE = 30;
/** Between two pictures each, and inside groups of 60. */
const RANGE = { from: 1.234, to: 6.543 };
const FIRST = 38;
const PICTURES = Array.from({ length: 159 }, (_, at) => FIRST + at);
/** Pictures about the seams: the first that is copied is 60, and 180 the first that is not. */
const SEAMS = [58, 59, 60, 61, 178, 179, 180, 181];

let folder = "";
let server: ServerProcess;
let browser: Browser;
let asset: Asset;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-exact-cut-"));
  const clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 9, width: 320, height: 180, bFrames: 3 });
  server = await startServer();
  const api = apiOf(server);
  await using log = eventLogOf(server);
  const stream = await api.post("/streams", { name: "cut" }, Stream);
  assert.equal(await publish(clip, stream.publish.rtmp.url ?? "", { speed: 3 }).done, 0);
  const { data } = await log.find("broadcast_ended");
  const at = (seconds: number): string =>
    new Date(Date.parse(data.from) + seconds * 1000).toISOString();
  const range = { stream: "cut", from: at(RANGE.from), to: at(RANGE.to) };
  const job = await api.post("/exports", { ...range, cut: "exact" }, Export);
  const made = await log.find("dvr_mp4_export_ready", (event) => event.data.export === job.id);
  asset = await api.get(`/assets/${made.data.asset}`, Asset);
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const numbersOf = ({ frames }: Measured): (number | undefined)[] =>
  frames.map(({ number }) => number);

test("an exact cut holds the pictures asked for, also for players that know no edit lists", async () => {
  const found = await measure(asset.playback.mp4);
  assert.deepEqual(numbersOf(found), PICTURES);
  assert.ok(Math.abs(found.frames[0]?.pts ?? 1) < 0.001, `begins at ${found.frames[0]?.pts}`);
  assert.ok(found.offsets.length >= 4, `${found.offsets.length} flashes`);
  for (const offset of found.offsets) assert.ok(Math.abs(offset) <= 20, `${offset} ms`);
  const plain = await measure(asset.playback.mp4, { input: ["-ignore_editlist", "1"] });
  assert.deepEqual(numbersOf(plain), PICTURES);
  // What leads the sound in is two of its frames at the most, 21 ms each.
  for (const offset of plain.offsets) assert.ok(Math.abs(offset) <= 63, `${offset} ms`);
  assert.deepEqual(numbersOf(await measure(asset.playback.hls)), PICTURES);
  // But for the note that the asset is new.
  const left = await readdir(join(server.data, "assets", ".partial"));
  assert.deepEqual(
    left.filter((name) => !name.endsWith(".unsettled")),
    [],
  );
});

/** What a page saw: the time and the grey points of each picture, and what its player had to tell. */
const Seen = z.object({
  played: z.array(z.tuple([z.number(), z.array(z.number())])),
  sought: z.array(z.array(z.number())),
  waits: z.number(),
  corrupted: z.number(),
});

/** Runs in the page: plays `video` from end to end, and then shows some of its pictures one by one. */
const WATCH = (times: readonly number[]): string => `(async () => {
  const canvas = new OffscreenCanvas(${READ_WIDTH}, ${READ_HEIGHT});
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  const grey = () => {
    paper.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = paper.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({ length: data.length / 4 }, (_, at) => data[at * 4 + 1]);
  };
  const shown = () => new Promise((done) => video.requestVideoFrameCallback((_, now) => done(now)));
  const seen = { played: [], sought: [], waits: 0, corrupted: 0 };
  let over = false;
  const ended = new Promise((done, fail) => {
    video.onended = done;
    video.onerror = () => fail(video.error);
    video.onwaiting = () => { seen.waits += 1; };
  }).finally(() => { over = true; });
  const watching = (async () => {
    while (!over) {
      const now = await Promise.race([shown(), ended]);
      if (!over) seen.played.push([now.mediaTime, grey()]);
    }
  })();
  video.muted = true;
  await video.play();
  await ended;
  await watching;
  for (const time of ${JSON.stringify(times)}) {
    const next = shown();
    video.currentTime = time;
    await next;
    seen.sought.push(grey());
  }
  seen.corrupted = video.getVideoPlaybackQuality().corruptedVideoFrames ?? 0;
  return seen;
})()`;

/** Fails unless a page's player shows the right picture at every time, and never waits. */
async function assertSeamless(page: Page): Promise<void> {
  const times = SEAMS.map((number) => (number - FIRST + 0.5) / RATE);
  const seen = Seen.parse(await page.evaluate(WATCH(times)));
  const wrong = seen.played.filter(([time, grey]) => {
    const { number } = readFrame(Uint8Array.from(grey));
    return number !== FIRST + Math.round(time * RATE);
  });
  assert.deepEqual(
    wrong.map(([time]) => time),
    [],
  );
  // A busy machine leaves pictures out; most of them are there.
  assert.ok(seen.played.length > PICTURES.length / 2, `${seen.played.length} pictures`);
  const sought = seen.sought.map((grey) => readFrame(Uint8Array.from(grey)).number);
  assert.deepEqual(sought, SEAMS);
  assert.deepEqual({ waits: seen.waits, corrupted: seen.corrupted }, { waits: 0, corrupted: 0 });
}

test("Chromium plays it over its seams as one file", async () => {
  const page = await browser.newPage();
  await page.goto(`${server.http}/livez`);
  await page.setContent(`<video src="${asset.playback.mp4}" preload="auto"></video>`);
  await page.evaluate(`new Promise((ready) => {
    globalThis.video = document.querySelector("video");
    video.oncanplaythrough = ready;
    if (video.readyState === 4) ready();
  })`);
  await assertSeamless(page);
  await page.close();
});

test("Chromium plays it over its seams as HLS", async () => {
  const page = await browser.newPage();
  await page.goto(asset.playback.embed);
  await page.locator(".start").click();
  await page.evaluate(`new Promise((ready) => {
    const look = () => {
      globalThis.video = document.querySelector("oxbow-player").video;
      if (!(video?.currentTime > 0)) return requestAnimationFrame(look);
      video.pause();
      video.onseeked = ready;
      video.currentTime = 0;
    };
    look();
  })`);
  await assertSeamless(page);
  await page.close();
});
