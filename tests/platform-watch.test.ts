import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import type { Browser } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { openBrowser } from "./browser.ts";
import { type EmbedView, embedPageAt } from "./embed-view.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { publish } from "./publisher.ts";
import { type SiteCaller, setUpOperator, siteCaller } from "./site-caller.ts";
import { until } from "./until.ts";

let folder = "";
let clip = "";
let platform: PlatformProcess;
let browser: Browser;
let ana: SiteCaller;
let url = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-watch-"));
  clip = join(folder, "clip.flv");
  [platform, browser] = await Promise.all([
    startPlatform(),
    openBrowser(),
    makeClip(clip, { duration: 30, gop: 1, width: 320, height: 180, bFrames: 0 }),
  ]);
  ana = await setUpOperator(platform);
  const channel = await ana.call("channels.create", {
    body: { handle: "ana", name: "Ana", defaults: { quality: "source", latency: "low" } },
  });
  ({ url } = await ana.call("channels.revealKey", { params: { channel: channel.id } }));
});
after(async () => {
  await browser.close();
  await platform[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Waits until the player of a watch page has told its viewer something. */
const told = (view: EmbedView, ...wanted: string[]): Promise<unknown> =>
  view.page.locator(wanted.map((at) => `oxbow-player .frame[data-state="${at}"]`).join()).waitFor();

/** The end is told within two seconds of this viewer's own playhead getting there. */
async function seesTheEnd(view: EmbedView, waits: number, t: TestContext): Promise<void> {
  await told(view, "ended");
  const { time, still } = (await view.told()).findLast(({ at }) => at === "ended") ?? {};
  const { end } = await view.window();
  assert.ok(still !== undefined && still <= waits + 2000, `the picture stood for ${still} ms`);
  assert.ok(time !== undefined && Math.abs(end - time) < 0.6, `told at ${time} s of ${end} s`);
  t.diagnostic(`the end was told ${Math.round(still)} ms after the last picture`);
}

/** The page is still the one that was opened: it was not loaded anew. */
const loads = (view: EmbedView): Promise<number> =>
  view.page.evaluate(() => performance.getEntriesByType("navigation").length);

declare const performance: { getEntriesByType(type: "navigation"): readonly unknown[] };

test("one address is a plan, a broadcast and its recording, and each viewer sees the end when he gets there", async (t) => {
  const video = await ana.call("videos.plan", {
    body: { title: "The dragon's tale", description: "See https://dragons.example/." },
  });
  const address = `${platform.http}/watch/${video.id}`;
  const view = await embedPageAt(browser, address);
  await view.page.getByText("Starting soon").waitFor();
  await view.look("watch-soon");

  const encoder = publish(clip, url, { input: ["-t", "12"] });
  await told(view, "live");
  await view.playedOn(1);
  await ana.call("videos.mark", { params: { video: video.id }, body: { label: "Fire" } });
  const late = await embedPageAt(browser, address);
  await told(late, "live");
  await late.page.getByText("watching").waitFor();
  await late.page.locator("oxbow-player video").press("Home");
  await told(late, "behind");
  await late.look("watch-behind");
  await view.page.getByRole("button", { name: /: Fire$/ }).waitFor();

  assert.equal(await encoder.done, 0);
  // For so long the server waits for an encoder that stops to be started again.
  await seesTheEnd(view, 3000, t);
  assert.ok(!(await late.told()).some(({ at }) => at === "ended"), "the other still watches");
  await view.look("watch-ended");
  const recording = view.page.getByRole("button", { name: "Watch the recording" });
  await recording.click();
  await told(view, "vod");
  await view.playedOn(1);
  await view.look("watch-recording");

  await seesTheEnd(late, 0, t);
  await late.page.getByRole("button", { name: "Watch the recording" }).waitFor();
  for (const { complaints } of [view, late]) assert.deepEqual(complaints, []);
  assert.deepEqual([await loads(view), await loads(late)], [1, 1]);

  const { video: after, playback } = await siteCaller(platform.http).call("videos.view", {
    params: { video: video.id },
  });
  assert.deepEqual([after.state, after.source], ["ended", "recording"]);
  assert.ok(playback.player?.hls.includes("/dvr/"));
  await view.page.close();
  await late.page.close();
});

test("a private video is nobody's, its page says so, and an embed follows", async () => {
  const { items } = await ana.call("videos.mine");
  const id = items[0]?.id ?? "";
  const params = { video: id };
  const stranger = siteCaller(platform.http);
  const open = await stranger.call("videos.playback", { params });
  const hls = open.player?.hls ?? "";
  assert.equal((await fetch(hls)).status, 200);

  await ana.call("videos.update", { params, body: { visibility: "private" } });
  assert.equal((await stranger.ask("videos.view", { params })).status, 401);
  assert.equal((await fetch(`${platform.http}/watch/${id}`)).status, 401);
  await until("the media server asks for a token", async () =>
    (await fetch(hls)).status === 401 ? true : undefined,
  );
  const view = await embedPageAt(browser, `${platform.http}/watch/${id}`);
  await view.page.getByRole("heading", { name: "This video is private" }).waitFor();
  await view.page.close();
  const own = await ana.call("videos.playback", { params });
  assert.equal((await fetch(own.player?.hls ?? "")).status, 200);
  assert.notEqual(own.expiresAt, null);
});
