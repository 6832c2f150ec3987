import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Asset, CreatedAsset, Subtitle } from "@oxbow/contract";
import * as tus from "tus-js-client";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
let server: ServerProcess;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-uploads-"));
  server = await startServer();
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const keyed = (): Record<string, string> => ({ authorization: `Bearer ${server.key}` });
const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function made(name: string, ...args: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await run("ffmpeg", ["-v", "error", "-y", ...args, path], { timeout: 60_000 });
  return path;
}

const picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=4"];
const tone = (hertz: number) => ["-f", "lavfi", "-i", `sine=frequency=${hertz}:duration=4`];
const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p"];

async function api(method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${server.http}/api/v1${path}`, {
    method,
    headers: { ...keyed(), "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** The asset when it is neither on its way nor looked into any more. */
function settled(id: string): Promise<Asset> {
  return until(`${id} settles`, async () => {
    const asset = Asset.parse(await api("GET", `/assets/${id}`));
    return asset.state === "ready" || asset.state === "failed" ? asset : undefined;
  });
}

/** The file as the body of POST /assets. */
async function sent(path: string): Promise<Asset> {
  const answer = await fetch(`${server.http}/api/v1/assets?name=x.bin&title=T`, {
    method: "POST",
    headers: { ...keyed(), "content-type": "application/octet-stream" },
    body: await readFile(path),
  });
  const text = await answer.text();
  assert.equal(answer.status, 201, text);
  return settled(Asset.parse(JSON.parse(text)).id);
}

/** How many pictures and sounds ffmpeg decodes, strictly. */
async function decoded(input: string): Promise<Record<string, number>> {
  const { stdout } = await run(
    "ffprobe",
    [
      ...["-v", "error", "-count_frames", "-of", "json"],
      ...["-show_entries", "stream=codec_name,nb_read_frames", input],
    ],
    { timeout: 60_000 },
  );
  const told: { streams: { codec_name: string; nb_read_frames: string }[] } = JSON.parse(stdout);
  return Object.fromEntries(
    told.streams.map(({ codec_name: codec, nb_read_frames: frames }) => [codec, Number(frames)]),
  );
}

const codecs: readonly [name: string, args: readonly string[], told: RegExp][] = [
  [
    "HEVC and AC-3",
    ["-c:v", "libx265", "-x265-params", "log-level=0", "-c:a", "ac3"],
    /hvc1.*ac-3/,
  ],
  ["AV1 and Opus", ["-c:v", "libsvtav1", "-preset", "12", "-c:a", "libopus"], /av01.*opus/],
  ["H.264 and MP3", [...x264, "-c:a", "libmp3lame"], /GROUP-ID="audio-mp3"/],
  [
    "H.264 and E-AC-3 in fragments",
    [...x264, "-c:a", "eac3", "-movflags", "frag_keyframe+delay_moov+default_base_moof"],
    /avc1.*ec-3/,
  ],
  [
    "HEVC in hev1, QuickTime",
    [
      "-c:v",
      "libx265",
      "-x265-params",
      "log-level=0",
      "-tag:v",
      "hev1",
      "-c:a",
      "aac",
      "-f",
      "mov",
    ],
    /hvc1.*mp4a\.40\.2/,
  ],
];
for (const [name, args, told] of codecs) {
  test(`${name}: every picture and sound of the file comes out of its HLS`, async () => {
    const path = await made(
      `${name.replaceAll(/\W/g, "")}.mp4`,
      ...picture,
      ...tone(440),
      "-strict",
      "-2",
      ...args,
    );
    const asset = await sent(path);
    assert.equal(asset.state, "ready", JSON.stringify(asset.error));
    assert.equal(asset.sha256, hashOf(await readFile(path)));
    const index = await (await fetch(asset.playback.hls)).text();
    assert.match(index, told);
    assert.deepEqual(await decoded(asset.playback.hls), await decoded(path));
  });
}

test("what can't be packaged is refused with what, which track, and what to do; none is listed", async () => {
  const good = await made("good.mp4", ...picture, ...tone(440), ...x264, "-c:a", "aac");
  assert.equal((await sent(good)).state, "ready");
  const bytes = await readFile(good);
  const cut = join(folder, "cut.mp4");
  await writeFile(cut, bytes.subarray(0, bytes.length / 2));
  const noise = join(folder, "noise.mp4");
  await writeFile(noise, randomBytes(5000));
  const files: readonly [string, string, RegExp, number | null][] = [
    [cut, "media_unreadable", /moov/, null],
    [noise, "media_unreadable", /./, null],
    [
      await made("a.mpegts", ...picture, ...x264, "-f", "mpegts"),
      "media_unreadable",
      /transport stream/,
      null,
    ],
    [await made("a.mkv", ...picture, ...x264), "media_unreadable", /Matroska/, null],
    [
      await made(
        "vp9.mp4",
        ...picture,
        "-t",
        "1",
        "-c:v",
        "libvpx-vp9",
        "-deadline",
        "realtime",
        "-cpu-used",
        "8",
      ),
      "codec_unsupported",
      /vp9/,
      1,
    ],
    [await made("m4v.mp4", ...picture, "-c:v", "mpeg4"), "codec_unsupported", /mp4v/, 1],
  ];
  for (const [path, code, what, track] of files) {
    const { state, error, id } = await sent(path);
    assert.equal(state, "failed", path);
    const [problem] = error?.problems ?? [];
    assert.deepEqual([error?.code, problem?.track], [code, track], path);
    assert.match(problem?.what ?? "", what);
    assert.ok((problem?.advice.length ?? 0) > 10);
    const play = await fetch(`${server.http}/vod/${id}/index.m3u8`);
    assert.equal(play.status, 409);
    await until("its file is gone", async () =>
      stat(join(server.data, "assets", id)).then(
        () => undefined,
        () => true,
      ),
    );
  }
  const listed = JSON.stringify(await api("GET", "/assets?limit=200"));
  assert.ok(!listed.includes('"state":"failed"') && listed.includes('"state":"ready"'));
  assert.match(JSON.stringify(await api("GET", "/assets?state=failed")), /transport stream/);
});

/** Sends as tus does until `enough` bytes are there, or all. */
function resumed(path: string, url: string, enough = Number.POSITIVE_INFINITY): Promise<number> {
  return new Promise((resolve, reject) => {
    let last = 0;
    const upload = new tus.Upload(createReadStream(path), {
      uploadUrl: url,
      chunkSize: 100_000,
      retryDelays: [],
      onError: reject,
      onSuccess: () => resolve(last),
      onProgress: (bytes) => (last = bytes),
      onChunkComplete: (_size, accepted) => {
        last = accepted;
        if (accepted >= enough) void upload.abort().then(() => resolve(accepted), reject);
      },
    });
    upload.start();
  });
}

test("an upload that is cut off, and its server killed, goes on where it was, with the same SHA-256", async () => {
  const path = await made("large.mp4", ...picture, ...x264, "-crf", "1", "-movflags", "+faststart");
  const { size } = await stat(path);
  assert.ok(size > 500_000, `${size}`);
  const wish = { title: "Large", upload: { name: "large.mp4", bytes: size } };
  const { id, upload } = CreatedAsset.parse(await api("POST", "/assets", wish));
  assert.ok(upload);
  const first = await resumed(path, upload.url, size / 3);
  assert.ok(first < size);
  await server.kill();
  await server.restart();
  const head = await fetch(upload.url, { method: "HEAD", headers: { "tus-resumable": "1.0.0" } });
  assert.equal(head.headers.get("upload-length"), String(size));
  const kept = Number(head.headers.get("upload-offset"));
  assert.ok(kept >= first, `${kept} of ${first}`);
  assert.equal(await resumed(path, upload.url), size);
  const asset = await settled(id);
  assert.deepEqual([asset.state, asset.sha256], ["ready", hashOf(await readFile(path))]);
  const again = await fetch(upload.url, { method: "PUT", body: "x" });
  assert.ok([404, 409].includes(again.status), "a token is good once");
});

test("tus 1.0.0: creation, wrong offset, wrong checksum, another version, termination", async () => {
  const version = { "tus-resumable": "1.0.0" };
  const create = await fetch(`${server.http}/api/v1/uploads`, {
    method: "POST",
    headers: {
      ...keyed(),
      ...version,
      "upload-length": "10",
      "upload-metadata": `filename ${btoa("a.mp4")}`,
    },
  });
  assert.equal(create.status, 201);
  const url = create.headers.get("location") ?? "";
  const piece = { ...version, "content-type": "application/offset+octet-stream" };
  const patch = async (headers: Record<string, string>, body: string) => {
    const answer = await fetch(url, { method: "PATCH", headers: { ...piece, ...headers }, body });
    return [answer.status, answer.headers.get("upload-offset")];
  };
  const sum = (text: string): string => `sha1 ${createHash("sha1").update(text).digest("base64")}`;
  assert.deepEqual(
    await patch({ "upload-offset": "0", "upload-checksum": sum("01234") }, "01234"),
    [204, "5"],
  );
  assert.deepEqual(await patch({ "upload-offset": "0" }, "56789"), [409, "5"]);
  assert.deepEqual(
    (await patch({ "upload-offset": "5", "upload-checksum": sum("other") }, "56"))[0],
    460,
  );
  assert.deepEqual(
    (await patch({ "upload-offset": "5", "upload-checksum": "crc32 AAAA" }, "56"))[0],
    400,
  );
  assert.deepEqual((await patch({ "upload-offset": "5", "tus-resumable": "0.2.2" }, "56"))[0], 412);
  assert.deepEqual(
    (await patch({ "upload-offset": "5", "content-type": "text/plain" }, "56"))[0],
    415,
  );
  assert.deepEqual((await patch({ "upload-offset": "5" }, "5678901"))[0], 413);
  const head = await fetch(url, { method: "HEAD", headers: version });
  assert.deepEqual(
    [head.status, head.headers.get("cache-control"), head.headers.get("upload-length")],
    [200, "no-store", "10"],
  );
  const abilities = await fetch(url, { method: "OPTIONS" });
  assert.match(
    abilities.headers.get("tus-extension") ?? "",
    /creation.*termination.*checksum.*expiration/,
  );
  assert.equal((await fetch(url, { method: "DELETE", headers: version })).status, 204);
  assert.equal((await fetch(url, { method: "HEAD", headers: version })).status, 404);
  const stranger = { ...version, "upload-length": "10" };
  const refused = await fetch(`${server.http}/api/v1/uploads`, {
    method: "POST",
    headers: stranger,
  });
  assert.equal(refused.status, 401);
  const large = { ...keyed(), ...version, "upload-length": String(2 ** 45) };
  const much = await fetch(`${server.http}/api/v1/uploads`, { method: "POST", headers: large });
  assert.equal(much.status, 413);
});

test("renditions, languages and subtitles of several files are one title", async () => {
  const sounds = [...tone(440), ...tone(880), "-map", "0:v", "-map", "1:a", "-map", "2:a"];
  const languages = ["-metadata:s:a:0", "language=por", "-metadata:s:a:1", "language=eng"];
  const large = await made("l.mp4", ...picture, ...sounds, ...x264, "-c:a", "aac", ...languages);
  const small = await made("s.mp4", "-i", large, "-map", "0:v", "-vf", "scale=160:90", ...x264);
  const files = [large, small];
  const uploads = await Promise.all(
    files.map(async (path, at) => ({
      name: path,
      bytes: (await stat(path)).size,
      rendition: at === 0 ? "source" : "90p",
    })),
  );
  const { id, uploads: tickets = [] } = CreatedAsset.parse(
    await api("POST", "/assets", { uploads }),
  );
  for (const [at, ticket] of tickets.entries()) {
    const body = await readFile(files[at] ?? "");
    assert.equal((await fetch(ticket.url, { method: "PUT", body })).status, 204);
  }
  const asset = await settled(id);
  assert.equal(asset.state, "ready", JSON.stringify(asset.error));
  assert.deepEqual(
    asset.files.map(({ rendition }) => rendition),
    ["source", "90p"],
  );
  const text = async (query: string, body: string) => {
    const answer = await fetch(`${server.http}/api/v1/assets/${id}/subtitles?${query}`, {
      method: "POST",
      headers: { ...keyed(), "content-type": "text/vtt" },
      body,
    });
    assert.equal(answer.status, 201);
    return Subtitle.parse(await answer.json());
  };
  await text("language=pt-BR&default=true", "1\n00:00:01,000 --> 00:00:02,000\nvelho\n");
  const words = await text(
    "language=pt-br&default=true",
    "1\n00:00:01,000 --> 00:00:02,000\nOlá\n",
  );
  const captions = await text(
    "language=en&kind=captions",
    "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n",
  );
  const index = await (await fetch(asset.playback.hls)).text();
  assert.equal(index.match(/#EXT-X-STREAM-INF/g)?.length, 2);
  assert.match(index, /TYPE=SUBTITLES.*LANGUAGE="pt-BR",DEFAULT=YES/);
  assert.match(index, /TYPE=AUDIO.*NAME="Português",LANGUAGE="pt",DEFAULT=YES/);
  const vtt = await (await fetch(words.url)).text();
  assert.match(vtt, /^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00\.000\n\n00:00:01\.000/);
  assert.match(vtt, /Olá/);
  assert.deepEqual(await decoded(words.url), { webvtt: 1 });
  // As programs of Windows wrote it: no UTF-8.
  const windows = Buffer.from("1\n00:00:01,000 --> 00:00:02,000\nOl\u00e1 de novo\n", "latin1");
  const replaced = await fetch(`${server.http}/api/v1/assets/${id}/subtitles/${words.id}`, {
    method: "PUT",
    headers: { ...keyed(), "content-type": "application/x-subrip" },
    body: windows,
  });
  const { url: newer, ...others } = Subtitle.parse(await replaced.json());
  const { url: older, bytes: _, ...same } = words;
  assert.deepEqual(others, { ...same, bytes: others.bytes });
  assert.match(await (await fetch(newer)).text(), /Olá de novo/);
  assert.notEqual(newer, older, "a cache can't show the old text");
  await api("DELETE", `/assets/${id}/subtitles/${captions.id}`);
  assert.ok(!(await (await fetch(asset.playback.hls)).text()).includes("Hello"));
  assert.equal((await fetch(captions.url)).status, 404);
  const part = await fetch(asset.files[1]?.url ?? "", { headers: { range: "bytes=0-99" } });
  assert.deepEqual([part.status, (await part.arrayBuffer()).byteLength], [206, 100]);
});

test("bodies go to the disk as they come: memory does not grow with the file", async () => {
  const path = join(folder, "big");
  const send = async (bytes: number): Promise<void> => {
    const wish = { upload: { name: "big", bytes } };
    const { id, upload } = CreatedAsset.parse(await api("POST", "/assets", wish));
    await using file = await open(path, "w");
    await file.truncate(bytes);
    const curl = ["-sS", "-f", "-T", path, upload?.url ?? ""];
    await run("curl", curl, { timeout: 60_000 });
    assert.equal((await settled(id)).state, "failed");
  };
  const peak = async (): Promise<number> => {
    const status = await readFile(`/proc/${server.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024;
  };
  await send(96 * 2 ** 20);
  const warm = await peak();
  await send(384 * 2 ** 20);
  const grown = (await peak()) - warm;
  assert.ok(grown < 96 * 2 ** 20, `${grown} bytes more`);
});
