import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Asset, Subtitle } from "@oxbow/contract";
import { ffmpeg } from "../fixtures/clip.ts";
import { apiOf } from "./api.ts";
import { uploaded } from "./film.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const run = promisify(execFile);
let folder = "";
let server: ServerProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-subtitles-"));
  server = await startServer();
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const picture = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=4"];
const coded = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

/** A film of four seconds with these texts as tracks. */
async function film(name: string, ...texts: readonly (readonly [string, string])[]) {
  const paths = texts.map((_, at) => join(folder, `${name}-${at}.srt`));
  for (const [at, [, text]] of texts.entries()) await writeFile(paths[at] ?? "", text);
  const path = join(folder, `${name}.mp4`);
  await ffmpeg([
    ...[...picture, ...paths.flatMap((each) => ["-i", each])],
    ...["-map", "0", ...paths.flatMap((_, at) => ["-map", String(at + 1)])],
    ...texts.flatMap(([language], at) => [`-metadata:s:s:${at}`, `language=${language}`]),
    ...[...coded, "-c:s", "mov_text", path],
  ]);
  return uploaded(server, path);
}

const srt = (...cues: readonly string[]): string =>
  cues
    .map((text, at) => `${at + 1}\n00:00:0${at},500 --> 00:00:0${at + 1},250\n${text}\n`)
    .join("\n");

const textAt = async (url: string): Promise<string> => (await fetch(url)).text();

/** What ffmpeg writes. */
async function said(...args: readonly string[]): Promise<string> {
  return (await run("ffmpeg", ["-v", "error", ...args])).stdout;
}

/** Sends a text; the answer's status, and the subtitle or what was wrong. */
async function send(method: "POST" | "PUT", path: string, body: string | Uint8Array<ArrayBuffer>) {
  const answer = await fetch(`${server.http}/api/v1/assets/${path}`, {
    method,
    headers: { authorization: `Bearer ${server.key}`, "content-type": "text/plain" },
    body,
  });
  const told: unknown = await answer.json();
  return { status: answer.status, told };
}

test("the subtitle tracks of an uploaded film are its subtitles", async () => {
  const [words, hello, hi] = [srt("Olá <i>mundo</i>", "tchau"), srt("Hello"), srt("Hi")];
  const asset = await film("three", ["por", words], ["eng", hello], ["eng", hi]);
  const listed = (asset.subtitles ?? []).map(({ language, label, default: shown, kind }) => {
    return { language, label, shown, kind };
  });
  assert.deepEqual(listed, [
    { language: "pt", label: "Português", shown: true, kind: "subtitles" },
    { language: "en", label: "English", shown: false, kind: "subtitles" },
    { language: "en", label: "English 2", shown: false, kind: "subtitles" },
  ]);
  assert.equal(
    await textAt(asset.subtitles?.[0]?.url ?? ""),
    "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n00:00:00.500 --> 00:00:01.250\nOlá <i>mundo</i>\n\n00:00:01.500 --> 00:00:02.250\ntchau\n",
  );
  assert.match(await textAt(asset.playback.hls), /TYPE=SUBTITLES.*LANGUAGE="pt",DEFAULT=YES/);
  const twin = asset.subtitles?.[2]?.id ?? "";
  const { status } = await send("PUT", `${asset.id}/subtitles/${twin}`, srt("Hey"));
  assert.equal(status, 200);
});

test("a film whose subtitles can't be read is a film without them", async () => {
  const asset = await film("long", ["por", srt("longo ".repeat(5000))]);
  assert.deepEqual([asset.state, asset.subtitles], ["ready", []]);
});

test("a text that is replaced keeps id and place, and no cache can show the old one", async () => {
  const { id } = await film("replaced");
  const first = await send("POST", `${id}/subtitles?language=en&default=true`, srt("one"));
  const other = await send("POST", `${id}/subtitles?language=es&default=true`, srt("uno"));
  const old = Subtitle.parse(first.told);
  const latin = Buffer.from(srt("Ação"), "latin1");
  const put = await send("PUT", `${id}/subtitles/${old.id}?language=pt-BR`, latin);
  assert.equal(put.status, 200);
  const now = Subtitle.parse(put.told);
  assert.equal(now.id, old.id);
  assert.notEqual(now.url, old.url);
  assert.match(await textAt(now.url), /\nAção\n/);
  assert.match(await textAt(old.url), /\nAção\n/);
  const ages = [await fetch(now.url), await fetch(old.url)].map(({ headers }) =>
    headers.get("cache-control"),
  );
  assert.deepEqual(ages, ["public, max-age=31536000, immutable", "public, no-cache"]);
  const { subtitles, playback } = await apiOf(server).get(`/assets/${id}`, Asset);
  assert.deepEqual(
    subtitles?.map(({ language, default: shown }) => [language, shown]),
    [
      ["pt-BR", false],
      ["es", true],
    ],
  );
  const index = await fetch(playback.hls);
  assert.equal(index.headers.get("cache-control"), "public, no-cache");
  assert.ok((await index.text()).includes(`subtitles/${now.url.split("/").at(-1)?.slice(0, -4)}`));
  const taken = await send("PUT", `${id}/subtitles/${now.id}?language=es`, srt("dos"));
  assert.deepEqual([taken.status, other.status], [409, 201]);
});

test("a download has the subtitles that the asset has now, and its media as they are", async () => {
  const asset = await film("download", ["por", srt("velho")]);
  await send("POST", `${asset.id}/subtitles?language=pt&default=true`, srt("novo <b>!</b>"));
  await send("POST", `${asset.id}/subtitles?language=en`, srt("new"));
  const plain = join(folder, "plain.mp4");
  const texted = join(folder, "texted.mp4");
  const save = async (url: string, path: string): Promise<Response> => {
    const answer = await fetch(url);
    await writeFile(path, Buffer.from(await answer.arrayBuffer()));
    return answer;
  };
  await save(asset.playback.mp4, plain);
  const url = `${asset.playback.mp4}?subtitles=1`;
  const { headers } = await save(url, texted);
  const hash = ["-map", "0:v", "-c", "copy", "-f", "streamhash", "-"];
  assert.equal(await said("-i", texted, ...hash), await said("-i", plain, ...hash));
  const words = (at: number): Promise<string> =>
    said("-i", texted, "-map", `0:s:${at}`, "-f", "webvtt", "-");
  assert.equal(await words(0), "WEBVTT\n\n00:00.500 --> 00:01.250\nnovo <b>!</b>\n");
  assert.equal(await words(1), "WEBVTT\n\n00:00.500 --> 00:01.250\nnew\n");
  const bytes = await readFile(texted);
  assert.equal(headers.get("content-length"), String(bytes.length));
  for (const [from, to] of [
    [0, 99],
    [500, bytes.length - 1],
    [bytes.length - 50, bytes.length - 1],
  ] as const) {
    const part = await fetch(url, { headers: { range: `bytes=${from}-${to}` } });
    assert.equal(part.status, 206);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(from, to + 1));
  }
  await send("POST", `${asset.id}/subtitles?language=en`, srt("newer"));
  const etag = headers.get("etag") ?? "";
  const again = await fetch(url, { headers: { "if-none-match": etag } });
  assert.equal(again.status, 200);
  assert.notEqual(again.headers.get("etag"), etag);
});

test("what can't be read is refused with the line that is wrong", async () => {
  const { id } = await film("refused");
  const path = `${id}/subtitles?language=en`;
  const refused = await send("POST", path, "1\n00:00:01,000 -> 00:00:02,000\nHello\n");
  assert.equal(refused.status, 422);
  assert.match(
    JSON.stringify(refused.told),
    /line 2, .*00:00:01,000 -> 00:00:02,000.*, is no time of a cue/,
  );
});
