import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import type { AxeResults } from "axe-core";
import type { Browser } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type EmbedServer, type Mood, startEmbedServer } from "./embed-server.ts";
import { type EmbedView, embedPageAt } from "./embed-view.ts";

/** The rules of WCAG 2.2, levels A and AA, as axe-core knows them. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

let axe = "";
let browser: Browser;
let server: EmbedServer;

before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  server = await startEmbedServer();
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** What the functions that run inside the page use of it. */
declare const window: {
  axe: { run(context: unknown, options: unknown): Promise<AxeResults> };
};
declare const document: unknown;
declare const HTMLMediaElement: { prototype: { play(this: void): Promise<void> } };
declare const DOMException: new (message: string, name: string) => Error;

/** Holds what is seen against WCAG. */
async function isClean(view: EmbedView, name: string): Promise<void> {
  const { page } = view;
  // Controls that hide are looked at while they show.
  await page.mouse.move(200 + 100 * Math.random(), 300);
  await page.evaluate(axe);
  const found = await page.evaluate(async (values) => {
    const { violations } = await window.axe.run(document, { runOnly: values });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`);
  }, RULES);
  assert.deepEqual(found, [], name);
  await view.look(`state-${name}`);
}

const open = (path: string): Promise<EmbedView> => embedPageAt(browser, server.origin + path);

/** What pages meet where media is refused, and what stands there. */
const refusals: readonly [string, Mood, string][] = [
  ["loading", "held", "Loading"],
  ["expired", { status: 401, code: "token_expired" }, "Your access has expired"],
  ["forbidden", { status: 403, code: "token_forbidden" }, "You may not watch this"],
  ["full", { status: 429, code: "viewer_limit" }, "Every seat is taken"],
  ["unreachable", { status: 500, code: "internal" }, "The server does not answer"],
];

for (const [state, mood, says] of refusals) {
  test(`${state}: it is said, and nobody is kept out by how`, async () => {
    server.answers(mood);
    const view = await open("/embed/show");
    await view.state(state);
    assert.ok((await view.says()).startsWith(says), await view.says());
    await isClean(view, state);
    await view.page.close();
    server.answers("given");
  });
}

for (const [state, path, says] of [
  ["removed", "/embed/gone", "This video is no longer here"],
  ["unsupported", "/embed/odd", "This browser cannot play this video"],
] as const) {
  test(`${state}: a title says so`, async () => {
    const view = await open(path);
    await view.state(state);
    assert.ok((await view.says()).startsWith(says), await view.says());
    await isClean(view, state);
    await view.page.close();
  });
}

test("a broadcast is accessible from before its beginning to after its end", async () => {
  server.broadcast.show("missing");
  const view = await open("/embed/show");
  await view.state("soon");
  await isClean(view, "soon");
  await view.page.context().setOffline(true);
  await view.state("disconnected");
  await isClean(view, "disconnected");
  await view.page.context().setOffline(false);

  server.broadcast.show({ segments: 9, ended: false });
  await view.state("live");
  await isClean(view, "live");
  await view.page.keyboard.press("Home");
  await view.state("behind");
  await isClean(view, "behind");
  await view.page.keyboard.press("End");
  await view.state("interrupted");
  await isClean(view, "interrupted");

  server.offer("/vod/coming.m3u8");
  server.broadcast.show({ segments: 10, ended: true });
  await view.state("preparing");
  await isClean(view, "preparing");
  server.offer("/vod/index.m3u8");
  const late = await open("/embed/show");
  await late.state("ended");
  await late.page.getByRole("button", { name: "Watch the recording" }).waitFor();
  await isClean(late, "ended");
  await late.page.close();
  await view.page.close();
});

test("a title is accessible with all that can be opened over it", async () => {
  const view = await open("/embed/title");
  const { page } = view;
  await view.state("vod");
  await isClean(view, "vod-waiting");
  await view.start();
  await view.playedOn(0.5);
  await isClean(view, "vod");
  await page.getByRole("button", { name: "Settings" }).press("Enter");
  await page.getByRole("menu").waitFor();
  await isClean(view, "menu");
  await page.getByRole("menuitem", { name: "Speed" }).press("Enter");
  await page.getByRole("menuitemradio", { name: "1.5×" }).waitFor();
  await isClean(view, "menu-page");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Settings" }).press("Enter");
  await page.getByRole("menuitem", { name: /Stats/ }).press("Enter");
  await page.locator(".stats").waitFor();
  await isClean(view, "stats");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await isClean(view, "help");
  await page.close();
});

test("blocked: where a browser lets nothing start by itself, a press does", async () => {
  server.broadcast.show({ segments: 9, ended: false });
  // Chromium always lets silent video start: this is what a phone that saves power does.
  const refuse = (): void => {
    const { play } = HTMLMediaElement.prototype;
    let asked = 0;
    HTMLMediaElement.prototype.play = function refused(): Promise<void> {
      asked += 1;
      if (asked > 2) return Reflect.apply(play, this, []);
      return Promise.reject(new DOMException("Press first", "NotAllowedError"));
    };
  };
  const view = await embedPageAt(browser, `${server.origin}/embed/show`, {
    prepare: (page) => page.addInitScript(refuse).then(() => undefined),
  });
  await view.state("blocked");
  assert.match(await view.says(), /^Press play to watch/);
  await isClean(view, "blocked");
  await view.start();
  await view.state("live", "behind", "interrupted");
  await view.page.close();
});
