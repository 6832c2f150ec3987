import assert from "node:assert/strict";
import { test } from "node:test";
import * as hls from "hls-parser";
import { audio, media, OnAir, origin, video } from "./on-air.ts";

hls.setOptions({ strictMode: true });

function playlistOf(air: OnAir, kind: "video" | "audio"): hls.types.MediaPlaylist {
  const parsed = hls.parse(air.read(`${kind}.m3u8`));
  assert.ok(parsed instanceof hls.types.MediaPlaylist);
  return parsed;
}

/** What an entry says, with the offset of its wall clock. */
const entries = (playlist: hls.types.MediaPlaylist): unknown[] =>
  playlist.segments.map((segment) => [
    segment.mediaSequenceNumber,
    segment.discontinuitySequence,
    (segment.programDateTime?.getTime() ?? Number.NaN) - origin,
    segment.duration,
    segment.gap ? "gap" : segment.map?.uri.split("/")[0],
  ]);

test("nothing is there before the first segment, then playlists, sections and segments", () => {
  const air = new OnAir();
  assert.equal(air.answer("index.m3u8"), undefined);
  air.publish("start", 4200);
  assert.equal(
    air.read("index.m3u8"),
    `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="en",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=${air.window.bandwidth?.peak ?? 0},AVERAGE-BANDWIDTH=${Math.ceil(air.window.bandwidth?.average ?? 0)},CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="audio"
video.m3u8
`,
  );
  for (const kind of ["video", "audio"] as const) {
    assert.deepEqual(entries(playlistOf(air, kind)), [
      [40, 5, 0, 2, "stt_1"],
      [41, 5, 2000, 2, "stt_1"],
    ]);
    const track = kind === "video" ? 1 : 2;
    const segment = air.answer(`stt_1/${track}/10.m4s`);
    assert.deepEqual(
      [segment?.kind, segment?.contentType, segment?.cacheControl],
      ["media", `${kind}/mp4`, "public, max-age=31536000, immutable"],
    );
    assert.equal(Buffer.concat(segment?.body ?? []).toString("latin1", 4, 8), "moof");
    assert.match(air.read(`stt_1/${track}/init.mp4`), /^....ftyp.*moov/s);
  }
  const playlist = air.answer("video.m3u8");
  assert.deepEqual(
    [playlist?.contentType, playlist?.cacheControl],
    ["application/vnd.apple.mpegurl", "public, max-age=1"],
  );
  assert.equal(air.answer("video.m3u8"), playlist, "rendered once for all readers");
  assert.equal(air.answer("stt_1/1/10.m4s")?.body[0], air.answer("stt_1/1/10.m4s")?.body[0]);
});

test("the bytes of a segment are those of the frames", () => {
  const air = new OnAir();
  air.publish("start", 2100, 2000, [video]);
  const body = Buffer.concat(air.answer("stt_1/1/9.m4s")?.body ?? []);
  const pictures = media(0, 2000, 2000, [video]).map((frame) => Buffer.from(frame.data));
  // 13 parts of 480 ms hold 12 pictures each; the fifth holds the two that remain.
  const sent: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const size = body.readUInt32BE(at);
    if (body.toString("latin1", at + 4, at + 8) === "mdat")
      sent.push(body.subarray(at + 8, at + size));
    at += size;
  }
  assert.deepEqual(Buffer.concat(sent), Buffer.concat(pictures));
  assert.equal(sent.length, 5);
});

test("paths that name nothing have no answer", () => {
  const air = new OnAir();
  air.publish("start", 4200, 2000, [video]);
  const paths = [
    "",
    "audio.m3u8",
    "stt_2/1/9.m4s",
    "stt_1/1/8.m4s",
    "stt_1/1/11.m4s",
    "stt_1/1/09.m4s",
    "stt_1/1/-1.m4s",
    "stt_1/1/9999999999999999999.m4s",
    "stt_1/1/9.0.0.m4s",
    "stt_1/1/9.5.m4s",
    "stt_1/2/9.m4s",
    "stt_1/3/9.m4s",
    "stt_1/2/init.mp4",
    "stt_9/1/init.mp4",
    "stt_1/1/../1/9.m4s",
    "stt_1/1/9.m4s/",
    "gap/1/40.m4s",
  ];
  assert.deepEqual(
    paths.filter((path) => air.answer(path) !== undefined),
    [],
  );
});

test("§6.2.1: while the encoder is gone, gaps of the target follow the clock; a shorter one meets its return", () => {
  const air = new OnAir();
  air.publish("start", 4000, 2000, [video]);
  air.lose();
  air.wait(1999);
  assert.equal(playlistOf(air, "video").segments.length, 2);
  air.wait(1);
  assert.equal(playlistOf(air, "video").segments.length, 3);
  air.wait(3300);
  air.publish("reconnect", 2040, 2000, [video]);
  assert.deepEqual(entries(playlistOf(air, "video")), [
    [40, 5, 0, 2, "stt_1"],
    [41, 5, 2000, 2, "stt_1"],
    [42, 5, 4000, 2, "gap"],
    [43, 5, 6000, 2, "gap"],
    [44, 5, 8000, 1.3, "gap"],
    [45, 6, 9300, 2, "stt_2"],
  ]);
  assert.match(
    air.read("video.m3u8"),
    /gap\/1\/44\.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="stt_2\/1\/init\.mp4"\n#EXT-X-PROGRAM/,
  );
  assert.equal(air.answer("gap/1/43.m4s"), undefined);
});

test("a change of codec on the way is a discontinuity without a gap", () => {
  const air = new OnAir();
  air.publish("start", 2000, 2000, [video]);
  air.publish("config", 2040, 2000, [video, audio]);
  assert.deepEqual(entries(playlistOf(air, "audio")), [
    [40, 5, 0, 2, "gap"],
    [41, 6, 2000, 2, "stt_2"],
  ]);
  assert.deepEqual(entries(playlistOf(air, "video")), [
    [40, 5, 0, 2, "stt_1"],
    [41, 6, 2000, 2, "stt_2"],
  ]);
});

test("media that lies ahead of the clock still gets a gap in time when the encoder is gone", () => {
  const air = new OnAir();
  air.publish("start", 20_000, 2000, [video]);
  air.now = 3000;
  air.lose();
  const before = playlistOf(air, "video").segments.length;
  air.wait(3000);
  assert.equal(playlistOf(air, "video").segments.at(-1)?.gap, true);
  assert.ok(playlistOf(air, "video").segments.length >= before);
});

test("the end is told, and the window stays readable", () => {
  const air = new OnAir();
  air.publish("start", 5000);
  assert.equal(playlistOf(air, "video").endlist, false);
  air.end();
  air.wait(60_000);
  air.window.tick(air.clock);
  assert.equal(playlistOf(air, "video").endlist, true);
  assert.equal(playlistOf(air, "audio").endlist, true);
  assert.deepEqual(entries(playlistOf(air, "video")).length, 3);
  assert.ok(air.answer("stt_1/2/11.m4s"));
});

test("audio alone is a variant of its own", () => {
  const air = new OnAir();
  air.publish("start", 5000, 2000, [audio]);
  assert.match(
    air.read("index.m3u8"),
    /^#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-STREAM-INF:BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="mp4a\.40\.2"\naudio\.m3u8\n$/,
  );
  assert.equal(air.answer("video.m3u8"), undefined);
  assert.equal(playlistOf(air, "audio").segments.length, 2);
});

test("a restart of the server goes on with higher numbers and the same target", () => {
  const before = new OnAir();
  before.publish("start", 14_100, 3000, [video]);
  before.lose();
  const after = new OnAir({
    firstMediaSequence: before.window.nextMediaSequence,
    firstDiscontinuitySequence: before.window.nextDiscontinuitySequence,
    targetDuration: before.window.targetDuration ?? 0,
  });
  after.now = 20_000;
  after.publish("restart", 2500, 2000, [video]);
  assert.equal(after.window.targetDuration, 3);
  assert.deepEqual(entries(playlistOf(after, "video")), [[45, 6, 20_000, 2, "stt_1"]]);
});

test("§6.2.2: what leaves the window is kept for three targets, then let go", () => {
  const air = new OnAir();
  air.publish("start", 22_000, 2000, [video]);
  // Ten segments are sealed, of which the first two have left, the second just now.
  assert.equal(playlistOf(air, "video").mediaSequenceBase, 42);
  assert.ok(air.answer("stt_1/1/9.m4s"));
  air.publish("config", 6100, 2000, [video]);
  air.window.tick(air.clock);
  assert.equal(air.answer("stt_1/1/9.m4s"), undefined);
  assert.ok(air.answer("stt_1/1/14.m4s"));
  air.lose();
  air.wait(40_000);
  air.window.tick(air.clock);
  air.wait(7000);
  air.window.tick(air.clock);
  assert.equal(air.answer("stt_1/1/init.mp4"), undefined);
});

test("§6.2.2: at least three targets stay listed, however short the segments become", () => {
  const air = new OnAir();
  air.publish("start", 10_000, 10_000, [video]);
  air.publish("config", 50_000, 2000, [video]);
  const { segments, targetDuration } = playlistOf(air, "video");
  assert.equal(targetDuration, 10);
  assert.deepEqual(
    segments.map((segment) => segment.duration),
    Array.from({ length: 15 }, () => 2),
  );
});

test("media faster than real time leaves a bounded number of segments behind", () => {
  const air = new OnAir({ now: () => origin });
  air.publish("start", 200_000, 2000, [video]);
  const there = Array.from({ length: 100 }, (_, at) => air.answer(`stt_1/1/${9 + at}.m4s`));
  assert.equal(there.filter((segment) => segment !== undefined).length, 8 + 32);
});
