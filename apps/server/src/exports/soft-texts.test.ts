import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { Asset, Export } from "@oxbow/contract";
import { plus } from "@oxbow/media";
import { encodeClip } from "./clip-for-tests.ts";
import { decodedPictures, decodedSound } from "./decode-for-tests.ts";
import type { ExportRequest } from "./export-request.ts";
import { ORIGIN, onExports, type Parts, reaches } from "./exports-for-tests.ts";
import { planOf } from "./plan/plan-for-tests.ts";

const run = promisify(execFile);

const root = await mkdtemp(join(tmpdir(), "oxbow-soft-texts-"));
after(() => rm(root, { recursive: true, force: true }));
const clip = await encodeClip(root, "clip", { seconds: 6 });
const small = await encodeClip(root, "small", { seconds: 6, size: "80x46" });
const placed = { clip, origin: ORIGIN };
const onParts = onExports(root, placed);

const SPOKEN = "WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n\n00:11.000 --> 00:12.000\nEleven\n";
const SUNG = "1\n00:00:00,250 --> 00:00:00,750\n<i>Lá</i>\n";

/** The finished asset of an export. */
async function exported(parts: Parts, request: ExportRequest): Promise<Asset> {
  const { id } = await parts.exports.create(request);
  await reaches(parts, id, "ready", "failed");
  const ready = Export.parse(await parts.exports.get(id));
  assert.equal(ready.error, null);
  return Asset.parse(await parts.assets.get(ready.asset ?? ""));
}

/** Lines of times and words of each subtitle track of a file, as ffmpeg finds them. */
async function spokenIn(path: string): Promise<string[][]> {
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-select_streams", "s", "-show_entries", "stream=index"],
    ...["-of", "csv=p=0", path],
  ]);
  const tracks = stdout.split("\n").filter((line) => line !== "");
  return Promise.all(
    tracks.map(async (_line, at) => {
      const map = ["-map", `0:s:${at}`, "-f", "webvtt", "-"];
      const vtt = await run("ffmpeg", ["-v", "error", "-i", path, ...map]);
      return vtt.stdout.split("\n").filter((line) => line !== "" && line !== "WEBVTT");
    }),
  );
}

/** Codec, disposition, language and name of its subtitle tracks. */
async function subtitlesOf(path: string): Promise<string[]> {
  const tags = "stream_disposition=default:stream_tags=language,handler_name";
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-select_streams", "s", "-show_entries", `stream=codec_name:${tags}`],
    ...["-of", "csv=p=0", path],
  ]);
  return stdout.split("\n").filter((line) => line !== "");
}

const pathOf = (folder: string, { id }: Asset, rendition = "source"): string =>
  join(folder, "assets", id, `${rendition}.mp4`);

onParts("soft texts are tracks of each file that is copied", async (parts, folder) => {
  parts.recorded.placed = [placed, { clip: small, origin: ORIGIN, rendition: "46p" }];
  const asset = await exported(parts, {
    ...{ stream: "story", from: plus(ORIGIN, 500), to: plus(ORIGIN, 5000) },
    renditions: ["source", "46p"],
    subtitles: [
      { language: "en", label: "English", text: SPOKEN, timing: "broadcast", default: true },
      { language: "pt-BR", label: "Brasil", text: SUNG, default: true },
      { language: "es", text: "1\n00:01:00,000 --> 00:01:01,000\nnever shown" },
    ],
  });
  for (const rendition of ["source", "46p"]) {
    const path = pathOf(folder, asset, rendition);
    // The broadcast's first picture comes 67 ms after its first tick, the export's 500 ms after it.
    assert.deepEqual(await spokenIn(path), [
      ["00:00.567 --> 00:01.567", "One"],
      ["00:00.250 --> 00:00.750", "<i>Lá</i>"],
    ]);
    assert.deepEqual(await subtitlesOf(path), ["mov_text,0,eng,English", "mov_text,1,por,Brasil"]);
    const bytes = await readFile(path);
    const told = asset.files.find((file) => file.rendition === rendition);
    assert.equal(told?.bytes, bytes.length);
    assert.equal(told?.sha256, createHash("sha256").update(bytes).digest("hex"));
    const heard = await decodedSound(path);
    assert.ok(Math.abs(heard.length / 48_000 - 4.5) < 0.2, `${heard.length}`);
    assert.equal((await decodedPictures(path)).length, 135);
  }
});

onParts("a text is offered once by VOD, and once by a download", async (parts, folder) => {
  const { assets } = parts;
  const asset = await exported(parts, {
    ...{ stream: "story", from: plus(ORIGIN, 500), to: plus(ORIGIN, 5000) },
    subtitles: [{ language: "en", text: SUNG, default: true }],
  });
  const index = await assets.vodRoute(asset.id, "index.m3u8");
  const list = index?.kind === "bytes" ? Buffer.concat(index.body).toString() : "";
  assert.equal(list.match(/TYPE=SUBTITLES/g)?.length, 1);
  const dash = await assets.vodRoute(asset.id, "manifest.mpd");
  const mpd = dash?.kind === "bytes" ? Buffer.concat(dash.body).toString() : "";
  assert.equal(mpd.match(/text\/vtt/g)?.length, 1);
  const answer = await assets.vodRoute(asset.id, "source.mp4", new URLSearchParams("subtitles=1"));
  assert.ok(answer?.kind === "pieces");
  const download = join(folder, "download.mp4");
  await writeFile(
    download,
    await Promise.all(
      answer.pieces.map(async (piece) => {
        if (piece instanceof Uint8Array) return piece;
        await using file = await open(piece.path);
        const bytes = Buffer.alloc(piece.bytes);
        await file.read(bytes, 0, piece.bytes, piece.offset);
        return bytes;
      }),
    ).then((pieces) => Buffer.concat(pieces)),
  );
  assert.deepEqual(await spokenIn(download), await spokenIn(pathOf(folder, asset)));
  assert.equal((await subtitlesOf(download)).length, 1);
  assert.deepEqual(await decodedPictures(download), await decodedPictures(pathOf(folder, asset)));
});

onParts(
  "an exact cut over a filled gap has its texts where they were said",
  async (parts, folder) => {
    parts.recorded.placed = [placed, { clip, origin: plus(ORIGIN, 9000) }];
    const range = { from: plus(ORIGIN, 500), to: plus(ORIGIN, 13_000) };
    const subtitles = [{ language: "en", text: SPOKEN, timing: "broadcast" as const }];
    const asked = { stream: "story", ...range, cut: "exact" as const, subtitles };
    const filled = await exported(parts, { ...asked, gaps: "fill" });
    const first = ["00:00.567 --> 00:01.567", "One"];
    assert.deepEqual(await spokenIn(pathOf(folder, filled)), [
      [...first, "00:10.567 --> 00:11.567", "Eleven"],
    ]);
    // Where it is closed, the media behind it comes as much sooner.
    const closed = await exported(parts, { ...asked, gaps: "skip" });
    const [[, , times = "", word] = []] = await spokenIn(pathOf(folder, closed));
    const [minutes, seconds] = times.split(" ")[0]?.split(":").map(Number) ?? [];
    assert.equal(word, "Eleven");
    assert.equal(minutes, 0);
    assert.ok(Math.abs((seconds ?? 0) - 7.567) < 0.1, times);
  },
);

onParts("sound alone has no text track, and its asset has the text", async (parts, folder) => {
  const asset = await exported(parts, {
    ...{ stream: "story", from: plus(ORIGIN, 500), to: plus(ORIGIN, 5000), tracks: ["audio"] },
    subtitles: [{ language: "en", text: SUNG }],
  });
  assert.deepEqual(await subtitlesOf(pathOf(folder, asset)), []);
  assert.equal(asset.subtitles?.length, 1);
});

void test("texts are asked for once the cut is known, and name other bytes", async () => {
  const plain = await planOf([placed], 500, 5000);
  const timelines: unknown[] = [];
  const texted = (language: string) =>
    planOf([placed], 500, 5000, {
      texts: (timeline) => {
        timelines.push(timeline);
        return [{ language, default: false, cues: [] }];
      },
    });
  const plans = [plain, await texted("en"), await texted("es")];
  assert.deepEqual(
    plans.map(({ texts }) => texts),
    [0, 1, 1],
  );
  assert.equal(new Set(plans.map(({ digest }) => digest)).size, 3);
  const { durationMs, cut, gaps } = plain;
  assert.deepEqual(timelines, [
    { durationMs, cut, gaps },
    { durationMs, cut, gaps },
  ]);
});
