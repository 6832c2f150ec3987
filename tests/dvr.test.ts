import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Broadcast, Marker, Stream } from "@oxbow/contract";
import * as hls from "hls-parser";
import { makeClip } from "../fixtures/clip.ts";
import { apiOf } from "./api.ts";
import { openBrowser } from "./browser.ts";
import { eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const SECONDS = 24;
const SPEED = 2;

hls.setOptions({ strictMode: true });
const run = promisify(execFile);
const SHAKA = createRequire(import.meta.url).resolve("shaka-player/dist/shaka-player.compiled.js");

let folder = "";
let server: ServerProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-dvr-"));
  await makeClip(join(folder, "clip.flv"), { duration: SECONDS, width: 320, height: 180, gop: 2 });
  server = await startServer();
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function read(url: string): Promise<string> {
  const answer = await fetch(url);
  assert.equal(answer.status, 200, url);
  return answer.text();
}

function segmentsOf(text: string): readonly hls.types.Segment[] {
  const playlist = hls.parse(text);
  assert.ok(playlist instanceof hls.types.MediaPlaylist);
  return playlist.segments;
}

/** Reloads a running playlist as its own answers say, until it has an end. */
async function follow(
  url: string,
): Promise<{ readonly texts: string[]; readonly endedAt: number }> {
  const texts = [await read(url)];
  for (let last = texts[0] ?? ""; !last.includes("#EXT-X-ENDLIST"); ) {
    last = await read(`${url}&_HLS_msn=${segmentsOf(last).length}`);
    texts.push(last);
  }
  return { texts, endedAt: Date.now() };
}

test("a broadcast is rewound while it runs, marked, followed to its end, and played fast", async (t) => {
  const api = apiOf(server);
  await using log = eventLogOf(server);
  const stream = await api.post("/streams", { name: "dvr" }, Stream);
  await using encoder = publish(join(folder, "clip.flv"), stream.publish.rtmp.url ?? "", {
    speed: SPEED,
  });
  await log.find("playback_ready");
  const id = (await api.get("/streams/dvr", Stream)).broadcast ?? "";
  const from = Date.parse((await api.get(`/broadcasts/${id}`, Broadcast)).from);
  const list = (name: string): string => `${server.http}/dvr/dvr/${name}.m3u8?from=${from}`;
  const following = follow(list("video"));
  // Failures are met where these are awaited.
  following.catch(() => undefined);
  const ended = log.find("broadcast_ended").then(() => Date.now());
  ended.catch(() => undefined);

  await t.test(
    "§4.4.5.1: a marker is told live and recorded, and no more when it is removed",
    async () => {
      const marker = await api.post("/streams/dvr/markers", { label: "Kick-off" }, Marker);
      assert.equal(marker.broadcast, id);
      const line = new RegExp(
        `DATERANGE:ID="${marker.id}",CLASS="oxbow.marker",.*X-LABEL="Kick-off"`,
      );
      const lists = [list("video"), `${server.http}/live/dvr/video.m3u8?dvr=1`];
      for (const url of lists) assert.match(await read(url), line);
      const gone = await fetch(`${server.http}/api/v1/markers/${marker.id}`, {
        method: "DELETE",
        headers: { authorization: `Bearer ${server.key}` },
      });
      assert.equal(gone.status, 204);
      for (const url of lists) assert.doesNotMatch(await read(url), line);
      const early = { label: "early", at: from - 1000 };
      const refusal = await api.refusal("/streams/dvr/markers", early);
      assert.deepEqual(refusal, { status: 400, code: "invalid_request" });
    },
  );

  await t.test("§6.2.1: the playlist only grows, and ends with the broadcast", async () => {
    assert.equal(await encoder.done, 0);
    const { texts, endedAt } = await following;
    const last = texts.at(-1) ?? "";
    const said = (text: string): string[] =>
      text.split("\n").filter((line) => line !== "" && !/DATERANGE|ENDLIST/.test(line));
    for (const text of texts) assert.deepEqual(said(text), said(last).slice(0, said(text).length));
    assert.ok(texts.length >= SECONDS / 2 - 2, `${texts.length} answers`);
    assert.equal(segmentsOf(last).length, SECONDS / 2);
    const late = endedAt - (await ended);
    assert.ok(late < 500, `the end came ${late} ms after the event`);
  });

  await t.test("§4.4.3.6: each segment's first picture is decoded by itself", async () => {
    const pictures = segmentsOf(await read(list("iframes")));
    const args = ["-v", "error", "-of", "json", "-show_entries", "frame=pict_type,pts_time"];
    const { stdout, stderr } = await run("ffprobe", [...args, list("iframes")], {
      timeout: 30_000,
    });
    assert.equal(stderr, "");
    const { frames } = JSON.parse(stdout);
    assert.ok(Array.isArray(frames));
    assert.deepEqual(
      frames.map(({ pict_type: type }) => type),
      pictures.map(() => "I"),
    );
    const times = frames.map(({ pts_time: time }) => Number(time));
    assert.deepEqual(
      times.map((time) => Math.round((time - (times[0] ?? 0)) * 1000)),
      pictures.map((_, at) => at * 2000),
    );
  });

  await t.test("a player that goes fast plays pictures alone", async () => {
    await using browser = await openBrowser();
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.setContent("<video muted></video>");
    await page.addScriptTag({ path: SHAKA });
    const script = `(async () => {
      const video = document.querySelector("video");
      const player = new shaka.Player();
      const errors = [];
      player.addEventListener("error", (event) => errors.push(event.detail.code));
      await player.attach(video);
      await player.load(${JSON.stringify(list("index"))}, 0);
      await video.play();
      player.trickPlay(8);
      const reached = await new Promise((resolve) => {
        const look = () => {
          if (video.currentTime > 12 || errors.length > 0) resolve(video.currentTime);
        };
        video.addEventListener("timeupdate", look);
        setTimeout(() => resolve(video.currentTime), 15000);
      });
      const size = [video.videoWidth, video.videoHeight];
      await player.destroy();
      return { reached, errors, size };
    })()`;
    const played: unknown = await page.evaluate(script);
    assert.ok(typeof played === "object" && played !== null && "reached" in played);
    assert.ok(Number(played.reached) > 12, JSON.stringify(played));
    assert.deepEqual({ ...played, reached: 0 }, { reached: 0, errors: [], size: [320, 180] });
    assert.ok(asked.filter((url) => url.endsWith(".iframe.m4s")).length > 3, asked.join("\n"));
  });
});
