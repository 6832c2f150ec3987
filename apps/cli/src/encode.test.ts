import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fakeServer, type Route, runWith } from "./run-for-tests.ts";

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-cli-"));
});
after(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** What is asked of the server for an export, and what the command says. */
async function exporting(...argv: string[]) {
  const bodies: Record<string, unknown>[] = [];
  await using server = await fakeServer({
    "POST /exports": ({ body }) => {
      bodies.push({ ...Object(body) });
      return { id: "exp_1", state: "queued" };
    },
  });
  const told = await runWith(server, "export", "--broadcast", "brd_1", ...argv);
  return { ...told, body: bodies[0] };
}

test("qualities, texts, loudness and a watermark go into the request", async () => {
  const english = await file("en.vtt", "WEBVTT\n");
  const wide = await file("pt.srt", Buffer.from("\uFEFF1\nolá\n", "utf16le"));
  const logo = await file("logo.png", "PNG");
  const { body, err } = await exporting(
    ...["--mode", "transcode", "--rendition", "720p", "--rendition", "480p", "--cut", "exact"],
    ...["--gaps", "fill", "--subtitles", `en=${english}`, "--burn", `pt-BR=${wide}`],
    ...["--timing", "broadcast", "--loudness", "--watermark", logo, "--watermark-width", "0.2"],
  );
  assert.equal(err, "");
  assert.deepEqual(body, {
    broadcast: "brd_1",
    mode: "transcode",
    cut: "exact",
    gaps: "fill",
    renditions: ["720p", "480p"],
    subtitles: [
      { language: "en", text: "WEBVTT\n", timing: "broadcast" },
      { language: "pt-BR", text: "1\nolá\n", timing: "broadcast", burn: true },
    ],
    loudness: true,
    watermark: { image: Buffer.from("PNG").toString("base64"), width: 0.2 },
  });
  const sound = await exporting("--audio-only", "--loudness", "-23");
  assert.deepEqual(sound.body, { broadcast: "brd_1", tracks: ["audio"], loudness: -23 });
});

test("a file that is not there, or no text, is told by its option", async () => {
  const latin = await file("latin.srt", Buffer.from("ol\u00e1", "latin1"));
  for (const [argv, told] of [
    [["--subtitles", "en=/nowhere.srt"], /^--subtitles "\/nowhere\.srt": ENOENT/],
    [["--burn", `pt=${latin}`], /^--burn ".*latin\.srt": save it as UTF-8\n$/],
    [["--watermark", "/nowhere.png"], /^--watermark "\/nowhere\.png": ENOENT/],
    [["--subtitles", "tale.srt"], /Give language=file/],
    [["--loudness", "loud"], /Give a number/],
  ] as const) {
    const { status, err, body } = await exporting(...argv);
    assert.deepEqual([status, body], [2, undefined]);
    assert.match(err, told);
  }
});

test("a ladder is a preset or names, and is shown as it was asked for", async () => {
  const bodies: unknown[] = [];
  const url = "http://x/";
  const stream = {
    ...{ id: "str_1", name: "story", title: null, state: "offline", broadcast: null },
    publish: { rtmp: { server: "rtmp://x/live", key: null, url: null } },
    playback: { hls: url, dash: url, embed: url },
    record: true,
    recordRenditions: "source",
    ladder: ["source", "720p", { height: 480, fps: 30 }, { name: "tiny", height: 180 }],
  };
  const keep: Route = ({ body }) => {
    bodies.push(body);
    return stream;
  };
  await using server = await fakeServer({
    "POST /streams": keep,
    "PATCH /streams/b": keep,
  });
  await runWith(server, "streams", "create", "a", "--ladder", "standard");
  const own = ["--ladder", "720p, 480p30", "--record-renditions", "source"];
  const { out } = await runWith(server, "streams", "create", "b", ...own);
  assert.deepEqual(bodies.slice(0, 2), [
    { name: "a", record: true, ladder: "standard" },
    { name: "b", record: true, ladder: ["720p", "480p30"], recordRenditions: "source" },
  ]);
  await runWith(server, "streams", "update", "b", "--ladder", "source", "--keep-days", "7");
  assert.deepEqual(bodies.at(-1), { ladder: "source", retention: { days: 7 } });
  assert.match(out, /^Qualities: +source, 720p, 480p30, tiny\nRecorded: +the source alone$/m);
});

test("texts of an asset are listed, added, replaced and removed", async () => {
  const text = await file("tale.srt", Buffer.from("1\nol\u00e1", "latin1"));
  const seen: unknown[] = [];
  const url = "http://x/vod/ast_1/subtitles/sub_1.vtt";
  const about = { id: "sub_1", language: "pt-BR", label: "Português", kind: "subtitles", url };
  const subtitle = { ...about, default: true, forced: false, bytes: 2048 };
  const keep: Route = ({ url: { search }, body }) => {
    seen.push([search, body]);
    return subtitle;
  };
  await using server = await fakeServer({
    "GET /assets/ast_1/subtitles": () => ({ items: [subtitle], next: null }),
    "POST /assets/ast_1/subtitles": keep,
    "PUT /assets/ast_1/subtitles/sub_1": keep,
    "DELETE /assets/ast_1/subtitles/sub_1": () => undefined,
  });
  const subtitles = (...argv: string[]) => runWith(server, "subtitles", ...argv);
  assert.equal(
    (await subtitles("list", "ast_1")).out,
    "ID     LANGUAGE  LABEL      KIND       FLAGS    SIZE\n" +
      "sub_1  pt-BR     Português  subtitles  default  2.0 KiB\n",
  );
  const added = await subtitles("add", "ast_1", text, "--language", "pt-BR", "--default");
  assert.match(added.out, /^Id: +sub_1\nLanguage: pt-BR\n/);
  await subtitles("replace", "ast_1", "sub_1", text, "--captions", "--forced");
  const bytes = Buffer.from("1\nol\u00e1", "latin1");
  assert.deepEqual(seen, [
    ["?language=pt-BR&default=true", bytes],
    ["?kind=captions&forced=true", bytes],
  ]);
  assert.equal((await subtitles("remove", "ast_1", "sub_1")).out, "sub_1 is removed\n");
  assert.equal((await subtitles("add", "ast_1", "/nowhere.srt")).status, 2);
});
