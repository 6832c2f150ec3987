import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { openBrowser } from "./browser.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { publish } from "./publisher.ts";
import { type SiteCaller, setUpOperator } from "./site-caller.ts";
import { until } from "./until.ts";

let folder = "";
let clip = "";
let platform: PlatformProcess;
let browser: Browser;
let olga: SiteCaller;
let url = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-chat-"));
  clip = join(folder, "clip.flv");
  [platform, browser] = await Promise.all([
    startPlatform(),
    openBrowser(),
    makeClip(clip, { duration: 7, gop: 1, width: 320, height: 180, bFrames: 0 }),
  ]);
  olga = await setUpOperator(platform);
  const channel = await olga.call("channels.create", {
    body: { handle: "olga", name: "Olga", defaults: { quality: "source" } },
  });
  ({ url } = await olga.call("channels.revealKey", { params: { channel: channel.id } }));
});
after(async () => {
  await browser.close();
  await platform[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** What the functions that run inside the page use of it. */
type Player = {
  readonly video?: { currentTime: number; pause(): void };
  readonly wallClock: number | undefined;
  readonly window: { readonly start: number };
};
declare const document: { querySelector(selector: "oxbow-player"): Player };

/** Where the page's player stands on the clock of the archive; undefined while it plays nothing. */
const clockOf = (page: Page): Promise<number | undefined> =>
  page.evaluate(() => document.querySelector("oxbow-player").wallClock);

/** Puts the player, stopped, so many seconds behind the beginning; answers the moment it shows. */
async function stopAt(page: Page, seconds: number): Promise<number> {
  await page.evaluate((at) => {
    const { video, window } = document.querySelector("oxbow-player");
    if (video === undefined) return;
    video.pause();
    video.currentTime = window.start + at;
  }, seconds);
  return until("the player is somewhere", () => clockOf(page));
}

test("a broadcast's chat is replayed as its recording is played, forward and back", async () => {
  const { id: video } = await olga.call("videos.plan", { body: { title: "A talk" } });
  const params = { video };
  const encoder = publish(clip, url);
  const onAir = await until("the broadcast", async () => {
    const { video: now } = await olga.call("videos.view", { params });
    return now.state === "live" && now.from !== null ? Date.parse(now.from) : undefined;
  });
  const seconds = [1, 2, 4, 5];
  for (const second of seconds) {
    await until(`second ${second}`, async () =>
      Date.now() >= onAir + second * 1000 ? true : undefined,
    );
    const body = { text: `At ${second}`, client: `client_${second}` };
    await olga.call("chat.send", { params, body });
  }
  assert.equal(await encoder.done, 0);
  await until("the recording", async () => {
    const { video: now } = await olga.call("videos.view", { params });
    return now.state === "ended" && now.source === "recording" ? true : undefined;
  });
  const { items } = await olga.call("chat.history", { params, query: {} });

  const page = await browser.newPage({ locale: "en" });
  await page.goto(`${platform.http}/watch/${video}`);
  await page.getByRole("heading", { name: "Chat replay" }).waitFor();
  await page.locator("oxbow-player").getByRole("button", { name: "Play" }).first().click();
  await until("the recording plays", () => clockOf(page));
  for (const second of [6, 0.2, 3, 4.5, 1.5]) {
    const clock = await stopAt(page, second);
    const expected = items.filter(({ mediaAt }) => mediaAt <= clock).map(({ text }) => text);
    await until(`the chat at ${second} s: ${expected.join()}`, async () => {
      const rows = await page.getByRole("log").locator("li").allTextContents();
      const isRight =
        rows.length === expected.length &&
        rows.every((row, at) => row.endsWith(expected[at] ?? "?"));
      return isRight ? true : undefined;
    });
  }
  // What is deleted goes out of a replay that somebody watches, too.
  await stopAt(page, 6);
  await page.getByText("At 2").waitFor();
  const gone = items.find(({ text }) => text === "At 2");
  await olga.call("chat.delete", { params: { message: gone?.id ?? "" } });
  await page.getByText("At 2").waitFor({ state: "detached" });
  await page.close();
});
