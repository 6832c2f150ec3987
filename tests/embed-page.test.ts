import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type EmbedServer, startEmbedServer } from "./embed-server.ts";
import { type EmbedView, embedPageAt } from "./embed-view.ts";

let browser: Browser;
let server: EmbedServer;

before(async () => {
  server = await startEmbedServer();
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

const open = (path: string, locale?: string): Promise<EmbedView> =>
  embedPageAt(browser, server.origin + path, locale === undefined ? {} : { locale });

/** Whether controls stand inside the page, as large as a finger needs them. */
async function canBePressed({ page }: EmbedView, controls: readonly string[]): Promise<void> {
  const { width = 0 } = page.viewportSize() ?? {};
  for (const control of controls) {
    const box = await page.locator(control).boundingBox();
    assert.ok(box !== null && box.width >= 44 && box.height >= 44, `${control} is large enough`);
    assert.ok(box.x >= 0 && box.x + box.width <= width, `${control} stands inside`);
  }
}

test("a title waits for the viewer, plays with a picture, and can be played by keyboard", async () => {
  const view = await open("/embed/title");
  await view.state("vod");
  await view.look("vod-start");
  await view.start();
  await view.playedOn(1.5);
  await view.page.mouse.move(400, 300);
  await view.look("vod");
  await view.page.keyboard.press("k");
  await view.page.locator("media-controller[mediapaused]").waitFor();
  assert.ok((await view.time()) < 10, "it was paused, not at its end");
  assert.ok(await view.page.locator(".seek").isVisible());
  assert.ok(await view.page.locator(".live-badge").isHidden());
  assert.deepEqual(view.complaints, []);
  await view.page.close();
});

test("a viewer sees a broadcast begin, lose its signal, come back and end, and then its recording", async () => {
  server.broadcast.show("missing");
  server.offer(undefined);
  const view = await open("/embed/show", "pt-BR");
  await view.state("soon");
  assert.match(await view.says(), /^Começa em breve/);
  assert.equal(await view.page.locator("html").getAttribute("lang"), "pt-BR");
  await view.look("soon");

  server.broadcast.show({ segments: 6, ended: false });
  await view.state("live");
  await view.playedTo(3.2);
  assert.equal(await view.says(), "Ao vivo");
  await view.page.mouse.move(400, 300);
  await view.look("live");
  // A laptop at 400 %, in the language of longer words (WCAG 2.2, 1.4.10).
  await view.page.setViewportSize({ width: 320, height: 256 });
  await canBePressed(view, [".settings", "media-mute-button", "media-fullscreen-button"]);
  await view.page.setViewportSize({ width: 960, height: 540 });

  await view.state("interrupted");
  assert.match(await view.says(), /^Sinal perdido/);
  await view.look("interrupted");

  server.broadcast.show({ segments: 9, ended: false });
  await view.state("live");
  await view.playedTo(6.5);
  server.offer("/vod/index.m3u8");
  server.broadcast.show({ segments: 10, ended: true });
  await view.state("ended");
  assert.ok((await view.time()) > 9.8, "not before the viewer's own end");
  assert.match(await view.says(), /^A transmissão terminou/);
  const button = view.page.getByRole("button", { name: "Assistir à gravação" });
  await button.waitFor();
  await view.look("ended");

  await button.click();
  await view.state("vod");
  await view.playedTo(1);
  await view.page.mouse.move(420, 300);
  await view.look("recording");
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
  await view.look("menu");
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
  await view.look("help");
  await page.keyboard.press("Escape");
  assert.equal(await help.count(), 0);
  await page.setViewportSize({ width: 360, height: 203 });
  await view.look("phone");
  await canBePressed(view, [".settings", ".back10", "media-play-button", "media-mute-button"]);
  assert.deepEqual(view.complaints, []);
  await page.close();
});

test("the next broadcast starts on a page that showed the end of the last one", async () => {
  server.broadcast.show({ segments: 3, ended: true });
  const view = await open("/embed/show");
  await view.state("ended");
  // Its recording may be looked for by now.
  assert.match(await view.says(), /^The transmission has ended/);
  server.broadcast.show({ segments: 6, ended: false });
  await view.state("live");
  await view.playedTo(2);
  await view.page.close();
});

test("a title that is gone is told, in a frame of another site too", async () => {
  const page = await browser.newPage({ locale: "en-GB" });
  // The page around it has no origin at all, as one from a file or a sandbox.
  await page.setContent(
    `<iframe src="${server.origin}/embed/gone" width="640" height="360"></iframe>`,
  );
  const frame = page.frameLocator("iframe");
  await frame.locator('body[data-state="removed"]').waitFor();
  const says = frame.locator(".card [role=status]");
  assert.equal(await says.innerText(), "This video is no longer here");
  await page.close();
});
