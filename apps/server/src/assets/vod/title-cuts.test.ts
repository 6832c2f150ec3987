import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import * as hls from "hls-parser";
import { loadTitle } from "./load-title.ts";
import { picturePlaylist, trackPlaylist } from "./playlists.ts";
import type { Title } from "./title.ts";
import { loadAside } from "./title-loader.ts";
import { titlePlaylist } from "./title-playlist.ts";

const run = promisify(execFile);
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-cuts-"));
});
after(() => rm(folder, { recursive: true, force: true }));

type Encode = { readonly gop: number; readonly size?: string; readonly audio?: readonly string[] };

async function file(rendition: string, { gop, size = "160x90", audio }: Encode) {
  const path = join(folder, `${rendition}-${gop}.mp4`);
  const gops = ["-g", `${gop}`, "-keyint_min", `${gop}`, "-sc_threshold", "0", "-bf", "2"];
  const tone = audio === undefined ? [] : ["-f", "lavfi", "-i", "sine=duration=20"];
  const picture = ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=25:duration=20`];
  const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", ...gops];
  await run("ffmpeg", ["-v", "error", "-y", ...picture, ...tone, ...x264, ...(audio ?? []), path]);
  return { rendition, path };
}

function segmentsOf(title: Title): number[][] {
  return title.tracks.map((track) => {
    const playlist = hls.parse(trackPlaylist(title, track));
    assert.ok(playlist instanceof hls.types.MediaPlaylist);
    assert.equal(playlist.targetDuration, title.targetDuration, "§6.2.4");
    assert.ok(
      playlist.segments.every(({ duration }) => Math.round(duration) <= title.targetDuration),
    );
    return playlist.segments.map(({ duration }) => Math.round(duration * 100) / 100);
  });
}

test("renditions are cut at the same times where their keyframes allow (rfc8216bis §6.2.4)", async () => {
  const files = [await file("source", { gop: 50 }), await file("low", { gop: 75, size: "80x46" })];
  const title = await loadTitle(files);
  assert.equal(title.aligned, true);
  assert.deepEqual(segmentsOf(title), [
    [6, 6, 6, 2],
    [6, 6, 6, 2],
  ]);
  hls.setOptions({ strictMode: true });
  const index = hls.parse(titlePlaylist(title, []));
  assert.ok(index instanceof hls.types.MasterPlaylist);
  const shown = index.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  assert.deepEqual(
    shown.map(({ uri, resolution }) => [uri, resolution?.width]),
    [
      ["video.m3u8", 160],
      ["video-low.m3u8", 80],
    ],
  );
});

test("renditions whose keyframes never meet are cut each by its own, and stay valid", async () => {
  const files = [await file("source", { gop: 50 }), await file("low", { gop: 480, size: "80x46" })];
  const title = await loadTitle(files);
  assert.equal(title.aligned, false);
  const [source, low] = segmentsOf(title);
  assert.deepEqual(source, [6, 6, 6, 2]);
  assert.equal(
    low?.reduce((sum, each) => sum + each),
    20,
  );
});

test("a rendition brings no second sound of the same language, another codec is another group", async () => {
  const aac = ["-c:a", "aac"];
  const both = ["-map", "0:v", "-map", "1:a", "-map", "1:a", "-c:a:0", "aac", "-c:a:1", "ac3"];
  const files = [
    await file("source", { gop: 50, audio: both }),
    await file("low", { gop: 50, size: "80x46", audio: aac }),
  ];
  const title = await loadTitle(files);
  assert.deepEqual(
    title.tracks.map(({ name }) => name),
    ["video", "video-low", "audio", "audio-4"],
  );
  const index = titlePlaylist(title, []);
  assert.deepEqual(
    [...index.matchAll(/CODECS="([^"]*)".*AUDIO="([^"]*)"/g)].map(([, codecs, group]) => [
      codecs?.split(",")[1],
      group,
    ]),
    [
      ["mp4a.40.2", "audio-aac"],
      ["mp4a.40.2", "audio-aac"],
      ["ac-3", "audio-ac3"],
      ["ac-3", "audio-ac3"],
    ],
  );
});

test("every keyframe stands in the I-frame playlist until the next (rfc8216bis §4.4.3.6)", async () => {
  const title = await loadTitle([await file("source", { gop: 50 })]);
  const [track] = title.tracks;
  assert.ok(track);
  const playlist = hls.parse(picturePlaylist(track));
  assert.ok(playlist instanceof hls.types.MediaPlaylist);
  assert.equal(playlist.isIFrame, true);
  assert.deepEqual(
    playlist.segments.map(({ duration }) => Math.round(duration * 100) / 100),
    Array.from({ length: 10 }, () => 2),
  );
});

test("a thread reads the same title, and takes at most 25 bytes a sample", async () => {
  const one = await file("source", { gop: 50, audio: ["-c:a", "aac"] });
  const [here, there] = [await loadTitle([one]), await loadAside([one], 0)];
  assert.deepEqual(there, here);
  const { tracks, memory } = await loadTitle([one]);
  const samples = tracks.reduce((sum, { samples: { count } }) => sum + count, 0);
  const perSegment = tracks.reduce((sum, { seconds }) => sum + (seconds.length + 1) * 150, 0);
  assert.ok((memory - perSegment) / samples <= 25, `${memory} bytes for ${samples}`);
});
