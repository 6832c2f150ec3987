import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { Stream } from "@oxbow/contract";
import type { Browser } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { apiOf } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { type EmbedView, embedPageAt } from "./embed-view.ts";
import { qualitiesOf } from "./hls-qualities.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

let folder = "";
let clip = "";
let browser: Browser;
let server: ServerProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-player-ladder-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 60, width: 640, height: 360, gop: 1, bFrames: 0 });
  server = await startServer();
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** What the functions that run inside the page use of it. */
declare const document: {
  querySelector(selector: "oxbow-player"): {
    video?: {
      videoHeight: number;
      seeking: boolean;
      addEventListener(type: "waiting", listener: () => void): void;
    };
  };
};
declare const window: { stalls?: number };

/** Counts from now on how often the picture stands because nothing is there to be shown. */
function countStalls(): void {
  window.stalls = 0;
  const { video } = document.querySelector("oxbow-player");
  video?.addEventListener("waiting", () => {
    window.stalls = (window.stalls ?? 0) + 1;
  });
}

const stallsOf = ({ page }: EmbedView): Promise<number | undefined> =>
  page.evaluate(() => window.stalls);

/** Opens the menu of qualities. */
async function qualityMenu({ page }: EmbedView): Promise<void> {
  await page.mouse.move(400, 300);
  await page.getByRole("button", { name: "Settings" }).press("Enter");
  await page.getByRole("menuitem", { name: "Quality" }).press("Enter");
}

/** Chooses a quality; the menu says so at once, whatever is still shown. */
async function choose(view: EmbedView, quality: RegExp): Promise<void> {
  const { page } = view;
  await qualityMenu(view);
  await page.getByRole("menuitemradio", { name: quality }).press("Enter");
  await page.keyboard.press("Escape");
  await qualityMenu(view);
  await page.getByRole("menuitemradio", { name: quality, checked: true }).waitFor();
  await page.keyboard.press("Escape");
}

async function showsHeight({ page }: EmbedView, height: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelector("oxbow-player").video?.videoHeight === wanted,
    height,
  );
}

for (const latency of ["normal", "low"] as const) {
  test(`a viewer of a stream of ${latency} latency goes to other qualities and back without a stall`, async (t) => {
    await switchQualities(latency, t);
  });
}

async function switchQualities(latency: "normal" | "low", t: TestContext): Promise<void> {
  const options = { name: `switch-${latency}`, latency, ladder: ["source", "180p", "90p"] };
  const stream = await apiOf(server).post("/streams", options, Stream);
  await using encoder = publish(clip, stream.publish.rtmp.url ?? "");
  const listed = await until("all qualities are offered", async () => {
    const answer = await fetch(stream.playback.hls);
    const found = answer.ok ? await qualitiesOf(stream.playback.hls) : [];
    return found.length === 3 ? found : undefined;
  });
  assert.deepEqual(
    listed.map(({ height }) => height),
    [360, 180, 90],
  );
  const view = await embedPageAt(browser, stream.playback.embed);
  await view.state("live");
  await view.playedOn(3);
  await view.page.evaluate(countStalls);
  for (const height of [180, 90, 360]) {
    await choose(view, new RegExp(`^${height}p`));
    await showsHeight(view, height);
    await view.playedOn(2);
    await view.look(`quality-${latency}-${height}`);
  }
  const stalls = await stallsOf(view);
  t.diagnostic(`${stalls} stalls`);
  assert.equal(stalls, 0);
  assert.deepEqual(view.complaints, []);
  await view.page.close();
  await encoder.kill();
}
