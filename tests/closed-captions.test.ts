import assert from "node:assert/strict";
import { execFile } from "node:child_process";

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Asset, Broadcast, Export, Stream } from "@oxbow/contract";
import type { Browser } from "playwright-core";
import { z } from "zod";
import { faultsOf } from "../fixtures/check-mpd.ts";
import { ffmpeg } from "../fixtures/clip.ts";
import { makeCaptionedClip } from "../fixtures/closed-captions.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { type EmbedView, embedPageAt } from "./embed-view.ts";
import { uploaded, uploadFilm } from "./film.ts";
import { publish } from "./publisher.ts";
import { playerAt } from "./second-engine-view.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const SECONDS = 12;
const Broadcasts = z.object({ items: z.array(Broadcast) });

let folder = "";
let clip = "";
let server: ServerProcess;
let api: ApiClient;
let browser: Browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-captions-"));
  clip = join(folder, "captions.flv");
  await makeCaptionedClip(clip, {
    duration: SECONDS,
    captions: [
      { from: 1, to: 5, text: "HELLO WORLD" },
      { from: 6, to: 11, text: "STILL HERE" },
      { from: 2, to: 4, text: "OLA", channel: "CC3" },
    ],
  });
  server = await startServer();
  api = apiOf(server);
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The captions of the first channel in a file's pictures, as ffmpeg decodes them: `1 5 HELLO WORLD`. */
async function captionsIn(path: string): Promise<string[]> {
  const source = ["-f", "lavfi", "-i", `movie=${path}[out+subcc]`, "-map", "0:s", "-f", "srt", "-"];
  const { stdout } = await run("ffmpeg", ["-v", "error", ...source]);
  return stdout
    .trim()
    .split("\n\n")
    .map((block) => {
      const [, times = "", ...lines] = block.split("\n");
      const seconds = times.split(" --> ").map((time) => {
        const [hours = 0, minutes = 0, rest = 0] = time.replace(",", ".").split(":").map(Number);
        return hours * 3600 + minutes * 60 + rest;
      });
      return `${seconds.join(" ")} ${lines.join(" ").replace(/<[^>]*>|\{[^}]*\}/g, "")}`;
    });
}

/** A hash of each coded picture. */
async function picturesOf(path: string): Promise<string[]> {
  const { stdout } = await run("ffmpeg", [
    ...["-v", "error", "-i", path, "-map", "0:v", "-c", "copy", "-bsf:v", "h264_mp4toannexb"],
    ...["-f", "framehash", "-hash", "md5", "-"],
  ]);
  return [...stdout.matchAll(/^[^#].*([0-9a-f]{32})$/gm)].map(([, hash]) => hash ?? "");
}

const TOLD = ["1 5 HELLO WORLD", "6 11 STILL HERE"];

/** What the functions that run inside the page use of it. */
declare const document: {
  querySelector(selector: "oxbow-player"): {
    video?: {
      textTracks: Iterable<{
        kind: string;
        mode: string;
        activeCues: { length: number; [at: number]: { text: string } } | null;
      }>;
    };
  };
};

/** Turns captions on by key, and waits for one of these words over the picture. */
async function sees(view: EmbedView, words: RegExp): Promise<void> {
  const shown = (): Promise<string> =>
    view.page.evaluate(() => {
      const { video } = document.querySelector("oxbow-player");
      const tracks = [...(video?.textTracks ?? [])];
      const on = tracks.find(({ kind, mode }) => kind !== "metadata" && mode === "showing");
      return on?.activeCues?.[0]?.text ?? "";
    });
  await until("the button for captions is there", async () => {
    const offered = await view.page.getByRole("button", { name: "Captions" }).count();
    return offered > 0 || undefined;
  });
  await view.page.keyboard.press("c");
  await until("the caption is shown", async () => words.test(await shown()) || undefined);
}

test("a live viewer reads the captions of the source", async () => {
  const talk = join(folder, "talk.flv");
  // As long as it takes a viewer to come; an engine knows a caption when the next one takes its place.
  const captions = Array.from({ length: 30 }, (_, at) => {
    return { from: 2 * at + 1, to: 2 * at + 3, text: `LINE ${at}` };
  });
  const second = { from: 2, to: 4, text: "OLA", channel: "CC3" } as const;
  await makeCaptionedClip(talk, { duration: 62, captions: [...captions, second] });
  const stream = await api.post("/streams", { name: "talk" }, Stream);
  await using encoder = publish(talk, stream.publish.rtmp.url ?? "");
  await until("the stream is live", async () => {
    const { state } = await api.get("/streams/talk", Stream);
    return state === "live" || undefined;
  });
  const view = await embedPageAt(browser, stream.playback.embed);
  await view.state("live");
  await sees(view, /LINE \d+/);
  assert.deepEqual(servicesOf(await index(stream.playback.hls ?? "")), ["CC1", "CC3"]);
  await view.page.close();
  await encoder.kill();
});

test("captions of the source reach the archive and exports as they were sent", async (t) => {
  assert.deepEqual(await captionsIn(clip), TOLD);
  const wish = { name: "captions", ladder: ["90p"] };
  const stream = await api.post("/streams", wish, Stream);
  assert.equal(await publish(clip, stream.publish.rtmp.url ?? "").done, 0);
  const [broadcast] = await until("the broadcast is over", async () => {
    const { items } = await api.get("/streams/captions/broadcasts", Broadcasts);
    return items[0]?.state === "ended" ? items : undefined;
  });
  assert.ok(broadcast);

  await t.test("an export has every picture bit for bit, and so does the archive", async () => {
    const { playback } = await exported(broadcast.id, "source");
    const file = await saved(playback.mp4, "source.mp4");
    assert.deepEqual(await captionsIn(file), TOLD);
    const sent = await picturesOf(clip);
    assert.equal(sent.length, SECONDS * 30);
    assert.deepEqual(await picturesOf(file), sent);
    assert.deepEqual(servicesOf(await index(playback.hls)), ["CC1", "CC3"]);
    const recorded = join(folder, "archive.mp4");
    await ffmpeg(["-i", String(broadcast.playback.hls), "-c", "copy", recorded]);
    assert.deepEqual(await picturesOf(recorded), sent);
  });

  await t.test("what is encoded anew has them too", async () => {
    const { playback } = await exported(broadcast.id, "90p");
    assert.deepEqual(await captionsIn(await saved(playback.mp4, "90p.mp4")), TOLD);
    assert.deepEqual(servicesOf(await index(playback.hls)), ["CC1", "CC3"]);
  });
});

/** A copy of the whole broadcast in one quality. */
async function exported(broadcast: string, rendition: string): Promise<Asset> {
  const job = await api.post("/exports", { broadcast, renditions: [rendition] }, Export);
  const asset = await until("the export is over", async () => {
    const { asset: made, error } = await api.get(`/exports/${job.id}`, Export);
    assert.equal(error ?? null, null);
    return made ?? undefined;
  });
  return api.get(`/assets/${asset}`, Asset);
}

async function saved(url: string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, Buffer.from(await (await fetch(url)).arrayBuffer()));
  return path;
}

/** The captions that a multivariant playlist tells. */
const servicesOf = (text: string): (string | undefined)[] =>
  [...text.matchAll(/TYPE=CLOSED-CAPTIONS.*INSTREAM-ID="(\w+)"/g)].map(([, service]) => service);

const index = async (url: string): Promise<string> => (await fetch(url)).text();

test("a title's playlist tells its captions, and a viewer reads them", async () => {
  const path = join(folder, "captions.mp4");
  await ffmpeg(["-i", clip, "-c", "copy", path]);
  const asset = await uploaded(server, path);
  const told = await index(asset.playback.hls);
  assert.deepEqual(servicesOf(told), ["CC1", "CC3"]);
  assert.match(told, /#EXT-X-STREAM-INF:.*CLOSED-CAPTIONS="closed-captions"/);
  const view = await embedPageAt(browser, asset.playback.embed);
  await view.state("vod");
  await view.start();
  await view.playedTo(1.2);
  await sees(view, /HELLO WORLD/);
  assert.deepEqual(view.complaints, []);
  await view.page.close();
});

test("another engine finds a title's captions in its MPD, and shows them", async () => {
  const path = join(folder, "dash.mp4");
  await ffmpeg(["-i", clip, "-c", "copy", path]);
  const { playback } = await uploaded(server, path);
  const told = await index(playback.dash ?? "");
  assert.deepEqual(faultsOf(told), []);
  assert.match(
    told,
    /<Accessibility schemeIdUri="urn:scte:dash:cc:cea-608:2015" value="CC1=und;CC3=und"/,
  );
  await using player = await playerAt(browser, "shaka", playback.dash ?? "", false, 0.1);
  await player.hasCue("<c.white.bg_black>HELLO WORLD</c>");
  assert.deepEqual(player.complaints, []);
});

test("a title without captions says that there are none", async () => {
  const film = await uploadFilm(server, folder);
  assert.match(await index(film.playback.hls), /#EXT-X-STREAM-INF:.*CLOSED-CAPTIONS=NONE/);
});

test("captions in HEVC are found too", async () => {
  const path = join(folder, "hevc.mp4");
  const captions = [{ from: 1, to: 2.5, text: "HELLO WORLD" }];
  await makeCaptionedClip(path, { duration: 3, codec: "hevc", captions });
  const asset = await uploaded(server, path);
  assert.deepEqual(servicesOf(await index(asset.playback.hls)), ["CC1"]);
});
