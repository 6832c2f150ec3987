import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { Marker, Stream } from "@oxbow/contract";
import type { Browser } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { type EmbedView, embedPageAt } from "./embed-view.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

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

/** A stream of low latency, and a viewer at its edge. */
async function onAir(name: string, policy: object = {}) {
  const stream = await api.post("/streams", { name, latency: "low", ...policy }, Stream);
  const url = stream.publish.rtmp.url ?? "";
  const encoder = publish(clip, url);
  const view = await embedPageAt(browser, stream.playback.embed);
  await view.state("live");
  await view.playedOn(1);
  return { url, encoder, view, page: stream.playback.embed };
}

/** Another viewer, who has gone back to the beginning of the broadcast. */
async function behind(page: string): Promise<EmbedView> {
  const view = await embedPageAt(browser, page);
  await view.state("live");
  await view.page.keyboard.press("Home");
  await view.state("behind");
  await view.playedOn(1);
  return view;
}

/**
 * The end is told within two seconds of this viewer's own playhead getting there.
 *
 * @param waits milliseconds for which the server itself does not know that it is over
 */
async function seesTheEnd(view: EmbedView, waits: number, t: TestContext): Promise<void> {
  await view.state("ended");
  const { time, still } = (await view.told()).findLast(({ at }) => at === "ended") ?? {};
  assert.ok(still !== undefined && still <= waits + 2000, `the picture stood for ${still} ms`);
  t.diagnostic(`the end was told ${Math.round(still)} ms after the last picture`);
  const { end } = await view.window();
  assert.ok(time !== undefined && Math.abs(end - time) < 0.6, `told at ${time} s of ${end} s`);
}

test("a viewer is close to live, is shown pictures of the past, and goes on after ten seconds without a network", async () => {
  const { encoder, view } = await onAir("cut");
  await api.post("/streams/cut/markers", { label: "Kick-off" }, Marker);
  const { latency = Number.NaN, partTarget } = await view.figures();
  assert.ok(partTarget !== undefined && partTarget <= 0.25, `parts of ${partTarget} s`);
  assert.ok(latency < 2.5, `${latency} s from the live edge`);
  await view.playedTo(4);

  const stood = await view.time();
  await view.cutNetwork(10);
  await view.state("live", "behind");
  assert.ok((await view.told()).some(({ at }) => at === "disconnected"));
  await view.playedOn(1);
  assert.ok((await view.time()) - stood < 8, "it goes on where it was");
  await view.look("after-network");
  await view.page.locator(".ticks i").waitFor({ state: "attached" });
  await view.page.mouse.move(300, 478);
  await view.page.locator('.peek .picture[style*="url"]').waitFor();
  await view.look("behind");
  await view.page.getByRole("button", { name: "Back to live" }).click();
  await view.state("live");
  await view.playedOn(1);
  assert.deepEqual(view.complaints, []);
  await encoder.kill();
  await view.page.close();
});

test("an encoder is lost for ten seconds and comes back, and each viewer sees the end when he gets there", async (t) => {
  const { url, encoder, view, page } = await onAir("end", { autoExport: true });
  await view.playedTo(4);
  await encoder.kill();
  await view.state("interrupted");
  await view.passed(10);
  const again = publish(clip, url, { input: ["-t", "6"] });
  await view.state("live");
  // The other viewer meets the hole long after it was closed.
  const late = await behind(page);
  await view.playedOn(1);
  assert.equal(await again.done, 0);

  // For so long the server waits for an encoder that stops to be started again.
  await seesTheEnd(view, 3000, t);
  assert.equal((await late.told()).at(-1)?.at, "behind", "the other viewer is still watching");
  await seesTheEnd(late, 0, t);
  for (const { complaints } of [view, late]) assert.deepEqual(complaints, []);

  // The recording is offered at once, and the title that is made of it where it was.
  const recording = view.page.getByRole("button", { name: "Watch the recording" });
  await recording.waitFor();
  await view.look("live-ended");
  const title = await until("the title is offered", async () =>
    (await view.offered()).find((hls) => hls.includes("/vod/")),
  );
  // A title that was made before this viewer got to the end is offered instead of the recording.
  for (const hls of await view.offered()) assert.ok(hls === title || hls.includes("/dvr/"), hls);
  const asked = view.page.waitForRequest((request) => request.url().endsWith(title));
  await recording.click();
  await asked;
  await view.state("vod");
  await view.playedOn(1);
  await late.page.close();
  await view.page.close();
});

test("sound begins by itself where the browser allows it; else silence does, with a button for the sound", async () => {
  const { encoder, view, page } = await onAir("autoplay");
  assert.ok(await view.page.locator("media-controller[mediavolumelevel=high]").isVisible());
  assert.ok(await view.page.getByRole("button", { name: "Tap to unmute" }).isHidden());
  await view.page.close();
  await using strict = await openBrowser(false);
  // Looking into a page counts as a gesture of its viewer: it has to have begun to play before.
  let loaded: Promise<unknown> | undefined;
  const silent = await embedPageAt(strict, page, {
    prepare: async (opened) => {
      loaded = opened.waitForResponse((response) => response.url().endsWith(".m4s"));
    },
  });
  await loaded;
  await silent.state("live");
  await silent.page.locator("media-controller[mediavolumelevel=off]").waitFor();
  await silent.page.getByRole("button", { name: "Tap to unmute" }).click();
  await silent.page.locator("media-controller[mediavolumelevel=high]").waitFor();
  await silent.playedOn(1);
  assert.deepEqual(silent.complaints, []);
  await silent.page.close();
  await encoder.kill();
});
