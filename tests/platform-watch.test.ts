import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { createClient } from "@oxbow/sdk";
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

/** A file of a video's whole broadcast; its asset. */
async function exported(id: string): Promise<string> {
  const { url: http, key } = { url: platform.server.http, key: platform.server.key };
  const media = createClient({ url: http, key });
  const video = await ana.call("videos.mine");
  const broadcast = video.items.find((one) => one.id === id)?.broadcast ?? "";
  const made = await media.exports.create({ broadcast });
  return until("the file is there", async () => {
    const { state, asset } = await media.exports.get(made.id);
    return state === "ready" && asset !== null ? asset : undefined;
  });
}

/** The page is still the one that was opened: it was not loaded anew. */
const loads = (view: EmbedView): Promise<number> =>
  view.page.evaluate(() => performance.getEntriesByType("navigation").length);

declare const performance: { getEntriesByType(type: "navigation"): readonly unknown[] };
declare const document: {
  readonly activeElement: { readonly textContent: string | null } | null;
  querySelector(selector: "oxbow-player"): { readonly video?: { readonly currentTime: number } };
};
type Found = { textContent: string | null; getAttribute(name: string): string | null };
declare class DOMParser {
  parseFromString(
    text: string,
    type: string,
  ): {
    querySelector(selector: string): Found | null;
    querySelectorAll(selector: string): Iterable<Found>;
  };
}

test("one address is a plan, a broadcast and its recording, and each viewer sees the end when he gets there", async (t) => {
  const video = await ana.call("videos.plan", {
    body: { title: "The dragon's tale", description: "See https://dragons.example/." },
  });
  const address = `${platform.http}/watch/${video.id}`;
  const view = await embedPageAt(browser, address);
  await view.page.getByText("Starting soon").waitFor();
  await view.look("watch-soon");

  const encoder = publish(clip, url, { input: ["-t", "9"] });
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
  // The file that is made of it takes the recording's place, where this viewer is offered it.
  const asset = await exported(video.id);
  await ana.call("videos.publishFile", { params: { video: video.id }, body: { asset } });
  await late.page.getByRole("link", { name: "Download" }).waitFor();
  const asked = late.page.waitForRequest((request) => request.url().includes(`/vod/${asset}/`));
  await late.page.getByRole("button", { name: "Watch the recording" }).click();
  await asked;
  await told(late, "vod");
  for (const { complaints } of [view, late]) assert.deepEqual(complaints, []);
  assert.deepEqual([await loads(view), await loads(late)], [1, 1]);

  const { video: left, playback } = await siteCaller(platform.http).call("videos.view", {
    params: { video: video.id },
  });
  assert.deepEqual([left.state, left.source, left.asset], ["ended", "file", asset]);
  assert.ok(playback.player?.hls.includes("/vod/"));
  assert.equal(left.markers[0]?.label, "Fire");
  assert.ok((left.markers[0]?.seconds ?? 0) > 0, "a moment is a chapter of the file");
  await view.page.close();
  await late.page.close();
});

/** Runs inside the browser, whose parsers are those of everybody. */
function readPage([html, kind]: readonly [string, "text/html" | "text/xml"]) {
  const parsed = new DOMParser().parseFromString(html, kind);
  const texts = (selector: string, attribute?: string): (string | null)[] =>
    [...parsed.querySelectorAll(selector)].map((found) =>
      attribute === undefined ? found.textContent : found.getAttribute(attribute),
    );
  return {
    broken: parsed.querySelector("parsererror")?.textContent ?? null,
    titles: texts("title"),
    links: texts("link, loc"),
    guids: texts("guid"),
    canonical: texts('link[rel="canonical"]', "href"),
    oembed: texts('link[type="application/json+oembed"]', "href"),
    feeds: texts('link[type="application/rss+xml"]', "href"),
    images: texts('meta[property="og:image"]', "content"),
    players: texts('meta[property="og:video:url"]', "content"),
    robots: texts('meta[name="robots"]', "content"),
    data: texts('script[type="application/ld+json"]'),
  };
}

test("programs read what the page is: search engines, other sites, feed readers", async () => {
  const { items } = await ana.call("videos.mine");
  const id = items[0]?.id ?? "";
  const page = `${platform.http}/watch/${id}`;
  const tab = await browser.newPage();
  const read = async (at: string, kind: "text/html" | "text/xml") => {
    const text = await (await fetch(at)).text();
    const found = await tab.evaluate(readPage, [text, kind] as const);
    assert.equal(found.broken, null, text);
    return found;
  };
  const said = await read(page, "text/html");
  assert.deepEqual(said.titles, ["The dragon's tale · Oxbow"]);
  assert.deepEqual(said.canonical, [page]);
  assert.deepEqual(said.players, [`${platform.http}/embed/${id}`]);
  assert.deepEqual(said.robots, []);
  const data: unknown = JSON.parse(said.data[0] ?? "");
  assert.ok(typeof data === "object" && data !== null && "publication" in data);
  assert.equal("@type" in data && data["@type"], "VideoObject");
  const picture = await fetch(said.images[0] ?? "");
  assert.deepEqual([picture.status, picture.headers.get("content-type")], [200, "image/jpeg"]);

  const oembed = `${said.oembed[0]}&maxwidth=640`;
  const embedded: unknown = await (await fetch(oembed)).json();
  assert.ok(typeof embedded === "object" && embedded !== null && "html" in embedded);
  assert.deepEqual(
    { ...embedded, html: "", thumbnail_url: "" },
    {
      type: "video",
      version: "1.0",
      title: "The dragon's tale",
      author_name: "Ana",
      author_url: `${platform.http}/c/ana`,
      provider_name: "Oxbow",
      provider_url: `${platform.http}/`,
      cache_age: 300,
      thumbnail_url: "",
      thumbnail_width: 640,
      thumbnail_height: 360,
      width: 640,
      height: 360,
      html: "",
    },
  );
  const xml = await read(oembed.replace("format=json", "format=xml"), "text/xml");
  assert.deepEqual(xml.titles, ["The dragon's tale"]);
  const asked = (query: string) => fetch(`${platform.http}/oembed?${query}`);
  assert.equal((await asked("url=https://other.test/watch/vid_1")).status, 404);
  assert.equal((await asked(`url=${page}&format=yaml`)).status, 501);

  assert.deepEqual(said.feeds, [`${platform.http}/c/ana/rss.xml`]);
  for (const feed of [...said.feeds, `${platform.http}/rss.xml`])
    assert.deepEqual((await read(feed ?? "", "text/xml")).guids, [page]);
  const map = await read(`${platform.http}/sitemap.xml`, "text/xml");
  assert.deepEqual(map.links, [`${platform.http}/`, `${platform.http}/c/ana`, page]);
  for (const nothing of ["/watch/vid_unknown", "/c/nobody", "/no/such/page"])
    assert.equal((await fetch(platform.http + nothing)).status, 404, nothing);
  await tab.close();

  const embed = await embedPageAt(browser, `${platform.http}/embed/${id}`);
  await embed.state("vod");
  await embed.start();
  await embed.playedOn(1);
  assert.deepEqual(embed.complaints, []);
  await embed.page.close();
});

test("before any script the picture and the title stand where they will stay", async () => {
  const { items } = await ana.call("videos.mine");
  const places = async (
    viewport: { width: number; height: number },
    javaScriptEnabled: boolean,
  ) => {
    const context = await browser.newContext({ viewport, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${platform.http}/watch/${items[0]?.id}`);
    if (javaScriptEnabled) await page.locator("oxbow-player").waitFor({ state: "attached" });
    const found = [page.locator("header a svg").first(), page.locator("main img").first()];
    const boxes = await Promise.all(
      [...found, page.locator("main h1")].map((one) => one.boundingBox()),
    );
    await context.close();
    return boxes;
  };
  for (const width of [375, 1280]) {
    const viewport = { width, height: 800 };
    const first = await places(viewport, false);
    assert.ok(first.every((box) => box !== null && box.width > 0 && box.height > 0));
    assert.deepEqual(first, await places(viewport, true));
  }
});

test("the page is used by keyboard alone", async () => {
  const { items } = await ana.call("videos.mine");
  const view = await embedPageAt(browser, `${platform.http}/watch/${items[0]?.id}`);
  const { page } = view;
  await told(view, "vod");
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  const share = page.getByRole("button", { name: "Share" });
  for (let steps = 0; steps < 60 && (await focused()) !== "Share"; steps++)
    await page.keyboard.press("Tab");
  assert.equal(await focused(), "Share", "it is reached, and nothing on the way holds the focus");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Share this video" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await focused(), "Share", "the focus comes back");
  await share.waitFor();
  const moment = page.getByRole("button", { name: /: Fire$/ });
  await moment.focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(
    () => (document.querySelector("oxbow-player").video?.currentTime ?? 0) > 0,
  );
  await page.close();
});

test("a private video is nobody's, and its page says so", async () => {
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
  const oembed = await fetch(`${platform.http}/oembed?url=${platform.http}/watch/${id}`);
  assert.equal(oembed.status, 401);
  for (const list of ["/rss.xml", "/sitemap.xml"])
    assert.ok(!(await (await fetch(platform.http + list)).text()).includes(id), list);
});
