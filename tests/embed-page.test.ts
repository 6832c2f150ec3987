import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type EmbedOptions, embedPage, playerAssets } from "@oxbow/player";
import type { Browser } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { type BroadcastOnDisk, broadcastOnDisk } from "./broadcast-on-disk.ts";
import { openBrowser } from "./browser.ts";
import { type EmbedView, embedPageAt } from "./embed-view.ts";

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
  if (path === "/vod/gone.m3u8") return undefined;
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

const open = (path: string, locale?: string): Promise<EmbedView> =>
  embedPageAt(browser, origin + path, locale === undefined ? {} : { locale });

/** Saves what is seen where a person wants to look: SCREENSHOTS=folder. */
async function look(view: EmbedView, name: string): Promise<void> {
  const to = process.env["SCREENSHOTS"];
  if (to !== undefined) await view.page.screenshot({ path: join(to, `${name}.png`) });
}

test("a title waits for the viewer, plays with a picture, and can be played by keyboard", async () => {
  const view = await open("/embed/title");
  await view.state("vod");
  await look(view, "vod-start");
  await view.start();
  await view.playedOn(1.5);
  await view.page.mouse.move(400, 300);
  await look(view, "vod");
  await view.page.keyboard.press("k");
  await view.page.locator("media-controller[mediapaused]").waitFor();
  assert.ok((await view.time()) < 10, "it was paused, not at its end");
  assert.ok(await view.page.locator(".seek").isVisible());
  assert.ok(await view.page.locator(".live-badge").isHidden());
  assert.deepEqual(view.complaints, []);
  await view.page.close();
});

test("a viewer sees a broadcast begin, lose its signal, come back and end, and then its recording", async () => {
  broadcast.show("missing");
  recording = undefined;
  const view = await open("/embed/show", "pt-BR");
  await view.state("soon");
  assert.match(await view.says(), /^Começa em breve/);
  assert.equal(await view.page.locator("html").getAttribute("lang"), "pt-BR");
  await look(view, "soon");

  broadcast.show({ segments: 6, ended: false });
  await view.state("live");
  await view.playedTo(3.2);
  assert.equal(await view.says(), "Ao vivo");
  await view.page.mouse.move(400, 300);
  await look(view, "live");

  await view.state("interrupted");
  assert.match(await view.says(), /^Sinal perdido/);
  await look(view, "interrupted");

  broadcast.show({ segments: 9, ended: false });
  await view.state("live");
  await view.playedTo(6.5);
  recording = "/vod/index.m3u8";
  broadcast.show({ segments: 10, ended: true });
  await view.state("ended");
  assert.ok((await view.time()) > 9.8, "not before the viewer's own end");
  assert.equal(await view.says(), "A transmissão terminou");
  const button = view.page.getByRole("button", { name: "Assistir à gravação" });
  await button.waitFor();
  await look(view, "ended");

  await button.click();
  await view.state("vod");
  await view.playedTo(1);
  await view.page.mouse.move(420, 300);
  await look(view, "recording");
  assert.ok(await view.page.locator(".seek").isVisible());
  assert.deepEqual(view.complaints, []);
  await view.page.close();
});

test("settings open and close by keyboard, keys are listed, and a phone has all it needs", async () => {
  const view = await open("/embed/title");
  await view.state("vod");
  await view.start();
  await view.playedOn(0.5);
  const { page } = view;
  await page.keyboard.press("k");
  await page.getByRole("button", { name: "Settings" }).press("Enter");
  const menu = page.getByRole("menu", { name: "Settings" });
  await menu.waitFor();
  await look(view, "menu");
  await page.getByRole("menuitem", { name: /Speed/ }).press("Enter");
  await page.getByRole("menuitemradio", { name: "1.5×" }).press("Enter");
  assert.match(await page.getByRole("menuitem", { name: /Speed/ }).innerText(), /1\.5×/);
  await page.keyboard.press("Escape");
  assert.equal(await menu.count(), 0);
  assert.ok(
    await page
      .getByRole("button", { name: "Settings" })
      .evaluate((button) => button.matches(":focus")),
  );
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await help.waitFor();
  await look(view, "help");
  await page.keyboard.press("Escape");
  assert.equal(await help.count(), 0);
  await page.setViewportSize({ width: 360, height: 203 });
  await look(view, "phone");
  for (const name of ["Settings", "Back 10 seconds"]) {
    const box = await page.getByRole("button", { name }).boundingBox();
    assert.ok(box !== null && box.width >= 44 && box.height >= 44, name);
    assert.ok(box.x >= 0 && box.x + box.width <= 360, `${name} stands inside`);
  }
  assert.deepEqual(view.complaints, []);
  await page.close();
});

test("the next broadcast starts on a page that showed the end of the last one", async () => {
  broadcast.show({ segments: 3, ended: true });
  const view = await open("/embed/show");
  await view.state("ended");
  assert.equal(await view.says(), "The transmission has ended");
  broadcast.show({ segments: 6, ended: false });
  await view.state("live");
  await view.playedTo(2);
  await view.page.close();
});

test("a title that is gone is told, in a frame of another site too", async () => {
  const page = await browser.newPage({ locale: "en-GB" });
  // The page around it has no origin at all, as one from a file or a sandbox.
  await page.setContent(`<iframe src="${origin}/embed/gone" width="640" height="360"></iframe>`);
  const frame = page.frameLocator("iframe");
  await frame.locator('body[data-state="removed"]').waitFor();
  const says = frame.locator(".card [role=status]");
  assert.equal(await says.innerText(), "This video is no longer here");
  await page.close();
});
