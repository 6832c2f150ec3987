import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Asset } from "@oxbow/contract";
import { ffmpeg } from "../fixtures/clip.ts";
import { openBrowser } from "./browser.ts";
import { uploaded, uploadFilm } from "./film.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

const library = (path: string): string =>
  fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
const PAGE = `<!doctype html><video muted width=320></video><script src="/hls.js"></script><script src="/shaka.js"></script>`;

let server: ServerProcess;
let folder: string;
let title: Asset;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-languages-"));
  server = await startServer();
  title = await uploadFilm(server, folder);
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A page of another host with both players in it. */
async function players() {
  const files = new Map([
    ["/hls.js", await readFile(library("hls.js/dist/hls.min.js"))],
    ["/shaka.js", await readFile(library("shaka-player/dist/shaka-player.compiled.js"))],
  ]);
  const pages = createServer((request, response) => {
    const script = files.get(request.url ?? "");
    response.setHeader("content-type", script ? "text/javascript" : "text/html");
    response.end(script ?? PAGE);
  });
  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
  const address = pages.address();
  assert.ok(typeof address === "object" && address !== null);
  return {
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: async () => {
      pages.closeAllConnections();
      pages.close();
      await once(pages, "close");
    },
  };
}

/** What a player tells of itself, in the words of both. */
type Seen = {
  readonly time: number;
  readonly languages: readonly string[];
  readonly texts: readonly string[];
  readonly cue: string;
  readonly cueAt: number;
  readonly errors: readonly string[];
};

/**
 * hls.js counts from the first decode time, which is that of a picture before the first one shown where there
 * are B-frames: it tells that it begins those milliseconds later, and goes on.
 */
const SKIPPED = "bufferSeekOverHole";
const HLS_JS = `(() => {
  const video = document.querySelector("video");
  const hls = new Hls();
  window.errors = [];
  hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal || data.details !== ${JSON.stringify(SKIPPED)}) window.errors.push(data.details); });
  hls.loadSource(SOURCE);
  hls.attachMedia(video);
  hls.on(Hls.Events.MANIFEST_PARSED, () => { hls.subtitleDisplay = true; video.play(); });
  window.pick = () => { hls.audioTrack = 1; video.currentTime = 8; };

  window.told = () => [hls.audioTracks.map((track) => track.lang), hls.subtitleTracks.map((track) => track.lang)];
})()`;
const SHAKA = `(async () => {
  const video = document.querySelector("video");
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  window.errors = [];
  player.addEventListener("error", ({ detail }) => window.errors.push(String(detail.code)));
  await player.attach(video);
  await player.load(SOURCE);
  player.setTextTrackVisibility?.(true);
  const [text] = player.getTextTracks();
  if (text) player.selectTextTrack(text);
  window.pick = () => { player.selectAudioLanguage("en"); video.currentTime = 8; };
  window.told = () => [[...new Set(player.getVariantTracks().map((track) => track.language))], player.getTextTracks().map((track) => track.language)];
  await video.play();
})()`;
const LOOK = `(() => {
  const video = document.querySelector("video");
  const cues = [...video.textTracks].flatMap((track) => [...(track.cues ?? [])]);
  const [languages, texts] = window.told?.() ?? [[], []];
  return { time: video.currentTime, languages, texts, cue: cues[0]?.text ?? "", cueAt: cues[0]?.startTime ?? -1, errors: window.errors };
})()`;

for (const [name, script] of [
  ["hls.js", HLS_JS],
  ["shaka-player", SHAKA],
] as const) {
  test(`${name} plays a film, changes its language in mid-play, and shows subtitles in time`, async () => {
    await using pages = await players();
    await using browser = await openBrowser();
    const page = await browser.newPage();
    await page.goto(pages.url);
    await page.evaluate(script.replace("SOURCE", JSON.stringify(title.playback.hls)));
    const look = (): Promise<Seen> => page.evaluate(LOOK);
    const first = await until("the film plays with its subtitles", async () => {
      const seen = await look();
      assert.deepEqual(seen.errors, []);
      return seen.time > 0.5 && seen.cue !== "" ? seen : undefined;
    });
    assert.deepEqual(first.languages.toSorted(), ["en", "pt"]);
    assert.deepEqual(first.texts, ["es"]);
    assert.equal(first.cue, "Había una vez");
    assert.ok(Math.abs(first.cueAt - 1) < 0.1, `the subtitle comes at ${first.cueAt} s`);
    await page.evaluate("window.pick()");
    const later = await until("the film goes on in the other language", async () => {
      const seen = await look();
      return seen.time > 8.5 ? seen : undefined;
    });
    assert.deepEqual(later.errors, []);
  });
}

test("hls.js plays a film whose sound is MP3, as packed audio (rfc8216bis §3.1.3)", async () => {
  const path = join(folder, "mp3.mp4");
  await ffmpeg([
    ...["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=14"],
    ...["-f", "lavfi", "-i", "sine=duration=14", "-c:v", "libx264", "-preset", "veryfast"],
    ...["-g", "50", "-pix_fmt", "yuv420p", "-c:a", "libmp3lame", path],
  ]);
  const mp3 = await uploaded(server, path);
  await using pages = await players();
  await using browser = await openBrowser();
  const page = await browser.newPage();
  await page.goto(pages.url);
  await page.evaluate(HLS_JS.replace("SOURCE", JSON.stringify(mp3.playback.hls)));
  const seen = await until("the film plays", async () => {
    const now: Seen = await page.evaluate(LOOK);
    assert.deepEqual(now.errors, []);
    return now.time > 2 ? now : undefined;
  });
  assert.deepEqual(seen.errors, []);
  const heard: number = await page.evaluate(
    "document.querySelector('video').webkitAudioDecodedByteCount",
  );
  assert.ok(heard > 0, "the sound is decoded");
});
