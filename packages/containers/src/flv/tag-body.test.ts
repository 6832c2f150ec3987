import assert from "node:assert/strict";
import { test } from "node:test";
import { MalformedInput } from "@oxbow/media";
import * as fc from "fast-check";
import { writeAmf0 } from "./amf0-writer.ts";
import { readAudioTag } from "./audio-tag.ts";
import { aacHeader, avcHeader, enhancedVideoHeader } from "./flv-writer.ts";
import { metadataBody, metadataOf, readScriptTag } from "./script-tag.ts";
import { readVideoTag } from "./video-tag.ts";

const data = Buffer.from("payload");
const body = (...pieces: (Buffer | string | readonly number[])[]): Buffer =>
  Buffer.concat(
    pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : Buffer.from(piece))),
  );
const frame = {
  is: "frame",
  track: 0,
  key: true,
  compositionTime: 0,
  nanoOffset: 0,
  data,
} as const;

test("FLV 10.1 §E.4.3.1: AVC sequence header, NALU and end of sequence", () => {
  assert.deepEqual(readVideoTag(body(avcHeader("config", true), data)), {
    is: "config",
    codec: "avc",
    track: 0,
    record: data,
  });
  assert.deepEqual(readVideoTag(body(avcHeader("frame", true, 80), data)), {
    ...frame,
    codec: "avc",
    compositionTime: 80,
  });
  assert.deepEqual(readVideoTag(avcHeader("end", true)), { is: "end", codec: "avc", track: 0 });
});

test("FLV 10.1 §E.4.3.1: a negative composition time", () => {
  for (const cts of [-1, -67, -8_388_608, 8_388_607]) {
    assert.deepEqual(readVideoTag(body(avcHeader("frame", false, cts), data)), {
      ...frame,
      codec: "avc",
      key: false,
      compositionTime: cts,
    });
  }
});

test("legacy HEVC codec id 12 is recognised", () => {
  assert.deepEqual(readVideoTag(body([0x1c, 0, 0, 0, 0], data)), {
    is: "config",
    codec: "hevc",
    track: 0,
    record: data,
  });
});

test("codecs without packets of ours are told by name", () => {
  assert.deepEqual(readVideoTag(body([0x12], data)), {
    is: "foreign",
    codec: "Sorenson H.263",
    track: 0,
  });
  assert.deepEqual(readAudioTag(body([0xb2], data)), { is: "foreign", codec: "Speex", track: 0 });
  assert.deepEqual(readVideoTag(body([0x90], "abcd", data)), {
    is: "foreign",
    codec: "FourCC abcd",
    track: 0,
  });
});

test("FLV 10.1 §E.4.2: AAC sequence header and raw frame, MP3", () => {
  assert.deepEqual(readAudioTag(body(aacHeader("config"), data)), {
    is: "config",
    codec: "aac",
    track: 0,
    record: data,
  });
  assert.deepEqual(readAudioTag(body(aacHeader("frame"), data)), { ...frame, codec: "aac" });
  assert.deepEqual(readAudioTag(body([0x2f], data)), { ...frame, codec: "mp3" });
});

test("FLV 10.1 §E.4.3: commands, empty bodies and packets without data are nothing", () => {
  for (const video of [[], [0x57, 0], [0x17], [0x17, 1, 0, 0, 0], [0xd0, 0]]) {
    assert.deepEqual(readVideoTag(body(video)), { is: "nothing" });
  }
  for (const audio of [[], [0xaf], [0xaf, 1]]) {
    assert.deepEqual(readAudioTag(body(audio)), { is: "nothing" });
  }
});

test("E-RTMP v1: every FourCC of ExVideoTagHeader, CodedFramesX has zero composition time", () => {
  for (const codec of ["avc", "hevc", "vvc", "av1", "vp8", "vp9"] as const) {
    assert.deepEqual(readVideoTag(body(enhancedVideoHeader(codec, "config", true), data)), {
      is: "config",
      codec,
      track: 0,
      record: data,
    });
    assert.deepEqual(readVideoTag(body(enhancedVideoHeader(codec, "frame", true), data)), {
      ...frame,
      codec,
    });
    assert.deepEqual(readVideoTag(enhancedVideoHeader(codec, "end", true)), {
      is: "end",
      codec,
      track: 0,
    });
  }
  for (const codec of ["avc", "hevc", "vvc"] as const) {
    assert.deepEqual(readVideoTag(body(enhancedVideoHeader(codec, "frame", true, -33), data)), {
      ...frame,
      codec,
      compositionTime: -33,
    });
  }
  // AV1 and VP9 have no composition time in CodedFrames either.
  assert.deepEqual(readVideoTag(body([0x91], "av01", data)), { ...frame, codec: "av1" });
});

test("E-RTMP v2: every FourCC of ExAudioTagHeader", () => {
  for (const [codec, fourCc] of [
    ["aac", "mp4a"],
    ["opus", "Opus"],
    ["mp3", ".mp3"],
    ["ac3", "ac-3"],
    ["eac3", "ec-3"],
    ["flac", "fLaC"],
  ] as const) {
    assert.deepEqual(readAudioTag(body([0x90], fourCc, data)), {
      is: "config",
      codec,
      track: 0,
      record: data,
    });
    assert.deepEqual(readAudioTag(body([0x91], fourCc, data)), { ...frame, codec });
    assert.deepEqual(readAudioTag(body([0x92], fourCc)), { is: "end", codec, track: 0 });
  }
  assert.deepEqual(readAudioTag(body([0x94], "mp4a", [1, 6])), { is: "nothing" });
});

test("E-RTMP v1: colour metadata before its frames, whatever the frame type says", () => {
  const amf = writeAmf0("colorInfo", { hdrCll: { maxFall: 100 } });
  for (const first of [0x84, 0x94, 0xd4]) {
    assert.deepEqual(readVideoTag(body([first], "hvc1", amf)), { is: "metadata", track: 0, amf });
  }
});

test("E-RTMP v2 ModEx: the nanosecond offset is read, unknown modifiers are skipped", () => {
  const nano = [0x97, 2, 0x01, 0xe2, 0x40, 0x03]; // 123,456 ns, then CodedFramesX
  assert.deepEqual(readVideoTag(body(nano, "avc1", data)), {
    ...frame,
    codec: "avc",
    nanoOffset: 123_456,
  });
  const unknown = [0x97, 0, 0xff, 0x57, 2, 0, 0, 9, 0x03];
  assert.deepEqual(readVideoTag(body(unknown, "avc1", data)), {
    ...frame,
    codec: "avc",
    nanoOffset: 9,
  });
  const wide = body([0x97, 255, 1, 43], Buffer.alloc(300, 1), [0x03], "avc1", data);
  assert.deepEqual(readVideoTag(wide), { ...frame, codec: "avc", nanoOffset: 0x010101 });
  assert.deepEqual(readAudioTag(body([0x97, 2, 0, 0, 7, 0x01], "mp4a", data)), {
    ...frame,
    codec: "aac",
    nanoOffset: 7,
  });
});

test("E-RTMP v2 multitrack: every track in a message is parsed, in all three layouts", () => {
  const one = body([0x96, 0x03], "avc1", [2], data);
  assert.deepEqual(readVideoTag(one), { ...frame, codec: "avc", track: 2 });
  const many = body([0x95, 0x11], "mp4a", [0, 0, 0, 7], data, [1, 0, 0, 7], data);
  assert.deepEqual(readAudioTag(many), {
    is: "multitrack",
    tracks: [
      { ...frame, codec: "aac" },
      { ...frame, codec: "aac", track: 1 },
    ],
  });
  const codecs = body(
    [0x96, 0x21],
    "avc1",
    [0, 0, 0, 10, 0, 0, 5],
    data,
    "av01",
    [1, 0, 0, 7],
    data,
    "????",
    [9, 0, 0, 0],
  );
  assert.deepEqual(readVideoTag(codecs), {
    is: "multitrack",
    tracks: [
      { ...frame, codec: "avc", compositionTime: 5 },
      { ...frame, codec: "av1", track: 1 },
      { is: "foreign", codec: "FourCC ????", track: 9 },
    ],
  });
});

test("E-RTMP v2: unknown packet types and layouts fail gracefully", () => {
  assert.deepEqual(readVideoTag(body([0x9e], "avc1", data)), { is: "nothing" });
  assert.deepEqual(readVideoTag(body([0x96, 0x51], "avc1", data)), { is: "nothing" });
  assert.throws(() => readVideoTag(body([0x96, 0x06], "avc1")), MalformedInput);
  assert.throws(() => readVideoTag(body([0x96, 0x11], "avc1", [0, 0, 0, 99], data)), /cut off/);
});

test("FLV 10.1 §E.4.4: onMetaData with and without @setDataFrame", () => {
  const plain = metadataBody({ width: 1280, encoder: "obs" });
  const wrapped = Buffer.concat([writeAmf0("@setDataFrame"), plain]);
  for (const script of [plain, wrapped]) {
    assert.deepEqual({ ...metadataOf(readScriptTag(script)) }, { width: 1280, encoder: "obs" });
  }
  assert.equal(metadataOf(readScriptTag(writeAmf0("onTextData", { a: 1 }))), undefined);
});

test("payload bytes are views into the body, never copies", () => {
  const whole = body(avcHeader("frame", true), data);
  const parsed = readVideoTag(whole);
  assert.ok(parsed.is === "frame" && parsed.data.buffer === whole.buffer);
  assert.equal(parsed.data.byteOffset, whole.byteOffset + 5);
});

test("property: random bodies throw nothing but MalformedInput", () => {
  const enhanced = fc
    .tuple(fc.integer({ min: 0x80, max: 0xff }), fc.uint8Array({ maxLength: 40 }))
    .map(([first, rest]) => Buffer.from([first, ...rest]));
  fc.assert(
    fc.property(fc.oneof(enhanced, fc.uint8Array({ maxLength: 40 })), (bytes) => {
      for (const read of [readVideoTag, readAudioTag, readScriptTag]) {
        try {
          read(bytes);
        } catch (error) {
          assert.ok(error instanceof MalformedInput, String(error));
        }
      }
    }),
    { numRuns: 3000 },
  );
});
