import { mkdtemp, readFile, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Asset, Stream } from "@oxbow/contract";
import type { Browser } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { openBrowser } from "../tests/browser.ts";
import { embedPageAt } from "../tests/embed-view.ts";
import { eventLogOf } from "../tests/follow-log.ts";
import { FPS, startCamera } from "./low-latency-camera.ts";
import { firstPicture, openNoting, type Seen, watch } from "./low-latency-watch.ts";
import { cpuSeconds, median, report } from "./process-figures.ts";
import { type StartedServer, startServer } from "./started-server.ts";

// `npm run bench -- low-latency`: our player in Chromium on what a camera and ffmpeg send in real time,
// in low latency and not, one after the other. Each picture says when it was taken, so that latency is
// from camera to screen, as the pictures on the screen tell. LOW_LATENCY_MINUTES says how long low
// latency is watched (1), ORDINARY_MINUTES the ordinary stream (the same). Then first pictures.

const minutes = Number(process.env["LOW_LATENCY_MINUTES"] ?? "1");
const ordinaryMinutes = Number(process.env["ORDINARY_MINUTES"] ?? minutes);
/** Seconds until the player has settled. */
const SETTLE = 10;
const SAMPLE_MS = 250;
/** Readers who come, for the time to the first picture. */
const OPENINGS = 5;

function shares(values: readonly number[]): object {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    Math.round(sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN);
  return { p50: at(0.5), p95: at(0.95), max: at(1) };
}

/** Milliseconds that the processors have worked, and that they were there, since the machine began. */
function processors(): { busy: number; there: number } {
  let [busy, there] = [0, 0];
  for (const { times } of cpus()) {
    const worked = times.user + times.nice + times.sys + times.irq;
    busy += worked;
    there += worked + times.idle;
  }
  return { busy, there };
}

function figuresOf({ samples, ...seen }: Seen, began: number): object {
  const read = samples.flatMap(({ number, shownAt }) =>
    number === undefined ? [] : [shownAt - began - (number * 1000) / FPS],
  );
  const rates = samples.map(({ rate }) => rate);
  return {
    cameraToScreenMs: shares(read),
    toldByPlayerMs: shares(samples.map(({ told }) => told)),
    wantedMs: shares(samples.map(({ wanted }) => wanted)),
    rates: [Math.min(...rates), Math.max(...rates)],
    samples: samples.length,
    unread: samples.length - read.length,
    ...seen,
    stalls: seen.stalls.length,
    stalled: seen.stalls,
    longestPictureMs: Math.round(seen.longestPictureMs),
  };
}

/** Milliseconds to the first picture: of pages that open, or of a button that is pressed. */
async function firstPictures(browser: Browser, url: string, press: boolean): Promise<number[]> {
  const found: number[] = [];
  for (let time = 0; time < OPENINGS; time++) {
    const page = await browser.newPage();
    await openNoting(page, url);
    // Who presses has looked at the page for a moment.
    if (press) await delay(1000);
    found.push(await firstPicture(page, press));
    await page.close();
  }
  return found;
}

async function live(
  server: StartedServer,
  browser: Browser,
  latency: "low" | "normal",
  length: number,
): Promise<void> {
  const name = `bench-${latency}`;
  const stream = Stream.parse(await server.api("POST", "/streams", { name, latency }));
  await using log = eventLogOf(server);
  await using camera = await startCamera(stream.publish.rtmp.url ?? "");
  const ready = await log.find("playback_ready", (event) => event.stream?.id === stream.id);
  report({
    bench: "playback-ready",
    latency,
    afterFirstKeyframeMs: Math.round(Date.parse(ready.time) - camera.began),
  });
  const view = await embedPageAt(browser, stream.playback.embed);
  await view.state("live");
  await view.playedOn(SETTLE);
  const cpu = cpuSeconds(server.pid);
  const machine = processors();
  const seen = await watch(view.page, length * 60_000, SAMPLE_MS);
  const serverCpu = (cpuSeconds(server.pid) - cpu) / (length * 60);
  const now = processors();
  // Of all processors, with whatever else runs beside this.
  const machineBusy = (now.busy - machine.busy) / (now.there - machine.there);
  const load = loadavg().map((value) => Math.round(value * 10) / 10);
  const figures = figuresOf(seen, camera.began);
  const states = { state: await view.page.locator("body").getAttribute("data-state") };
  report({
    bench: "low-latency",
    ...{ latency, minutes: length, ...figures, ...states },
    serverCpu: Math.round(serverCpu * 1000) / 1000,
    machineBusy: Math.round(machineBusy * 100) / 100,
    load,
  });
  await view.page.close();
  const opened = await firstPictures(browser, stream.playback.embed, false);
  report({ bench: "first-picture", kind: latency, medianMs: median(opened), opened });
  await camera.end();
}

async function vod(server: StartedServer, browser: Browser): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-low-latency-"));
  try {
    const file = join(folder, "title.mp4");
    await makeClip(file, { duration: 20 });
    const answer = await fetch(`${server.http}/api/v1/assets?name=title.mp4`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${server.key}`,
        "content-type": "application/octet-stream",
      },
      body: await readFile(file),
    });
    let asset = Asset.parse(await answer.json());
    for (let tries = 0; asset.state !== "ready"; tries++) {
      if (tries === 100) throw new Error(`The title is ${asset.state} after ten seconds`);
      await delay(100);
      asset = Asset.parse(await server.api("GET", `/assets/${asset.id}`));
    }
    const page = `${server.http}/embed/${asset.id}`;
    const pressed = await firstPictures(browser, page, true);
    report({ bench: "first-picture", kind: "vod", medianMs: median(pressed), pressed });
  } finally {
    await rm(folder, { recursive: true });
  }
}

await using server = await startServer();
await using browser = await openBrowser();
await live(server, browser, "low", minutes);
await live(server, browser, "normal", ordinaryMinutes);
await vod(server, browser);
