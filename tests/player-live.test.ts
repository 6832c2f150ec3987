import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stream } from "@oxbow/contract";
import type { Browser } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { type EmbedView, embedPageAt } from "./embed-view.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

let folder = "";
let clip = "";
let browser: Browser;
let server: ServerProcess;
let api: ApiClient;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-player-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 40, gop: 1, width: 320, height: 180, bFrames: 0 });
  server = await startServer();
  api = apiOf(server);
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Saves what is seen where a person wants to look: SCREENSHOTS=folder. */
async function look(view: EmbedView, name: string): Promise<void> {
  const to = process.env["SCREENSHOTS"];
  if (to !== undefined) await view.page.screenshot({ path: join(to, `${name}.png`) });
}

/** Plays a second on, and a moment more. */
const goesOn = (view: EmbedView): Promise<void> => view.playedOn(1);

test("a live viewer is close, rewinds, outlives a cut network and a cut encoder, and sees the end", async () => {
  const stream = await api.post("/streams", { name: "player", latency: "low" }, Stream);
  const url = stream.publish.rtmp.url ?? "";
  const page = stream.playback.embed;
  const first = publish(clip, url);
  const view = await embedPageAt(browser, page);
  await view.state("live");
  await goesOn(view);
  const { latency = Number.NaN, partTarget } = await view.figures();
  assert.ok(partTarget !== undefined && partTarget <= 0.25, `parts of ${partTarget} s`);
  assert.ok(latency < 2.5, `${latency} s from the live edge`);

  // Another viewer sits behind live, and keeps to it.
  await view.playedTo(6);
  const late = await embedPageAt(browser, page);
  await late.state("live");
  await late.page.keyboard.press("Home");
  await late.state("behind");
  await goesOn(late);
  assert.ok((await late.time()) < (await view.time()) - 3, "the window can be gone back to");
  await late.page.mouse.move(300, 478);
  await late.page.locator(".peek").waitFor();
  await late.page.locator('.peek .picture[style*="url"]').waitFor();
  await look(late, "behind");

  // Twelve seconds: longer than what is in the buffer.
  await view.page.context().setOffline(true);
  await view.state("disconnected");
  const stood = await view.time();
  await view.page.context().setOffline(false);
  await view.page.locator('body:is([data-state="live"], [data-state="behind"])').waitFor();
  await goesOn(view);
  assert.ok((await view.time()) - stood < 8, "it goes on where it was");
  await look(view, "after-network");
  const badge = view.page.getByRole("button", { name: /Back to live|Live/ });
  await badge.click();
  await view.state("live");

  await first.kill();
  await view.state("interrupted");
  const again = publish(clip, url, { input: ["-t", "8"] });
  await view.state("live");
  await goesOn(view);
  assert.equal(await again.done, 0);
  await view.state("ended");
  assert.notEqual(await late.page.locator("body").getAttribute("data-state"), "ended");
  assert.deepEqual(view.complaints, []);
  const recording = view.page.getByRole("button", { name: "Watch the recording" });
  await recording.waitFor();
  await look(view, "live-ended");
  await recording.click();
  await view.state("vod");
  await view.playedTo(2);
  await late.page.keyboard.press("End");
  await late.state("ended");
  await late.page.close();
  await view.page.close();
});
