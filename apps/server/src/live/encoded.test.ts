import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { FlvDemuxer, readAudioTag, readVideoTag } from "@oxbow/containers";
import {
  AUDIO_TRACK,
  type Frame,
  millis,
  parseAudioSpecificConfig,
  parseAvcConfig,
  type Track,
  VIDEO_TIMESCALE,
  VIDEO_TRACK,
} from "@oxbow/media";
import { makeClip } from "../../../../fixtures/clip.ts";
import { createPackager } from "../packager/index.ts";
import { LiveWindow } from "./live-window.ts";

const SECONDS = 7;
const PICTURES = SECONDS * 30;
const origin = millis(1_763_841_600_000);

let folder: string;
let frames: Frame[];
let tracks: Track[];

/** What an encoder publishes: 7 s of H.264 with B-frames and AAC, read from FLV as RTMP carries it. */
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-live-"));
  const path = join(folder, "clip.flv");
  await makeClip(path, { duration: SECONDS, width: 320, height: 180, output: ["-f", "flv"] });
  frames = [];
  tracks = [];
  for (const tag of new FlvDemuxer().push(await readFile(path))) {
    const { timestamp, body } = tag;
    if (tag.kind === "script") continue;
    const read = tag.kind === "video" ? readVideoTag(body) : readAudioTag(body);
    const [id, timescale] =
      tag.kind === "video" ? [VIDEO_TRACK, VIDEO_TIMESCALE] : [AUDIO_TRACK, 48_000];
    if (read.is === "config") {
      const config =
        tag.kind === "video" ? parseAvcConfig(read.record) : parseAudioSpecificConfig(read.record);
      tracks.push({ id, timescale, language: "und", config });
    } else if (read.is === "frame") {
      const ticks = timescale / 1000;
      const { key, data } = read;
      frames.push({
        track: id,
        dts: timestamp * ticks,
        cto: read.compositionTime * ticks,
        key,
        data,
      });
    }
  }
});

after(async () => {
  await rm(folder, { recursive: true });
});

/** A window that holds all that an encoder sent in this many connections. */
function published(connections: number, awayMs: number): LiveWindow {
  const window = new LiveWindow({
    stream: { id: "str_1", name: "story" },
    broadcast: "brd_1",
    segmentMs: 2000,
    windowSegments: 100,
    firstMediaSequence: 0,
    firstDiscontinuitySequence: 0,
    now: () => millis(origin + SECONDS * 1000),
  });
  let stretches = 0;
  const cut = createPackager({
    stream: "str_1",
    broadcast: "brd_1",
    rendition: "source",
    partMs: 500,
    segmentMs: 2000,
    longestSegmentMs: 12_000,
    nextSegment: 0,
    newStretchId: () => `stt_${++stretches}`,
    outputs: [window],
  });
  for (let connection = 0; connection < connections; connection += 1) {
    cut.begin({ reason: connection === 0 ? "start" : "reconnect", tracks, origin });
    const away = (connection * (SECONDS * 1000 + awayMs)) / 1000;
    for (const frame of frames) {
      const timescale = frame.track === VIDEO_TRACK ? VIDEO_TIMESCALE : 48_000;
      cut.frame({ ...frame, dts: frame.dts + away * timescale });
    }
    cut.interrupt();
  }
  window.ended();
  return window;
}

async function run(program: "ffmpeg" | "ffprobe", args: readonly string[]): Promise<string> {
  const child = spawn(program, ["-hide_banner", "-v", "error", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  const closed = new Promise((resolve) => child.once("close", resolve));
  const [out, told, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  assert.deepEqual([code, told], [0, ""]);
  return out;
}

function bodyOf(window: LiveWindow, path: string): readonly Uint8Array[] {
  const answer = window.route(path);
  assert.ok(answer !== undefined && "body" in answer, path);
  return answer.body;
}

/** Serves what the window's routes answer; rules of its own it has none. */
async function served(window: LiveWindow, read: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    const answer = window.route(request.url?.slice("/live/story/".length) ?? "");
    if (answer === undefined || !("body" in answer)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": answer.contentType });
    for (const buffer of answer.body) response.write(buffer);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const address: AddressInfo | string | null = server.address();
    assert.ok(address !== null && typeof address === "object");
    await read(`http://127.0.0.1:${address.port}/live/story/index.m3u8`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test("a section and its segments, one after another, decode without a fault, every frame", async () => {
  const window = published(1, 0);
  for (const kind of ["video", "audio"] as const) {
    const track = kind === "video" ? 1 : 2;
    const parts = [...bodyOf(window, `stt_1/${track}/init.mp4`)];
    for (let number = 0; number < window.nextMediaSequence; number += 1) {
      parts.push(...bodyOf(window, `stt_1/${track}/${number}.m4s`));
    }
    const path = join(folder, `${kind}.mp4`);
    await writeFile(path, Buffer.concat(parts));
    await run("ffmpeg", ["-xerror", "-err_detect", "explode", "-i", path, "-f", "null", "-"]);
    const counted = await run("ffprobe", [
      "-count_frames",
      "-show_entries",
      "stream=nb_read_frames,nb_read_packets",
      "-count_packets",
      "-of",
      "csv=p=0",
      path,
    ]);
    const sent = frames.filter(
      (frame) => frame.track === (kind === "video" ? VIDEO_TRACK : AUDIO_TRACK),
    );
    const [decoded, packets] = counted.trim().split(",").map(Number);
    assert.equal(packets, sent.length);
    assert.equal(decoded, sent.length);
  }
});

test("ffmpeg plays the window over HTTP and decodes every picture", async () => {
  await served(published(1, 0), async (url) => {
    const counted = await run("ffprobe", [
      "-count_frames",
      "-show_entries",
      "stream=codec_type,width,height,nb_read_frames",
      "-of",
      "csv=p=0",
      url,
    ]);
    const heard = frames.filter((frame) => frame.track === AUDIO_TRACK).length;
    assert.match(counted, new RegExp(`^video,320,180,${PICTURES}$`, "m"));
    assert.match(counted, new RegExp(`^audio,${heard}$`, "m"));
    await run("ffmpeg", ["-xerror", "-err_detect", "explode", "-i", url, "-f", "null", "-"]);
  });
});

test("ffprobe reads on over a reconnect: all pictures of both connections, the second after the time away", async () => {
  await served(published(2, 2500), async (url) => {
    const out = await run("ffprobe", [
      "-select_streams",
      "v",
      "-show_entries",
      "packet=pts_time",
      "-of",
      "csv=p=0",
      url.replace("index", "video"),
    ]);
    const times = out
      .trim()
      .split("\n")
      .map(Number)
      .toSorted((a, b) => a - b);
    assert.equal(times.length, 2 * PICTURES);
    const [first = Number.NaN] = times;
    assert.equal(times[PICTURES], Number((first + SECONDS + 2.5).toFixed(6)));
  });
});
