import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EmbedOptions, embedPage, playerAssets } from "@oxbow/player";
import type { Browser, FrameLocator, Locator, Page } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { type BroadcastOnDisk, broadcastOnDisk } from "./broadcast-on-disk.ts";
import { openBrowser } from "./browser.ts";

let folder = "";
let browser: Browser;
let broadcast: BroadcastOnDisk;
let server: Server;
let origin = "";
/** Known to the server only after the page was loaded. */
let recording: string | undefined;

const pages: Readonly<Record<string, () => EmbedOptions>> = {
  "/embed/show": () => ({
    id: "str_show",
    title: "A show <live>",
    kind: "live",
    sources: { hls: "/live/index.m3u8" },
    ...(recording === undefined ? {} : { recording }),
  }),
  "/embed/title": () => ({
    id: "ast_title",
    title: "A title",
    kind: "vod",
    sources: { hls: `${origin}/vod/index.m3u8` },
  }),
  "/embed/gone": () => ({ id: "ast_gone", kind: "vod", sources: { hls: "/vod/gone.m3u8" } }),
};

async function answer(
  path: string,
): Promise<{ body: Buffer; headers: Record<string, string> } | undefined> {
  const options = pages[path]?.();
  if (options !== undefined) {
    const { html, contentSecurityPolicy } = await embedPage(options);
    return {
      body: Buffer.from(html),
      headers: { "content-type": "text/html", "content-security-policy": contentSecurityPolicy },
    };
  }
  const asset = (await playerAssets()).files.get(path);
  if (asset !== undefined)
    return { body: asset.body, headers: { "content-type": asset.contentType } };
  const media = broadcast.answer(path);
  return media && { body: media.body, headers: { "content-type": media.contentType } };
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-embed-"));
  const clip = join(folder, "clip.mp4");
  await makeClip(clip, { duration: 12, gop: 1 });
  broadcast = await broadcastOnDisk(clip, folder);
  server = createServer((request, response) => {
    const path = new URL(request.url ?? "", "http://localhost").pathname;
    void answer(path).then((found) =>
      response.writeHead(found === undefined ? 404 : 200, found?.headers).end(found?.body),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

/** Opens a page; what the browser complains about fails the test that `complaints` is asked in. */
async function open(path: string, locale = "en-GB"): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ locale, viewport: { width: 960, height: 540 } });
  const complaints: string[] = [];
  page.on("pageerror", (problem) => complaints.push(problem.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !/404/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(origin + path);
  return { page, complaints };
}

const state = (page: Page, wanted: string): Promise<unknown> =>
  page.locator(`body[data-state="${wanted}"]`).waitFor({ timeout: 30_000 });

/** What the functions that run inside the page use of it. */
declare const document: {
  querySelector(selector: "video"): {
    currentTime: number;
    duration: number;
    paused: boolean;
    videoWidth: number;
    getVideoPlaybackQuality(): { totalVideoFrames: number };
  };
};

/** Waits until the playhead has passed a time in seconds. */
const playedTo = (page: Page, seconds: number): Promise<unknown> =>
  page.waitForFunction((least) => document.querySelector("video").currentTime >= least, seconds);

const says = (page: Page | FrameLocator): Locator => page.locator(".card [role=status]");

/** Saves what is seen where a person wants to look: SCREENSHOTS=folder. */
async function look(page: Page, name: string): Promise<void> {
  const to = process.env["SCREENSHOTS"];
  if (to !== undefined) await page.screenshot({ path: join(to, `${name}.png`) });
}

test("a title waits for the viewer, plays with a picture, and can be played by keyboard", async () => {
  const { page, complaints } = await open("/embed/title");
  await state(page, "vod");
  await look(page, "vod-start");
  await page.locator(".start").click();
  await playedTo(page, 1.5);
  await page.waitForFunction(() => {
    const video = document.querySelector("video");
    return video.videoWidth === 640 && video.getVideoPlaybackQuality().totalVideoFrames > 30;
  });
  await page.mouse.move(400, 300);
  await look(page, "vod");
  await page.keyboard.press("k");
  // Not by the clip's own end.
  await page.waitForFunction(() => {
    const video = document.querySelector("video");
    return video.paused && video.currentTime < 10;
  });
  assert.ok(await page.locator("media-time-range").isVisible());
  assert.ok(await page.locator("media-live-button").isHidden());
  assert.deepEqual(complaints, []);
  await page.close();
});

test("a viewer sees a broadcast begin, lose its signal, come back and end, and then its recording", async () => {
  broadcast.show("missing");
  recording = undefined;
  const { page, complaints } = await open("/embed/show", "pt-BR");
  await state(page, "offline");
  assert.match(await says(page).innerText(), /^Começa em breve/);
  assert.equal(await page.locator("html").getAttribute("lang"), "pt-BR");
  await look(page, "offline");

  broadcast.show({ segments: 6, ended: false });
  await state(page, "live");
  await playedTo(page, 3.2);
  assert.equal(await says(page).innerText(), "");
  await page.mouse.move(400, 300);
  await look(page, "live");

  await state(page, "interrupted");
  assert.match(await says(page).innerText(), /^Sinal perdido/);
  await look(page, "interrupted");

  broadcast.show({ segments: 9, ended: false });
  await state(page, "live");
  await playedTo(page, 6.5);
  recording = "/vod/index.m3u8";
  broadcast.show({ segments: 10, ended: true });
  await state(page, "ended");
  await page.waitForFunction(() => document.querySelector("video").currentTime > 9.8);
  assert.equal(await says(page).innerText(), "A transmissão terminou");
  const button = page.getByRole("button", { name: "Assistir à gravação" });
  await button.waitFor();
  await look(page, "ended");

  await button.click();
  await state(page, "vod");
  await page.waitForFunction(() => document.querySelector("video").duration > 11);
  await playedTo(page, 1);
  await page.mouse.move(420, 300);
  await look(page, "recording");
  assert.ok(await page.locator("media-time-range").isVisible());
  assert.deepEqual(complaints, []);
  await page.close();
});

test("the next broadcast starts on a page that showed the end of the last one", async () => {
  broadcast.show({ segments: 3, ended: true });
  const { page } = await open("/embed/show");
  await state(page, "ended");
  assert.equal(await says(page).innerText(), "The transmission has ended");
  broadcast.show({ segments: 6, ended: false });
  await state(page, "live");
  await playedTo(page, 2);
  await page.close();
});

test("a title that is gone is told, in a frame of another site too", async () => {
  const page = await browser.newPage({ locale: "en-GB" });
  // The page around it has no origin at all, as one from a file or a sandbox.
  await page.setContent(`<iframe src="${origin}/embed/gone" width="640" height="360"></iframe>`);
  const frame = page.frameLocator("iframe");
  await frame.locator('body[data-state="failed"]').waitFor();
  assert.equal(await says(frame).innerText(), "This video is no longer here");
  await look(page, "gone");
  await page.close();
});
