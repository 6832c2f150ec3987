import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Asset, Broadcast, Stream } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { type Answer, assertRefused, type Caller, callerOf } from "./caller.ts";
import { type EventLog, eventLogOf } from "./follow-log.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

let folder = "";
let clip = "";
let server: ServerProcess;
let call: Caller;
let log: EventLog;
/** A broadcast of two connections that has ended, and a title made of it. */
let past: Broadcast;
let title: Asset;
/** Pictures of the broadcast. */
let pictures = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-media-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 60, width: 160, height: 90, fps: 10, gop: 1 });
  server = await startServer();
  call = callerOf(server);
  log = eventLogOf(server);
  const url = await streamOf("past");
  await publish(clip, url, { speed: 10, input: ["-t", "8"] }).done;
  await publish(clip, url, { speed: 10, input: ["-t", "8"] }).done;
  const { broadcast } = await log.find("broadcast_ended");
  past = Broadcast.parse((await call(`GET /broadcasts/${broadcast}`)).body);
  const body = { broadcast, title: "Past" };
  assert.equal((await call("POST /exports", { body })).status, 202);
  const { data } = await log.find("dvr_mp4_export_ready");
  title = Asset.parse((await call(`GET /assets/${data.asset}`)).body);
  pictures = (await measure(title.playback.mp4)).frames.length;
  assert.ok(pictures >= 160, `${pictures} pictures`);
});
after(async () => {
  await log[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function streamOf(name: string): Promise<string> {
  const { body } = await call("POST /streams", { body: { name } });
  return Stream.parse(body).publish.rtmp.url ?? "";
}
/** GET without a key, as a viewer. */
const get = (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Answer> =>
  call(`${method} /${path.startsWith("http") ? path.slice(server.http.length) : path}`, {
    key: null,
    headers,
  });
const lines = ({ text }: Answer, tag: string): string[] =>
  text.split("\n").filter((line) => line.startsWith(tag));
/** URIs of a playlist, and those of its sections. */
const urisOf = ({ text }: Answer): string[] =>
  text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
const until = async (path: string, fits: (answer: Answer) => boolean): Promise<Answer> => {
  for (let turn = 0; turn < 300; turn += 1) {
    const answer = await get(path);
    if (fits(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${path} stays ${(await get(path)).text}`);
};

const IMMUTABLE = "public, max-age=31536000, immutable";

function assertOpen({ headers }: Answer): void {
  assert.equal(headers.get("access-control-allow-origin"), "*");
  const exposed = (headers.get("access-control-expose-headers") ?? "").toLowerCase().split(/, */);
  for (const name of ["content-range", "etag", "age", "date"])
    assert.ok(exposed.includes(name), name);
  assert.equal(headers.get("timing-allow-origin"), "*");
  assert.equal(headers.get("cross-origin-resource-policy"), "cross-origin");
}

async function assertHead(path: string, headers: Record<string, string> = {}): Promise<void> {
  const [whole, head] = [await get(path, headers), await get(path, headers, "HEAD")];
  assert.deepEqual([head.status, head.text], [whole.status, ""], path);
  for (const name of [
    "content-type",
    "content-length",
    "cache-control",
    "etag",
    "accept-ranges",
    "content-range",
    "access-control-allow-origin",
  ]) {
    assert.equal(head.headers.get(name), whole.headers.get(name), `${name} of ${path}`);
  }
}

describe("playback", { concurrency: 3 }, () => {
  test("live HLS grows at its end only, with honest headers, and closes with ENDLIST", async () => {
    const url = await streamOf("live");
    await using encoder = publish(clip, url);
    const { broadcast } = await log.find("playback_ready", ({ stream }) => stream?.name === "live");
    const base = "/live/live";
    const index = await get(`${base}/index.m3u8`);
    assertOpen(index);
    assert.equal(index.headers.get("content-type"), "application/vnd.apple.mpegurl");
    assert.match(index.headers.get("cache-control") ?? "", /^public, max-age=[12]$/);
    const [variant = ""] = lines(index, "#EXT-X-STREAM-INF");
    assert.match(variant, /CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2"/);
    assert.match(variant, /RESOLUTION=160x90/);
    for (const name of ["BANDWIDTH", "AVERAGE-BANDWIDTH", "FRAME-RATE"])
      assert.match(variant, new RegExp(`[:,]${name}=\\d+`));
    const video = `${base}/${urisOf(index)[0]}`;
    const first = await until(video, (answer) => urisOf(answer).length >= 2);
    assertOpen(first);
    const target = lines(first, "#EXT-X-TARGETDURATION");
    assert.deepEqual(lines(first, "#EXT-X-PLAYLIST-TYPE"), []);
    assert.deepEqual(lines(first, "#EXT-X-ENDLIST"), []);
    assert.ok(lines(first, "#EXT-X-PROGRAM-DATE-TIME").length > 0);
    const age = /max-age=(\d+)/.exec(first.headers.get("cache-control") ?? "")?.[1];
    assert.ok(
      Number(age) <= Math.max(1, Number(target[0]?.split(":")[1]) / 2),
      `${age} s, 4.4 B.1`,
    );
    const map = /URI="([^"]+)"/.exec(lines(first, "#EXT-X-MAP")[0] ?? "")?.[1];
    for (const uri of [map, urisOf(first)[0]]) {
      const piece = await get(`${base}/${uri}`);
      assert.deepEqual(
        [piece.status, piece.headers.get("content-type"), piece.headers.get("cache-control")],
        [200, "video/mp4", IMMUTABLE],
      );
      assertOpen(piece);
      await assertHead(`${base}/${uri}`);
    }
    for (const uri of ["none.m3u8", `${broadcast}/video/999999.m4s`, "", "index.m3u8/x"]) {
      const none = await get(`${base}/${uri}`);
      assertRefused(none, "not_found");
      assertOpen(none);
    }
    // What runs along: without an end, EVENT; the same URL ends with the broadcast.
    const from = Date.parse(
      Broadcast.parse((await call(`GET /broadcasts/${broadcast}`)).body).from,
    );
    const dvr = `/dvr/live/video.m3u8?from=${from}`;
    const running = await until(dvr, ({ status }) => status === 200);
    assert.deepEqual(
      [lines(running, "#EXT-X-PLAYLIST-TYPE"), lines(running, "#EXT-X-ENDLIST")],
      [["#EXT-X-PLAYLIST-TYPE:EVENT"], []],
    );
    assert.match(running.headers.get("cache-control") ?? "", /^public, max-age=[123]$/);
    const early = await get(`/dvr/live/${from}-${from + 3_600_000}.mp4`);
    assertRefused(early, "unavailable");

    const later = await until(video, (answer) => urisOf(answer).at(-1) !== urisOf(first).at(-1));
    assert.deepEqual(lines(later, "#EXT-X-TARGETDURATION"), target);
    const [before_, after_] = [urisOf(first), urisOf(later)];
    assert.deepEqual(after_.slice(0, before_.length), before_);
    await call("POST /streams/live/end");
    await encoder.done;
    const ended = await until(video, (answer) => lines(answer, "#EXT-X-ENDLIST").length === 1);
    assert.deepEqual(lines(ended, "#EXT-X-TARGETDURATION"), target);
    assert.deepEqual(urisOf(ended).slice(0, after_.length), after_);
    const closed = await until(dvr, (answer) => lines(answer, "#EXT-X-ENDLIST").length === 1);
    assert.deepEqual(
      lines(closed, "#EXT-X-PLAYLIST-TYPE"),
      ["#EXT-X-PLAYLIST-TYPE:EVENT"],
      "6.2.1",
    );
    assert.deepEqual(
      lines(closed, "#EXT-X-TARGETDURATION"),
      lines(running, "#EXT-X-TARGETDURATION"),
    );
    assert.deepEqual(urisOf(closed).slice(0, urisOf(running).length), urisOf(running));
  });

  test("the archive between two times is VOD, by the stream's id and its name, and cuts nothing short", async () => {
    const { hls } = past.playback;
    const index = await get(String(hls));
    assertOpen(index);
    assert.equal(index.headers.get("content-type"), "application/vnd.apple.mpegurl");
    const [video = ""] = urisOf(index);
    const list = await get(`/dvr/past/${video}`);
    assert.deepEqual(
      [lines(list, "#EXT-X-PLAYLIST-TYPE"), lines(list, "#EXT-X-ENDLIST").length],
      [["#EXT-X-PLAYLIST-TYPE:VOD"], 1],
    );
    assert.equal(
      lines(list, "#EXT-X-DISCONTINUITY").filter((line) => !line.includes("SEQUENCE")).length,
      1,
    );
    const longest = Math.max(
      ...lines(list, "#EXTINF").map((line) => Math.round(Number.parseFloat(line.slice(8)))),
    );
    assert.ok(longest <= Number(lines(list, "#EXT-X-TARGETDURATION")[0]?.split(":")[1]));
    const piece = await get(`/dvr/past/${urisOf(list)[0]}`);
    assert.deepEqual([piece.status, piece.headers.get("cache-control")], [200, IMMUTABLE]);
    await assertHead(`/dvr/past/${video}`);
    assert.equal((await get(`/dvr/${past.stream}/${video}`)).text, list.text);
    const { frames } = await measure(String(hls), { audio: false });
    assert.equal(frames.length, pictures);
  });

  test("DVR playlists of ranges that are none are refused, each by its code", async () => {
    const [from, to] = [Date.parse(past.from), Date.parse(past.to ?? "")];
    const cases = [
      ["", "invalid_request", "from"],
      ["?to=5", "invalid_request", "from"],
      ["?from=x", "invalid_request", "from"],
      [`?from=${from}&to=y`, "invalid_request", "to"],
      [`?from=${to}&to=${from}`, "range_invalid", "to"],
      [`?from=${from}&to=${from}`, "range_invalid", "to"],
      ["?from=1000&to=2000", "range_without_media", undefined],
      [`?from=${to + 60_000}&to=${to + 70_000}`, "range_without_media", undefined],
      [`?from=${to + 60_000}`, "range_without_media", undefined],
    ] as const;
    for (const [query, code, field] of cases) {
      const answer = await get(`/dvr/past/index.m3u8${query}`);
      assertRefused(answer, code, field);
      assertOpen(answer);
    }
    assertRefused(await get("/dvr/nobody/index.m3u8?from=0"), "stream_unknown");
    assertRefused(await get("/dvr/past/other.m3u8?from=0"), "not_found");
  });

  test("instant MP4s of odd ranges are cut right, or refused by their code", async () => {
    const [from, to] = [Date.parse(past.from), Date.parse(past.to ?? "")];
    const [gap] = past.gaps.map((one) => [Date.parse(one.from), Date.parse(one.to)] as const);
    assert.ok(gap);
    const cases: [range: string, code: Parameters<typeof assertRefused>[1]][] = [
      [`${to}-${from}`, "range_invalid"],
      [`${from}-${from}`, "range_invalid"],
      [`${from}-${from + 99}`, "range_too_short"],
      ["0-1000", "range_without_media"],
      [`${from - 5000}-${from - 1000}`, "range_without_media"],
      [
        `${gap[0] + 5}-${gap[1] - 5}`,
        gap[1] - gap[0] < 110 ? "range_too_short" : "range_without_media",
      ],
      [`${to + 5000}-${to + 6000}`, "range_in_future"],
      [`${from}-${to + 60_000}`, "range_in_future"],
      [`${from}-999999999999999`, "range_in_future"],
    ];
    for (const [range, code] of cases) {
      const answer = await get(`/dvr/past/${range}.mp4`);
      assert.equal(Object(answer.body)["code"], code, range);
      assertRefused(answer, code, Object(answer.body)["field"]);
      assertOpen(answer);
    }
    for (const path of [
      `${from}.mp4`,
      `-${from}.mp4`,
      `${from}-.mp4`,
      `${from}-x.mp4`,
      `${from}-${to}.mp4/x`,
      `${from}-${to}.mkv`,
      "1e3-2e3.mp4",
      `${"9".repeat(30)}-1.mp4`,
    ]) {
      assertRefused(await get(`/dvr/past/${path}`), "not_found");
    }
    for (const [range, frames] of [
      [[from, from + 100], 1],
      [[from + 1050, from + 1150], 1],
      [[from + 1050, from + 2050], 10],
      [[from - 3000, from + 1000], 10],
      [[from, to], pictures],
      [[gap[0] - 500, gap[1] + 500], 10],
    ] as const) {
      const found = await measure(`${server.http}/dvr/past/${range.join("-")}.mp4`);
      assert.equal(found.frames.length, frames, range.join("-"));
      assert.ok(Math.abs(found.frames[0]?.pts ?? 1) < 0.001, "begins at 0");
    }
  });

  test("an MP4 is served by ranges, conditions and HEAD as RFC 9110 says", async () => {
    const [from, to] = [Date.parse(past.from), Date.parse(past.to ?? "")];
    for (const path of [`/dvr/past/${from}-${to}.mp4`, title.playback.mp4]) {
      const whole = await fetch(path.startsWith("http") ? path : server.http + path);
      const bytes = Buffer.from(await whole.arrayBuffer());
      const etag = whole.headers.get("etag") ?? "";
      assert.deepEqual(
        [whole.status, whole.headers.get("content-type"), whole.headers.get("accept-ranges")],
        [200, "video/mp4", "bytes"],
      );
      assert.equal(Number(whole.headers.get("content-length")), bytes.length);
      assert.match(etag, /^"[^"]+"$/);
      const n = bytes.length;
      const parts: [range: string, start: number, end: number][] = [
        ["bytes=0-0", 0, 1],
        ["bytes=10-99", 10, 100],
        [`bytes=${n - 1}-`, n - 1, n],
        ["bytes=-5", n - 5, n],
        [`bytes=-${n + 10}`, 0, n],
        [`bytes=100-${n + 50}`, 100, n],
        ["BYTES=1-2", 1, 3],
      ];
      for (const [range, start, end] of parts) {
        const part = await fetch(path.startsWith("http") ? path : server.http + path, {
          headers: { range },
        });
        assert.deepEqual(
          [part.status, part.headers.get("content-range")],
          [206, `bytes ${start}-${end - 1}/${n}`],
          range,
        );
        assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(start, end), range);
      }
      for (const range of [`bytes=${n}-`, "bytes=-0", `bytes=${n + 5}-${n + 9}`]) {
        const outside = await get(path, { range });
        assert.deepEqual(
          [outside.status, outside.headers.get("content-range")],
          [416, `bytes */${n}`],
          range,
        );
        assertOpen(outside);
      }
      for (const range of ["bytes=5-2", "bytes=x", "lines=0-5", "bytes=0-1,5-6", "bytes="]) {
        const head = await get(path, { range }, "HEAD");
        assert.deepEqual(
          [head.status, Number(head.headers.get("content-length"))],
          [200, n],
          range,
        );
      }
      const ifRange = await get(path, { range: "bytes=0-9", "if-range": etag }, "HEAD");
      assert.equal(ifRange.status, 206);
      for (const validator of ['"other"', `W/${etag}`, "Sun, 06 Nov 1994 08:49:37 GMT"]) {
        const changed = await get(path, { range: "bytes=0-9", "if-range": validator }, "HEAD");
        assert.equal(changed.status, 200, validator);
      }
      for (const list of [etag, `W/${etag}`, `"a", ${etag}`, "*"]) {
        const same = await get(path, { "if-none-match": list });
        assert.deepEqual([same.status, same.text, same.headers.get("etag")], [304, "", etag], list);
        assertOpen(same);
      }
      assert.equal((await get(path, { "if-none-match": '"other"' }, "HEAD")).status, 200);
      for (const headers of [
        {},
        { range: "bytes=5-9" },
        { range: `bytes=${n}-` },
        { "if-none-match": etag },
      ])
        await assertHead(path, headers);
    }
  });

  test("a title's HLS has its headers, and every URL that an asset tells is there", async () => {
    const { hls, mp4, embed, dash, poster } = title.playback;
    assert.equal((await get(dash ?? "")).headers.get("content-type"), "application/dash+xml");
    assert.equal((await get(poster ?? "")).headers.get("content-type"), "image/jpeg");
    const index = await get(hls);
    assert.equal(index.headers.get("content-type"), "application/vnd.apple.mpegurl");
    assertOpen(index);
    await assertHead(hls);
    const base = hls.slice(0, hls.lastIndexOf("/"));
    const list = await get(`${base}/${urisOf(index)[0]}`);
    assert.deepEqual(
      [lines(list, "#EXT-X-PLAYLIST-TYPE"), lines(list, "#EXT-X-ENDLIST").length],
      [["#EXT-X-PLAYLIST-TYPE:VOD"], 1],
    );
    const piece = await get(`${base}/${urisOf(list)[0]}`);
    assert.deepEqual([piece.status, piece.headers.get("cache-control")], [200, IMMUTABLE]);
    assert.equal((await get(mp4, {}, "HEAD")).headers.get("cache-control"), IMMUTABLE);
    const page = await get(embed);
    assert.deepEqual(
      [page.status, page.headers.get("content-type")],
      [200, "text/html; charset=utf-8"],
    );
    assert.match(page.headers.get("content-security-policy") ?? "", /default-src/);
    assert.deepEqual(
      title.files.map(({ rendition, url, bytes, sha256 }) => [rendition, url, bytes, sha256]),
      [["source", mp4, title.bytes, title.sha256]],
    );
  });

  test("media takes GET, HEAD and OPTIONS; the preflight is kept", async () => {
    for (const path of [
      "/live/past/index.m3u8",
      "/dvr/past/index.m3u8?from=0",
      title.playback.mp4,
      "/embed/past",
    ]) {
      const preflight = await get(
        path,
        {
          origin: "https://a.test",
          "access-control-request-method": "GET",
          "access-control-request-headers": "range",
        },
        "OPTIONS",
      );
      assert.equal(preflight.status, 204);
      assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
      assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /GET, HEAD/);
      assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /range/i);
      assert.ok(Number(preflight.headers.get("access-control-max-age")) >= 600);
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const refused = await get(path, {}, method);
        assertRefused(refused, "method_not_allowed");
        assert.equal(refused.headers.get("allow"), "GET, HEAD, OPTIONS");
      }
    }
  });

  test("what is not there answers 404 by its code, for players and people alike", async () => {
    assertRefused(await get("/live/past/index.m3u8/../x"), "not_found");
    assertRefused(await get("/live/nobody/index.m3u8"), "stream_unknown");
    await streamOf("never");
    assertRefused(await get("/live/never/index.m3u8"), "stream_offline");
    assertRefused(await get("/vod/ast_none/index.m3u8"), "asset_unknown");
    assertRefused(await get("/vod/ast_none/source.mp4"), "asset_unknown");
    assertRefused(await get(`/vod/${title.id}/720p.mp4`), "not_found");
    assertRefused(await get("/embed/ast_none"), "asset_unknown");
    assertRefused(await get("/vod"), "not_found");
    assertRefused(await get("/live/%zz/index.m3u8"), "invalid_request");
  });
});
