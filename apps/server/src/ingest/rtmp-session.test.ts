import assert from "node:assert/strict";
import { test } from "node:test";
import { aacHeader, avcHeader, enhancedVideoHeader } from "@oxbow/containers";
import { MalformedInput } from "@oxbow/media";
import { hasIdrSlice } from "./avc-sync.ts";
import { RtmpSession } from "./rtmp-session.ts";
import { TestSession } from "./test-publishing.ts";

// 640x360 and 320x240, High profile, as x264 writes them.
const avc = Buffer.from(
  "0164001effe1001a6764001eacd940a02ff97011000003000100000300320f162d960100066 8ebe3cb22c0fdf8f800".replaceAll(
    " ",
    "",
  ),
  "hex",
);
/** The same record with another picture parameter set. */
const otherAvc = Buffer.from(avc);
otherAvc[otherAvc.length - 5] = (otherAvc[otherAvc.length - 5] ?? 0) ^ 1;
const aac = Buffer.from("119056e500", "hex");

const nal = (type: number, size = 4): Buffer =>
  Buffer.concat([Buffer.of(0, 0, 0, size, type), Buffer.alloc(size - 1, 7)]);
const video = (packet: "config" | "frame" | "end", key: boolean, data: Buffer, cts = 0): Buffer =>
  Buffer.concat([avcHeader(packet, key, cts), data]);
const audio = (packet: "config" | "frame", data: Buffer): Buffer =>
  Buffer.concat([aacHeader(packet), data]);

function begin(): { session: TestSession; rtmp: RtmpSession; dropped: string[] } {
  const session = new TestSession();
  const dropped: string[] = [];
  return { session, dropped, rtmp: new RtmpSession(session, (reason) => dropped.push(reason)) };
}

test("AVC and AAC become tracks and frames in ticks; the payload is a view", () => {
  const { session, rtmp } = begin();
  rtmp.message("video", 0, video("config", true, avc));
  rtmp.message("audio", 0, audio("config", aac));
  const body = video("frame", true, nal(0x65), 67);
  rtmp.message("video", 33, body);
  rtmp.message("audio", 23, audio("frame", Buffer.from("raw")));
  assert.deepEqual(
    session.tracks.map(({ id, timescale, config }) => [id, timescale, config.codec]),
    [
      [1, 90_000, "avc"],
      [2, 48_000, "aac"],
    ],
  );
  assert.deepEqual(session.frames, [
    { track: 1, dts: 2970, cto: 6030, key: true, data: nal(0x65) },
    { track: 2, dts: 1104, cto: 0, key: true, data: Buffer.from("raw") },
  ]);
  assert.equal(session.frames[0]?.data.buffer, body.buffer);
});

test("negative composition offsets, negative DTS, and timestamps beyond 2^32 ms", () => {
  const { session, rtmp } = begin();
  rtmp.message("video", 0, video("config", true, avc));
  rtmp.message("video", 2 ** 32 + 1, video("frame", false, nal(0x41), -33));
  rtmp.message("video", -3, video("frame", false, nal(0x41)));
  assert.deepEqual(session.frames, [
    { track: 1, dts: (2 ** 32 + 1) * 90, cto: -2970, key: false, data: nal(0x41) },
    { track: 1, dts: -270, cto: 0, key: false, data: nal(0x41) },
  ]);
});

test("frames before their sequence header are dropped and counted, audio first included", () => {
  const { session, rtmp, dropped } = begin();
  rtmp.message("audio", 0, audio("frame", Buffer.from("raw")));
  rtmp.message("video", 0, video("frame", true, nal(0x65)));
  rtmp.message("audio", 0, audio("config", aac));
  rtmp.message("audio", 23, audio("frame", Buffer.from("raw")));
  assert.deepEqual(dropped, ["no_configuration", "no_configuration"]);
  assert.deepEqual(
    session.frames.map(({ track }) => track),
    [2],
  );
});

test("repeated sequence headers are no change, changed ones are (phone rotation)", () => {
  const { session, rtmp } = begin();
  for (const record of [avc, avc, otherAvc, otherAvc, avc]) {
    rtmp.message("video", 0, video("config", true, Buffer.from(record)));
  }
  rtmp.message("audio", 0, audio("config", aac));
  rtmp.message("audio", 0, audio("config", aac));
  assert.deepEqual(
    session.tracks.map(({ config }) => Buffer.from(config.record)),
    [avc, otherAvc, avc, aac],
  );
});

test("a keyframe without an IDR slice is no sync sample", () => {
  const { session, rtmp } = begin();
  rtmp.message("video", 0, video("config", true, avc));
  rtmp.message("video", 0, video("frame", true, Buffer.concat([nal(0x09), nal(0x41)])));
  rtmp.message("video", 33, video("frame", true, Buffer.concat([nal(0x06), nal(0x65)])));
  assert.deepEqual(
    session.frames.map(({ key }) => key),
    [false, true],
  );
});

test("ISO/IEC 14496-15 §5.3.3.1: lengths of 1 and 2 bytes, and one beyond the picture", () => {
  assert.equal(hasIdrSlice(Buffer.of(1, 0x09, 2, 0x65, 0), 1), true);
  assert.equal(hasIdrSlice(Buffer.of(0, 1, 0x41, 0, 0), 2), false);
  assert.throws(() => hasIdrSlice(Buffer.of(0, 0, 0, 9, 0x65), 4), MalformedInput);
  const { rtmp } = begin();
  rtmp.message("video", 0, video("config", true, avc));
  assert.throws(
    () => rtmp.message("video", 0, video("frame", true, Buffer.of(0, 0, 1, 0x65))),
    MalformedInput,
  );
});

test("end of sequence, silence, seek commands and colour metadata change nothing", () => {
  const { session, rtmp } = begin();
  rtmp.message("video", 0, video("config", true, avc));
  for (const body of [avcHeader("end", true), Buffer.of(0x57, 0), Buffer.alloc(0)]) {
    rtmp.message("video", 0, body);
  }
  rtmp.message("audio", 0, Buffer.alloc(0));
  rtmp.message("video", 0, Buffer.concat([Buffer.of(0x94), Buffer.from("avc1")]));
  assert.deepEqual([session.frames, session.rejections], [[], []]);
});

test("E-RTMP: avc1 in enhanced headers, the nanosecond offset, and only track 0 of several", () => {
  const { session, rtmp, dropped } = begin();
  const key = nal(0x65);
  rtmp.message("video", 0, Buffer.concat([enhancedVideoHeader("avc", "config", true), avc]));
  rtmp.message("video", 10, Buffer.concat([enhancedVideoHeader("avc", "frame", true, -10), key]));
  const nano = Buffer.of(0x97, 2, 0x07, 0xa1, 0x20, 0x03); // 500,000 ns
  rtmp.message("video", 20, Buffer.concat([nano, Buffer.from("avc1"), key]));
  const size = Buffer.of(0, 0, key.length);
  const both = [Buffer.of(0), size, key, Buffer.of(1), size, key];
  rtmp.message("video", 30, Buffer.concat([Buffer.of(0x96, 0x13), Buffer.from("avc1"), ...both]));
  assert.deepEqual(
    session.frames.map(({ dts, cto }) => [dts, cto]),
    [
      [900, -900],
      [1845, 0],
      [2700, 0],
    ],
  );
  assert.deepEqual(dropped, ["other_track"]);
});

test("an unsupported codec is rejected once, with its name and what to choose instead", () => {
  const cases: ["audio" | "video", Buffer, RegExp][] = [
    ["video", Buffer.of(0x1c, 0, 0, 0, 0, 1), /^H\.265 \(HEVC\) video .* choose H\.264 \(AVC\)/],
    ["video", enhancedVideoHeader("av1", "config", true), /^AV1 video/],
    ["video", Buffer.of(0x12, 1), /^Sorenson H\.263 video/],
    ["video", Buffer.from("\x90dvh1", "latin1"), /^FourCC dvh1 video/],
    ["audio", Buffer.from("\x90Opus", "latin1"), /^Opus audio .* choose AAC/],
    ["audio", Buffer.of(0x2f, 1), /^MP3 audio/],
    ["audio", Buffer.of(0xb2, 1), /^Speex audio/],
  ];
  for (const [kind, body, message] of cases) {
    const { session, rtmp } = begin();
    rtmp.message(kind, 0, body);
    rtmp.message(kind, 0, body);
    assert.deepEqual(
      session.rejections.map(({ code }) => code),
      ["codec_unsupported"],
    );
    assert.match(session.rejections[0]?.message ?? "", message);
    assert.ok(session.signal.aborted);
  }
});

test("bytes are handed on as differences", () => {
  const { session, rtmp } = begin();
  rtmp.bytes(100);
  rtmp.bytes(250);
  assert.equal(session.total, 250);
});
