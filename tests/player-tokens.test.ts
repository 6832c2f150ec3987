import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PlaybackKey, Stream } from "@oxbow/contract";
import { playerAssets } from "@oxbow/player";
import { signPlayback, withToken } from "@oxbow/sdk";
import type { Browser } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { type EmbedView, embedPageAt } from "./embed-view.ts";
import { type Publisher, publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

let folder = "";
let browser: Browser;
let server: ServerProcess;
let api: ApiClient;
let stream: Stream;
let clip = "";
let encoder: Publisher;
let sign: (
  sub: string,
  claims: { expiresIn?: number; now?: number; jti?: string },
) => Promise<string>;

/** How often a page of the site has asked for a token, and what it is given. */
let asked = 0;
let token = (): Promise<string> => Promise.reject(new Error("No token was wanted"));

/** A site of its own that shows the element, and knows its viewers. */
const SCRIPT = `
const player = document.querySelector("oxbow-player");
const wanted = new URLSearchParams(location.search);
if (wanted.has("renews")) player.getToken = async () => (await fetch("/token")).text();
player.addEventListener("statechange", ({ detail }) => (document.body.dataset.state = detail.at));
player.src = { id: "show", kind: "live", hls: wanted.get("hls") };
`;
const site = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "", "http://localhost");
  if (pathname === "/token") {
    asked += 1;
    void token().then((body) => response.end(body));
    return;
  }
  const send = async (): Promise<void> => {
    const { element } = await playerAssets();
    response.setHeader("content-type", "text/html");
    response.end(`<!doctype html><title>A site</title><body><oxbow-player autoplay></oxbow-player>
<script type="module" src="${server.http}${element}"></script>
<script type="module">${SCRIPT}</script>`);
  };
  void send();
}).listen(0, "127.0.0.1");

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-player-tokens-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 60, gop: 1, width: 320, height: 180, bFrames: 0 });
  server = await startServer();
  api = apiOf(server);
  const playback = { policy: "signed" };
  stream = await api.post("/streams", { name: "show", latency: "low", playback }, Stream);
  const { secret, kid } = await api.post("/playback-keys", { name: "site" }, PlaybackKey);
  sign = (sub, claims) => signPlayback({ key: secret ?? "", kid, sub, expiresIn: 600, ...claims });
  encoder = publish(clip, stream.publish.rtmp.url ?? "");
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await encoder.kill();
  await server[Symbol.asyncDispose]();
  site.closeAllConnections();
  site.close();
  await once(site, "close");
  await rm(folder, { recursive: true });
});

/** The site's page with a token in the stream's URL. */
function open(
  held: string,
  { of = stream, renews = false }: { readonly of?: Stream; readonly renews?: boolean } = {},
): Promise<EmbedView> {
  const address = site.address();
  const port = typeof address === "object" ? address?.port : 0;
  const hls = encodeURIComponent(withToken(of.playback.hls, held));
  return embedPageAt(browser, `http://127.0.0.1:${port}/?hls=${hls}${renews ? "&renews" : ""}`);
}

test("a token is renewed before it expires, without a word", async () => {
  asked = 0;
  token = () => sign(stream.id, {});
  const view = await open(await sign(stream.id, { expiresIn: 7 }), { renews: true });
  await view.state("live");
  // Seven seconds, and five more that are forgiven.
  await view.passed(13);
  await view.playedOn(1);
  assert.equal(asked, 1);
  const told = (await view.told()).map(({ at }) => at);
  assert.ok(!told.includes("expired"), told.join());
  assert.equal(told.at(-1), "live");
  await view.page.close();
});

test("a token that has expired already is exchanged at once", async () => {
  asked = 0;
  const view = await open(await sign(stream.id, { now: Date.now() - 700_000 }), { renews: true });
  await view.state("live");
  await view.playedOn(1);
  assert.equal(asked, 1);
  await view.page.close();
});

test("who has no better token is told that it has expired, or is for something else", async () => {
  const other = await api.post("/streams", { name: "other" }, Stream);
  for (const [held, state, says] of [
    [await sign(stream.id, { now: Date.now() - 700_000 }), "expired", /^Your access has expired/],
    [await sign(other.id, {}), "forbidden", /^You may not watch this/],
    ["not.a.token", "forbidden", /^You may not watch this/],
  ] as const) {
    const view = await open(held);
    await view.state(state);
    assert.match(await view.says(), says);
    await view.page.close();
  }
});

test("where every seat is taken, it is said, and nobody who watches is disturbed", async () => {
  const playback = { policy: "signed", maxViewers: 1 };
  const small = await api.post("/streams", { name: "small", latency: "low", playback }, Stream);
  await using camera = publish(clip, small.publish.rtmp.url ?? "");
  const first = await open(await sign(small.id, { jti: "first" }), { of: small });
  await first.state("live");
  const second = await open(await sign(small.id, { jti: "second" }), { of: small });
  await second.state("full");
  assert.match(await second.says(), /^Every seat is taken/);
  await first.playedOn(1);
  await first.page.close();
  await second.page.close();
  await camera.kill();
});
