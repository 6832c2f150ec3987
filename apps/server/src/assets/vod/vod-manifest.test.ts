import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { millis } from "@oxbow/media";
import { faultsOf } from "../../../../../fixtures/check-mpd.ts";
import type { Asset } from "../asset.ts";
import { VodRoutes } from "./vod-routes.ts";

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), "oxbow-vod-mpd-"));
after(() => rm(folder, { recursive: true, force: true }));

/** A movie of 14 s, a keyframe every 2 s, with as many sounds as there are tones. */
async function movie(name: string, width: number, tones: readonly number[]): Promise<string> {
  const file = join(folder, `${name}.mp4`);
  const picture = ["-f", "lavfi", "-i", `testsrc2=size=${width}x90:rate=30`];
  const sounds = tones.flatMap((tone) => ["-f", "lavfi", "-i", `sine=frequency=${tone}`]);
  const maps = [0, ...tones.keys()].flatMap((_, at) => ["-map", String(at)]);
  const gop = ["-g", "60", "-keyint_min", "60", "-sc_threshold", "0", "-pix_fmt", "yuv420p"];
  const codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "aac"];
  const tongues = ["-metadata:s:a:0", "language=por", "-metadata:s:a:1", "language=eng"];
  const output = ["-t", "14", ...codecs, ...gop, ...tongues.slice(0, tones.length * 2), file];
  await run("ffmpeg", ["-v", "error", "-y", ...picture, ...sounds, ...maps, ...output]);
  return file;
}

const subtitle = { kind: "subtitles", default: false, forced: false, bytes: 4000 } as const;

function routesTo(...names: readonly string[]): VodRoutes {
  const files = names.map((name) => ({
    ...{ rendition: name, path: `${name}.mp4`, bytes: 1, sha256: null, tracks: [] },
  }));
  const asset: Asset = {
    ...{ id: "ast_1", stream: null, broadcast: null, export: null, title: null },
    ...{ durationMs: millis(14_000), bytes: 1, files, metadata: {}, createdAt: millis(0) },
    ...{ state: "ready", error: null, policy: "public" },
    subtitles: [
      { ...subtitle, id: "sub_1", language: "por", label: "Português", path: "sub_1-a1.vtt" },
      // As rows have it that were written before texts had names of their own.
      {
        ...{ ...subtitle, id: "sub_2", language: "und", label: "Placas", forced: true },
        path: "sub_2.vtt",
      },
    ],
  };
  return new VodRoutes({ find: async () => asset, resolve: (path) => join(folder, path) });
}

async function bytesAt(routes: VodRoutes, path: string): Promise<Buffer> {
  const answer = await routes.answer("ast_1", path);
  assert.ok(answer?.kind === "bytes", path);
  return Buffer.concat(answer.body);
}

/** Width and number of pictures of each video stream. */
async function framesIn(input: string): Promise<string[]> {
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-count_frames", "-select_streams", "v"],
    // From the disk ffmpeg takes WebVTT only where it is told to; over HTTP it does not ask.
    ...(input.endsWith(".mpd") ? ["-allowed_extensions", "ALL"] : []),
    ...["-show_entries", "stream=width,nb_read_frames", "-of", "csv=p=0", input],
  ]);
  return stdout.split("\n").filter((line) => line !== "");
}

test("a title with renditions and languages is one DASH period, and ffmpeg reads every picture of it", async () => {
  await movie("source", 320, [440, 660]);
  await movie("small", 160, []);
  for (const name of ["sub_1-a1.vtt", "sub_2.vtt"]) {
    await writeFile(join(folder, name), "WEBVTT\n\n00:00.000 --> 00:02.000\nOlá\n");
  }
  const routes = routesTo("source", "small");
  const text = (await bytesAt(routes, "manifest.mpd")).toString();
  assert.deepEqual(faultsOf(text), []);
  const sets = [...text.matchAll(/<AdaptationSet.*?<\/AdaptationSet>/gs)].map(([set]) => [
    /contentType="(\w+)"/.exec(set)?.[1],
    / lang="(\w+)"/.exec(set)?.[1],
    /role:2011" value="([\w-]+)"/.exec(set)?.[1],
    [...set.matchAll(/<Representation /g)].length,
  ]);
  assert.deepEqual(sets, [
    ["video", undefined, "main", 2],
    ["audio", "pt", "main", 1],
    ["audio", "en", "alternate", 1],
    ["image", undefined, undefined, 1],
    ["text", "pt", "subtitle", 1],
    ["text", undefined, "forced-subtitle", 1],
  ]);
  const named = [...text.matchAll(/<BaseURL>(.*?)<\/BaseURL>/g)].map(([, uri]) => uri);
  assert.deepEqual(named, ["subtitles/sub_1-a1.vtt", "subtitles/sub_2.vtt"]);
  // A keyframe each 2 s: every tile of the finest grid has one.
  const [sheets] = /<AdaptationSet[^>]*contentType="image".*?<\/AdaptationSet>/s.exec(text) ?? [];
  assert.match(sheets ?? "", /thumbnail_tile" value="5x5"/);
  assert.match(
    sheets ?? "",
    / duration="50" startNumber="0" media="thumbnails\/2-160x46\/\$Number\$\.jpg"/,
  );
  assert.match(text, / mediaPresentationDuration="PT14S" /);

  const into = join(folder, "mirror");
  const save = async (path: string): Promise<void> => {
    const body = await bytesAt(routes, path);
    await mkdir(dirname(join(into, path)), { recursive: true });
    await writeFile(join(into, path), body);
  };
  await save("manifest.mpd");
  for (const uri of named) await save(uri ?? "");
  const [, root = ""] = /media="(\w+)\/\$RepresentationID\$/.exec(text) ?? [];
  for (const [, id] of text.matchAll(/<Representation id="(\d+)"/g)) {
    await save(`${root}/${id}/init.mp4`);
    for (const number of [0, 1, 2]) await save(`${root}/${id}/${number}.m4s`);
  }
  // ffmpeg names each stream twice: alone, and in the programme that a manifest is to it. Of a second
  // rendition its reader of manifests leaves out a picture that is in the segments.
  assert.ok((await framesIn(join(into, "manifest.mpd"))).includes("320,420"));
  for (const [id, width] of [
    ["1", 320],
    ["2", 160],
  ] as const) {
    const pieces = ["init.mp4", "0.m4s", "1.m4s", "2.m4s"];
    const bytes = await Promise.all(pieces.map((one) => bytesAt(routes, `${root}/${id}/${one}`)));
    await writeFile(join(into, `${id}.mp4`), Buffer.concat(bytes));
    assert.deepEqual(await framesIn(join(into, `${id}.mp4`)), [`${width},420`]);
  }
});

test("MP3 is not listed: no browser plays it in segments whose times a manifest tells", async () => {
  const file = join(folder, "old.mp4");
  const inputs = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=30", "-f", "lavfi", "-i", "sine"];
  const codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "600", "-c:a", "libmp3lame"];
  await run("ffmpeg", ["-v", "error", "-y", ...inputs, "-t", "12", ...codecs, file]);
  const text = (await bytesAt(routesTo("old"), "manifest.mpd")).toString();
  assert.deepEqual(faultsOf(text), []);
  assert.doesNotMatch(text, /contentType="audio"/);
  assert.match(text, /contentType="video"/);
  // One keyframe in twelve seconds: a tile every 30 s has it, finer ones would be empty.
  assert.match(text, /thumbnails\/30-/);
});

test("rfc8216bis §4.4.6.2: variants of HDR say so by the pictures' transfer function", async () => {
  const file = join(folder, "hdr.mp4");
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=30", "-t", "4"];
  for (const [transfer, range] of [
    ["smpte2084", "PQ"],
    ["arib-std-b67", "HLG"],
  ] as const) {
    const colour = [
      "-color_primaries",
      "bt2020",
      "-color_trc",
      transfer,
      "-colorspace",
      "bt2020nc",
    ];
    const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
    await run("ffmpeg", ["-v", "error", "-y", ...picture, ...codec, ...colour, file]);
    const text = (await bytesAt(routesTo("hdr"), "index.m3u8")).toString();
    assert.equal(text.match(new RegExp(`VIDEO-RANGE=${range}`, "g"))?.length, 2, text);
  }
  await movie("plain", 160, []);
  const text = (await bytesAt(routesTo("plain"), "index.m3u8")).toString();
  assert.doesNotMatch(text, /VIDEO-RANGE/);
});
