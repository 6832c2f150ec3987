import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { plus } from "@oxbow/media";
import { archiveStore, openStore } from "../../store/index.ts";
import type { Archive } from "../archive-door.ts";
import { archiveTest } from "../archive-for-tests.ts";
import { framesOf, sender, T0 } from "../media-for-tests.ts";
import { serveArchive } from "./serve-for-tests.ts";

const test = archiveTest({ openStore, archiveStore });
const run = promisify(execFile);
const STREAM = { id: "str_1", name: "story" };
const NAMES = { stream: "str_1", broadcast: "brd_1", origin: plus(T0, -33) };

async function get(archive: Archive, path: string, query = ""): Promise<Buffer | undefined> {
  const answer = await archive.dvrRoute(STREAM, path, new URLSearchParams(query));
  if (answer === undefined) return undefined;
  const body = Buffer.concat(answer.body);
  assert.equal(body.length, answer.bytes);
  return body;
}

async function text(archive: Archive, path: string, from: number, to?: number): Promise<string[]> {
  const query = `from=${T0 + from}${to === undefined ? "" : `&to=${T0 + to}`}`;
  const body = await get(archive, path, query);
  return (body?.toString() ?? "")
    .replaceAll(/stt_\w+/g, "FILE")
    .trim()
    .split("\n");
}

async function recordTwo(archive: Archive): Promise<void> {
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  media.send("start", { fromMs: 0, toMs: 6000 });
  media.send("reconnect", { fromMs: 10_000, toMs: 14_000 });
  await recorder.close();
}

test("a finished range is a VOD playlist that begins with the segment that holds its beginning", async ({
  archive,
}) => {
  await recordTwo(archive);
  assert.deepEqual(await text(archive, "video.m3u8", 3000, 11_000), [
    "#EXTM3U",
    "#EXT-X-VERSION:6",
    "#EXT-X-INDEPENDENT-SEGMENTS",
    "#EXT-X-START:TIME-OFFSET=1,PRECISE=YES",
    "#EXT-X-TARGETDURATION:2",
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-DISCONTINUITY-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    '#EXT-X-MAP:URI="FILE/1/init.mp4"',
    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:22.000Z",
    "#EXTINF:2,",
    "FILE/1/1.m4s",
    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:24.000Z",
    "#EXTINF:2,",
    "FILE/1/2.m4s",
    "#EXT-X-DISCONTINUITY",
    '#EXT-X-MAP:URI="FILE/1/init.mp4"',
    "#EXT-X-PROGRAM-DATE-TIME:2023-11-14T22:13:30.000Z",
    "#EXTINF:2,",
    "FILE/1/3.m4s",
    "#EXT-X-ENDLIST",
  ]);
  const video = await text(archive, "video.m3u8", 3000, 11_000);
  const audio = await text(archive, "audio.m3u8", 3000, 11_000);
  assert.deepEqual(
    audio.map((line) => line.replace("FILE/2/", "FILE/1/")),
    video,
  );
  const index = await text(archive, "index.m3u8", 3000, 11_000);
  assert.deepEqual(index.at(-2), `video.m3u8?from=${T0 + 3000}&to=${T0 + 11_000}`);
  assert.match(
    index.join("\n"),
    /CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=30.000/,
  );
});

test(
  "files that were rotated for their length are played without a discontinuity",
  async ({ archive }) => {
    const recorder = archive.record(STREAM, "brd_1");
    sender(NAMES, recorder).send("start", { fromMs: 0, toMs: 12_000 });
    await recorder.close();
    const lines = await text(archive, "video.m3u8", 0, 12_000);
    assert.equal(lines.filter((line) => line.startsWith("FILE/")).length, 6);
    assert.equal(lines.filter((line) => line.startsWith("#EXT-X-MAP")).length, 1);
    assert.ok(!lines.includes("#EXT-X-DISCONTINUITY"));
  },
  { limits: { fileMs: 4500 } },
);

test("a running range only grows, and keeps type and target when it ends", async ({ archive }) => {
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  const seen: string[][] = [];
  const bounded: string[][] = [];
  await media.sendSlowly("start", { fromMs: 0, toMs: 11_000 }, 160, async () => {
    await recorder.sealed();
    seen.push(await text(archive, "video.m3u8", 0));
    bounded.push(await text(archive, "video.m3u8", 0, 9000));
  });
  media.interrupt();
  await recorder.close();
  seen.push(await text(archive, "video.m3u8", 0));
  bounded.push(await text(archive, "video.m3u8", 0, 9000));
  for (const lists of [seen, bounded]) {
    const last = lists.at(-1) ?? [];
    assert.equal(last.at(-1), "#EXT-X-ENDLIST");
    assert.ok(last.includes("#EXT-X-PLAYLIST-TYPE:EVENT"));
    for (const list of lists.slice(0, -1)) {
      const same = list.filter((line) => line !== "#EXT-X-ENDLIST");
      assert.deepEqual(same, last.slice(0, same.length));
    }
    assert.ok(lists.slice(0, 2).every((list) => !list.includes("#EXT-X-ENDLIST")));
  }
  assert.equal(bounded.at(-1)?.filter((line) => line.startsWith("FILE/")).length, 5);
  // Whoever asks for the range when it is over gets it as a whole.
  assert.ok((await text(archive, "video.m3u8", 0, 9001)).includes("#EXT-X-PLAYLIST-TYPE:VOD"));
});

test("without an end a range stays in the broadcast that it begins in", async ({ archive }) => {
  await recordTwo(archive);
  const recorder = archive.record(STREAM, "brd_2");
  const names = { ...NAMES, broadcast: "brd_2", origin: plus(T0, 60_000), firstSegment: 50 };
  sender(names, recorder).send("start", { fromMs: 0, toMs: 4000 });
  await recorder.close();
  const lines = await text(archive, "video.m3u8", 0);
  assert.deepEqual([lines.at(-2), lines.at(-1)], ["FILE/1/4.m4s", "#EXT-X-ENDLIST"]);
});

test("a segment is the chunks of one track, and ffmpeg reads the whole range", async ({
  archive,
}) => {
  await recordTwo(archive);
  await using server = await serveArchive(archive, STREAM);
  const url = `${server.url}/index.m3u8?from=${T0}&to=${T0 + 6000}`;
  const probe = ["-v", "error", "-of", "csv", "-show_entries", "packet=codec_type,size", url];
  const { stdout } = await run("ffprobe", probe, { timeout: 30_000 });
  const sizes = (kind: string) =>
    stdout
      .split("\n")
      .filter((line) => line.startsWith(`packet,${kind},`))
      .map((line) => Number(line.split(",")[2]));
  const sent = framesOf({ fromMs: 0, toMs: 6000 });
  for (const [kind, track] of [
    ["video", 1],
    ["audio", 2],
  ] as const) {
    const wanted = sent.filter((frame) => frame.track === track).map(({ data }) => data.length);
    assert.deepEqual(sizes(kind), wanted);
  }
});

test("what is not there is told as such", async ({ archive }) => {
  await recordTwo(archive);
  const at = (path: string, query = "") => get(archive, path, query);
  await assert.rejects(at("index.m3u8"), { code: "invalid_request", field: "from" });
  await assert.rejects(at("index.m3u8", "from=x"), { code: "invalid_request" });
  await assert.rejects(at("index.m3u8", "from=5&to=4"), { code: "range_invalid" });
  await assert.rejects(at("index.m3u8", "from=5&to=400"), { code: "range_without_media" });
  await archive.remove(STREAM, T0, plus(T0, 7000));
  const gone = `from=${T0}&to=${T0 + 2000}`;
  await assert.rejects(at("index.m3u8", gone), { code: "range_evicted" });
  assert.deepEqual(
    await Promise.all([at("other.m3u8"), at("stt_0/1/0.m4s"), at("../../etc/passwd")]),
    [undefined, undefined, undefined],
  );
  const list = (await at("video.m3u8", `from=${T0 + 10_000}`))?.toString() ?? "";
  const line = list.split("\n").find((one) => one.endsWith(".m4s")) ?? "";
  assert.ok((await at(line)) !== undefined);
  assert.equal(await at(line.replace(/\d+\.m4s/, "9.m4s")), undefined);
  const other = { id: "str_2", name: "other" };
  assert.equal(await archive.dvrRoute(other, line, new URLSearchParams()), undefined);
});
