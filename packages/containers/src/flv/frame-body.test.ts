import assert from "node:assert/strict";
import { test } from "node:test";
import type { AudioCodec, AudioConfig, Track, VideoCodec, VideoConfig } from "@oxbow/media";
import { readAudioTag } from "./audio-tag.ts";
import { FlvDemuxer } from "./flv-demuxer.ts";
import { flvFileHeader, flvTag, flvTagBytes, writeFlvTag } from "./flv-writer.ts";
import {
  configBody,
  FRAME_HEADER_BYTES,
  metadataOfTracks,
  writeFrameHeader,
} from "./frame-body.ts";
import { readVideoTag } from "./video-tag.ts";

const data = Buffer.from("payload");
const record = Buffer.from("record");
const head = Buffer.alloc(FRAME_HEADER_BYTES);

const video = (codec: VideoCodec): VideoConfig => ({
  kind: "video",
  codec,
  record,
  codecString: "",
  width: 640,
  height: 360,
  pixelAspect: [1, 1],
  frameRate: 25,
});
const audio = (codec: AudioCodec): AudioConfig => ({
  kind: "audio",
  codec,
  record,
  codecString: "",
  sampleRate: 48_000,
  channels: 2,
  samplesPerFrame: 1024,
});

const bodyOf = (config: VideoConfig | AudioConfig, key: boolean, compositionTime: number): Buffer =>
  Buffer.concat([head.subarray(0, writeFrameHeader(head, config, { key }, compositionTime)), data]);

test("a frame of every video codec is read as it was written, keyframe or not", () => {
  const seen = (["avc", "hevc", "av1", "vp9"] as const).flatMap((codec) =>
    [true, false].map((key) => readVideoTag(bodyOf(video(codec), key, -40))),
  );
  const frame = { is: "frame", track: 0, nanoOffset: 0, data };
  const reorders = { compositionTime: -40 };
  const plain = { compositionTime: 0 };
  assert.deepEqual(seen, [
    { ...frame, codec: "avc", key: true, ...reorders },
    { ...frame, codec: "avc", key: false, ...reorders },
    { ...frame, codec: "hevc", key: true, ...reorders },
    { ...frame, codec: "hevc", key: false, ...reorders },
    { ...frame, codec: "av1", key: true, ...plain },
    { ...frame, codec: "av1", key: false, ...plain },
    { ...frame, codec: "vp9", key: true, ...plain },
    { ...frame, codec: "vp9", key: false, ...plain },
  ]);
});

test("a unit of every audio codec is read as it was written", () => {
  const frame = { is: "frame", track: 0, key: true, compositionTime: 0, nanoOffset: 0, data };
  for (const codec of ["aac", "opus", "mp3", "ac3", "flac"] as const) {
    assert.deepEqual(readAudioTag(bodyOf(audio(codec), true, 0)), { ...frame, codec });
  }
});

test("the configuration of every codec that has one is read as it was written", () => {
  for (const codec of ["avc", "hevc", "av1", "vp9"] as const) {
    const body = configBody(video(codec)) ?? Buffer.alloc(0);
    assert.deepEqual(readVideoTag(body), { is: "config", codec, track: 0, record });
  }
  for (const codec of ["aac", "opus", "ac3", "flac"] as const) {
    const body = configBody(audio(codec)) ?? Buffer.alloc(0);
    assert.deepEqual(readAudioTag(body), { is: "config", codec, track: 0, record });
  }
  assert.equal(configBody(audio("mp3")), undefined);
});

test("FLV 10.1 §E.5: onMetaData names legacy ids, and FourCCs where there is none", () => {
  const track = (config: VideoConfig | AudioConfig): Track => ({
    id: 1,
    timescale: 1000,
    language: "und",
    config,
  });
  assert.deepEqual(metadataOfTracks([track(video("avc")), track(audio("aac"))]), {
    width: 640,
    height: 360,
    framerate: 25,
    videocodecid: 7,
    audiosamplerate: 48_000,
    audiosamplesize: 16,
    audiochannels: 2,
    stereo: true,
    audiocodecid: 10,
  });
  const { videocodecid, audiocodecid } = metadataOfTracks([
    track(video("hevc")),
    track(audio("opus")),
  ]);
  assert.deepEqual([videocodecid, audiocodecid], [0x68766331, 0x4f707573]);
});

test("FLV 10.1 §E.4.1: tags written next to one another are those that stand alone, over 2^24 ms too", () => {
  const headBytes = writeFrameHeader(head, video("avc"), { key: true }, 80);
  const size = flvTagBytes(headBytes + data.length);
  const out = Buffer.alloc(2 * size);
  const next = writeFlvTag(out, 0, "video", 0x1234567, head, headBytes, data);
  assert.equal(writeFlvTag(out, next, "video", 0xffffffff + 2, head, headBytes, data), out.length);
  const body = [head.subarray(0, headBytes), data];
  assert.deepEqual(
    out,
    Buffer.concat([flvTag("video", 0x1234567, ...body), flvTag("video", 1, ...body)]),
  );
  const tags = new FlvDemuxer().push(
    Buffer.concat([flvFileHeader({ audio: false, video: true }), out]),
  );
  assert.deepEqual(
    tags.map(({ timestamp }) => timestamp),
    [0x1234567, 1],
  );
});
