import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import * as hls from "hls-parser";
import type { Asset } from "../asset.ts";
import { VodRoutes } from "./vod-routes.ts";

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), "oxbow-vod-"));
after(() => rm(folder, { recursive: true, force: true }));

/** A movie of 25 s whose edit list hides a lead-in: cut at 3.4 s between keyframes, as an export is. */
async function movie(name: string, ...encode: readonly string[]): Promise<string> {
  const [source, file] = [join(folder, `${name}-source.mp4`), join(folder, `${name}.mp4`)];
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=30"];
  const sound = ["-f", "lavfi", "-i", "sine=beep_factor=4:sample_rate=48000"];
  const codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "aac"];
  const gop = ["-g", "60", "-keyint_min", "60", "-sc_threshold", "0", "-pix_fmt", "yuv420p"];
  const full = [...picture, ...sound, "-t", "30", ...codecs, ...gop, ...encode, source];
  await run("ffmpeg", ["-v", "error", "-y", ...full]);
  const cut = ["-ss", "3.4", "-i", source, "-t", "25", "-map", "0", "-c", "copy"];
  await run("ffmpeg", ["-v", "error", "-y", ...cut, "-movflags", "faststart", file]);
  return file;
}

function routesTo(file: string, subtitles: Asset["subtitles"] = []): VodRoutes {
  const asset: Asset = {
    id: "ast_1",
    stream: null,
    broadcast: null,
    export: null,
    title: null,
    durationMs: millis(25_000),
    bytes: 1,
    files: [{ rendition: "source", path: "x", bytes: 1, sha256: null, tracks: [] }],
    metadata: {},
    createdAt: millis(0),
    state: "ready",
    error: null,
    policy: "public",
    subtitles,
  };
  const find = async (id: string): Promise<Asset | undefined> =>
    id === "ast_1" ? asset : undefined;
  return new VodRoutes({ find, resolve: (path) => (path === "x" ? file : path) });
}

async function text(routes: VodRoutes, path: string): Promise<string> {
  const answer = await routes.answer("ast_1", path);
  assert.ok(answer?.kind === "bytes", path);
  return Buffer.concat(answer.body).toString();
}

/** Writes all that the playlists name into a folder, as a client would load it. */
async function mirrored(routes: VodRoutes, name: string): Promise<string> {
  const into = join(folder, name);
  const save = async (path: string): Promise<string> => {
    const answer = await routes.answer("ast_1", path);
    assert.ok(answer?.kind === "bytes", path);
    const body = Buffer.concat(answer.body);
    assert.equal(body.length, answer.bytes);
    await mkdir(dirname(join(into, path)), { recursive: true });
    await writeFile(join(into, path), body);
    return body.toString();
  };
  const index = await save("index.m3u8");
  for (const [, list = ""] of index.matchAll(/^(?:.*URI=")?([\w-]+\.m3u8)"?$/gm)) {
    const playlist = await save(list);
    const paths = [...playlist.matchAll(/^(?:#EXT-X-MAP:URI=")?(p2\/[^"\n]+)"?$/gm)];
    for (const [, path = ""] of paths) await save(path);
  }
  return join(into, "index.m3u8");
}

async function hashes(file: string, map: string): Promise<string[]> {
  const strict = ["-v", "error", "-xerror", "-err_detect", "explode"];
  const output = ["-map", map, "-fps_mode", "passthrough", "-f", "framemd5", "-"];
  const { stdout } = await run("ffmpeg", [...strict, "-i", file, ...output], {
    maxBuffer: 2 ** 26,
  });
  return stdout
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(",").at(-1)?.trim() ?? "");
}

const file = await movie("story");

test("every picture of the file is in the segments once, and the first shown comes first but for its lead-in", async () => {
  const index = await mirrored(routesTo(file), "story-hls");
  const [inFile, inHls] = [await hashes(file, "0:v"), await hashes(index, "0:v")];
  // A player of HLS knows no edit list: it decodes the lead-in too, squeezed into less than a frame.
  const lead = inHls.length - inFile.length;
  assert.ok(lead >= 0 && lead <= 60, `${lead} pictures lead in`);
  assert.deepEqual(inHls.slice(lead), inFile);
  const times = await run("ffprobe", [
    ...["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time"],
    ...["-of", "csv=p=0", index],
  ]);
  const shown = times.stdout
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [Number.parseFloat(line)]))
    .toSorted((a, b) => a - b);
  const [first = 0, second = 0] = [shown[lead], shown[lead + 1]];
  assert.ok(Math.abs(second - first - 1 / 30) < 0.001, "the first picture has its own length");
  assert.ok(first - (shown[0] ?? 0) < 1 / 30, "the lead-in takes less than a frame");
});

test("playlists are exact: segments at keyframes, of 6 s, and as long as the file", async () => {
  const routes = routesTo(file);
  hls.setOptions({ strictMode: true });
  const index = hls.parse(await text(routes, "index.m3u8"));
  assert.ok(index instanceof hls.types.MasterPlaylist);
  const [variant] = index.variants;
  assert.match(variant?.codecs ?? "", /^avc1\.[0-9a-f]{6},mp4a\.40\.2$/);
  assert.deepEqual(variant?.resolution, { width: 160, height: 90 });
  assert.equal(variant?.frameRate, 30);
  assert.ok((variant?.bandwidth ?? 0) >= (variant?.averageBandwidth ?? Number.POSITIVE_INFINITY));
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-show_entries", "stream=duration", "-of", "csv=p=0", file],
  ]);
  const durations = stdout.split("\n").map(Number.parseFloat);
  for (const [at, name] of ["video", "audio"].entries()) {
    const playlist = hls.parse(await text(routes, `${name}.m3u8`));
    assert.ok(playlist instanceof hls.types.MediaPlaylist);
    assert.equal(playlist.playlistType, "VOD");
    assert.equal(playlist.endlist, true);
    const seconds = playlist.segments.map(({ duration }) => duration);
    assert.ok(seconds.every((each) => Math.round(each) <= playlist.targetDuration));
    assert.ok(seconds.slice(1, -1).every((each) => Math.abs(each - 6) < 0.03));
    const sum = seconds.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - (durations[at] ?? 0)) < 0.002, `${name}: ${sum} s`);
  }
});

test("what is asked for twice is the same bytes under the same tag", async () => {
  const routes = routesTo(file);
  const [one, two] = [
    await routes.answer("ast_1", "p2/1/1.m4s"),
    await routesTo(file).answer("ast_1", "p2/1/1.m4s"),
  ];
  assert.ok(one?.kind === "bytes" && two?.kind === "bytes");
  assert.equal(one.etag, two.etag);
  assert.equal(one.cacheControl, "public, max-age=31536000, immutable");
  assert.ok(Buffer.concat(one.body).equals(Buffer.concat(two.body)));
  const whole = await routes.answer("ast_1", "source.mp4");
  assert.deepEqual(whole?.kind === "file" && whole.file, { path: file, offset: 0, bytes: 1 });
});

test("what is not there is undefined, and what is no movie is told as unreadable", async () => {
  const routes = routesTo(file);
  for (const path of [
    "",
    "x",
    "p2/1/999.m4s",
    "p0/1/1.m4s",
    "p2/9/init.mp4",
    "other.mp4",
    "a.m3u8",
  ]) {
    assert.equal(await routes.answer("ast_1", path), undefined, path);
  }
  assert.equal(await routes.answer("ast_2", "index.m3u8"), undefined);
  const noise = join(folder, "noise.mp4");
  await writeFile(noise, (await readFile(file)).subarray(100, 9000));
  await assert.rejects(
    routesTo(noise).answer("ast_1", "index.m3u8"),
    (fault) => fault instanceof Fault && fault.code === "media_unreadable",
  );
});

test("several audio tracks are renditions of one group", async () => {
  const several = join(folder, "several.mp4");
  const maps = ["-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy"];
  const languages = ["-metadata:s:a:0", "language=por", "-metadata:s:a:1", "language=eng"];
  await run("ffmpeg", ["-v", "error", "-y", "-i", file, ...maps, ...languages, several]);
  const index = hls.parse(await text(routesTo(several), "index.m3u8"));
  assert.ok(index instanceof hls.types.MasterPlaylist);
  assert.deepEqual(
    index.variants[0]?.audio.map(({ uri, language }) => [uri, language]),
    [
      ["audio.m3u8", "pt"],
      ["audio-3.m3u8", "en"],
    ],
  );
  await hashes(await mirrored(routesTo(several), "several-hls"), "0:a:1");
});

test("a group of pictures that is too long is cut all the same, and plays", async () => {
  const long = await movie("long", "-g", "2000", "-keyint_min", "2000");
  const routes = routesTo(long);
  const playlist = hls.parse(await text(routes, "video.m3u8"));
  assert.ok(playlist instanceof hls.types.MediaPlaylist);
  assert.ok(playlist.segments.length > 1);
  assert.ok(!(await text(routes, "index.m3u8")).includes("INDEPENDENT-SEGMENTS"));
  const [inFile, inHls] = [
    await hashes(long, "0:v"),
    await hashes(await mirrored(routes, "long-hls"), "0:v"),
  ];
  assert.deepEqual(inHls.slice(inHls.length - inFile.length), inFile);
});

test("a subtitle's text is kept for ever under its own name, and asked for again under its id", async () => {
  const words = join(folder, "sub_1-0a1b.vtt");
  await writeFile(words, "WEBVTT\n\n00:00.000 --> 00:02.000\nOlá\n");
  const about = { language: "pt-BR", label: "Português", kind: "captions" } as const;
  const subtitle = { ...about, id: "sub_1", default: true, forced: false, path: words, bytes: 40 };
  const routes = routesTo(file, [subtitle]);
  const age = async (path: string): Promise<string | undefined> =>
    (await routes.answer("ast_1", path))?.cacheControl;
  const [fixed, asked] = ["public, max-age=31536000, immutable", "public, no-cache"];
  assert.deepEqual(
    await Promise.all(
      ["sub_1-0a1b.vtt", "sub_1-0a1b.m3u8", "sub_1.vtt", "sub_1-ffff.vtt", "sub_1-ffff.m3u8"].map(
        (name) => age(`subtitles/${name}`),
      ),
    ),
    [fixed, fixed, asked, asked, asked],
  );
  assert.deepEqual([await age("index.m3u8"), await age("manifest.mpd")], [asked, asked]);
  assert.match(
    await text(routes, "index.m3u8"),
    /TYPE=SUBTITLES,.*LANGUAGE="pt-BR",DEFAULT=YES,AUTOSELECT=YES.*URI="subtitles\/sub_1-0a1b\.m3u8"/,
  );
  assert.match(await text(routes, "subtitles/sub_1-ffff.m3u8"), /^sub_1-0a1b\.vtt$/m);
  assert.equal(await routes.answer("ast_1", "subtitles/sub_2-0a1b.vtt"), undefined);
});
