import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Asset } from "@oxbow/contract";
import type { Browser } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type EmbedView, embedPageAt } from "./embed-view.ts";
import { uploadFilm } from "./film.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

let folder = "";
let browser: Browser;
let server: ServerProcess;
let film: Asset;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-player-vod-"));
  server = await startServer();
  film = await uploadFilm(server, folder);
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
      buffered: { length: number; end(index: number): number };
      textTracks: Iterable<{
        mode: string;
        activeCues: { length: number; [at: number]: { text: string } } | null;
      }>;
    };
  };
};

/** Opens the settings, and one of them. */
async function setting(view: EmbedView, name: string): Promise<void> {
  await view.page.getByRole("button", { name: "Settings" }).press("Enter");
  await view.page.getByRole("menuitem", { name }).press("Enter");
}

/** The caption that is over the picture. */
const caption = (view: EmbedView): Promise<string> =>
  view.page.evaluate(() => {
    const { video } = document.querySelector("oxbow-player");
    const shown = [...(video?.textTracks ?? [])].find(({ mode }) => mode === "showing");
    return shown?.activeCues?.[0]?.text ?? "";
  });

test("a film's language and captions are chosen in the settings, while it plays", async () => {
  const view = await embedPageAt(browser, film.playback.embed);
  await view.state("vod");
  await view.start();
  await view.playedTo(1.2);

  await setting(view, "Audio");
  const languages = view.page.getByRole("menuitemradio");
  assert.deepEqual(await languages.allInnerTexts(), ["Português", "English"]);
  await view.page.getByRole("menuitemradio", { name: "English" }).press("Enter");
  await view.page.keyboard.press("Escape");
  await view.playedOn(1);
  await setting(view, "Audio");
  await view.page.getByRole("menuitemradio", { name: "English", checked: true }).waitFor();
  await view.page.keyboard.press("Escape");

  await setting(view, "Captions");
  await view.page.getByRole("menuitemradio", { name: "Off" }).press("Enter");
  await view.page.keyboard.press("Escape");
  assert.equal(await caption(view), "");
  await view.page.keyboard.press("c");
  await view.page.getByRole("button", { name: "Captions", pressed: true }).waitFor();
  await until(
    "the caption is shown",
    async () => (await caption(view)) === "Había una vez" || undefined,
  );
  assert.deepEqual(view.complaints, []);
  await view.page.close();
});

test("before anybody presses play, no more than the beginning of a film is loaded", async () => {
  const view = await embedPageAt(browser, film.playback.embed);
  const loaded = () =>
    view.page.evaluate(() => {
      const buffered = document.querySelector("oxbow-player").video?.buffered;
      return buffered === undefined || buffered.length === 0 ? 0 : buffered.end(0);
    });
  await view.state("vod");
  await until("the beginning is loaded", async () => (await loaded()) >= 4 || undefined);
  // Time enough to load the rest, were it asked for.
  for (let times = 0; times < 30; times += 1)
    await view.page.evaluate((url) => fetch(url).then(({ status }) => status), film.playback.hls);
  const unplayed = await loaded();
  assert.ok(unplayed < 9, `${unplayed} s are loaded`);
  await view.start();
  await until("the rest is loaded", async () => (await loaded()) > 13 || undefined);
  await view.page.close();
});

test("a link at a time begins a film there", async () => {
  const view = await embedPageAt(browser, `${film.playback.embed}?t=9`);
  await view.state("vod");
  await view.start();
  await view.playedOn(0.5);
  assert.ok((await view.time()) > 9, `${await view.time()} s`);
  await view.page.close();
});
