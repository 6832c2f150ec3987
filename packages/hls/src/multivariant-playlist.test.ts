import assert from "node:assert/strict";
import { test } from "node:test";
import type { VideoConfig } from "@oxbow/media";
import * as fc from "fast-check";
import * as hls from "hls-parser";
import { type ClosedCaptions, multivariantPlaylist } from "./multivariant-playlist.ts";
import { playlistLanguage, shownSize } from "./track-attributes.ts";

hls.setOptions({ strictMode: true });

function parse(text: string): hls.types.MasterPlaylist {
  const playlist = hls.parse(text);
  assert.ok(playlist instanceof hls.types.MasterPlaylist);
  return playlist;
}

test("video with an audio group names codecs, sizes, rates and channels", () => {
  const text = multivariantPlaylist({
    audio: [
      {
        group: "audio",
        name: "English",
        uri: "audio.m3u8",
        language: "en",
        channels: 2,
        default: true,
      },
    ],
    variants: [
      {
        uri: "video.m3u8",
        bandwidth: 2_612_345.2,
        averageBandwidth: 2_500_000,
        codecs: ["avc1.64001f", "mp4a.40.2", "avc1.64001f"],
        resolution: { width: 1280, height: 720 },
        frameRate: 30_000 / 1001,
        audio: "audio",
      },
    ],
  });
  assert.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:6
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2612346,AVERAGE-BANDWIDTH=2500000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio"
video.m3u8
`,
  );
  const [variant] = parse(text).variants;
  assert.equal(variant?.audio[0]?.uri, "audio.m3u8");
  assert.equal(variant.frameRate, 29.97);
});

test("audio alone is a variant of its own", () => {
  const variants = [{ uri: "audio.m3u8", bandwidth: 130_000, codecs: ["mp4a.40.2"] }];
  const [variant] = parse(multivariantPlaylist({ audio: [], variants })).variants;
  assert.equal(variant?.codecs, "mp4a.40.2");
  assert.equal(variant.resolution, undefined);
});

test("rfc8216bis §4.4.6.2: a variant tells its range, its rank, its subtitles and its lasting name", () => {
  const variants = [
    {
      uri: "video.m3u8",
      bandwidth: 5_000_000,
      codecs: ["hvc1.2.4.L120.90"],
      resolution: { width: 1920, height: 1080 },
      score: 1.5,
      videoRange: "PQ" as const,
      stableId: "source",
      subtitles: "text",
    },
  ];
  const subtitle = { group: "text", language: "pt-BR", default: false };
  const subtitles = [
    { ...subtitle, name: "Português", uri: "sub_1.m3u8" },
    { ...subtitle, name: "Português (forçada)", uri: "sub_2.m3u8", forced: true },
    { ...subtitle, name: "Português (CC)", uri: "sub_3.m3u8", transcribes: true },
  ];
  const text = multivariantPlaylist({ audio: [], variants, subtitles });
  assert.deepEqual(text.split("\n").slice(2, -1), [
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="Português",LANGUAGE="pt-BR",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="sub_1.m3u8"',
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="Português (forçada)",LANGUAGE="pt-BR",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,URI="sub_2.m3u8"',
    '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="Português (CC)",LANGUAGE="pt-BR",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",URI="sub_3.m3u8"',
    '#EXT-X-STREAM-INF:BANDWIDTH=5000000,CODECS="hvc1.2.4.L120.90",RESOLUTION=1920x1080,SCORE=1.5,VIDEO-RANGE=PQ,STABLE-VARIANT-ID="source",SUBTITLES="text"',
    "video.m3u8",
  ]);
  const [variant] = parse(text).variants;
  assert.deepEqual(
    variant?.subtitles.map(({ uri, forced }) => [uri, forced]),
    [
      ["sub_1.m3u8", false],
      ["sub_2.m3u8", true],
      ["sub_3.m3u8", false],
    ],
  );
});

test("rfc8216bis §4.4.6.2: every variant says which captions its pictures carry, or that there are none", () => {
  const variants = ["a.m3u8", "b.m3u8"].map((uri) => {
    return { uri, bandwidth: 1, codecs: ["avc1.64001f"] };
  });
  const lines = (closedCaptions?: readonly ClosedCaptions[]): string[] =>
    multivariantPlaylist({
      ...{ audio: [], variants },
      ...(closedCaptions && { closedCaptions }),
    }).split("\n");
  const services = [
    { service: "CC1", name: "CC1" },
    { service: "CC3", name: "Español", language: "es" },
  ];
  assert.deepEqual(lines(services).slice(2, -1), [
    '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="closed-captions",NAME="CC1",DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID="CC1"',
    '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="closed-captions",NAME="Español",LANGUAGE="es",DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID="CC3"',
    '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.64001f",CLOSED-CAPTIONS="closed-captions"',
    "a.m3u8",
    '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.64001f",CLOSED-CAPTIONS="closed-captions"',
    "b.m3u8",
  ]);
  const [variant] = parse(lines(services).join("\n")).variants;
  assert.deepEqual(
    variant?.closedCaptions.map(({ instreamId }) => instreamId),
    ["CC1", "CC3"],
  );
  const none = lines([]).filter((line) => line.startsWith("#EXT-X-STREAM-INF"));
  assert.ok(none.every((line) => line.endsWith(",CLOSED-CAPTIONS=NONE")));
  assert.ok(!lines().join().includes("CLOSED-CAPTIONS"));
});

test("rfc8216bis §4.4.6.3: pictures for trick play are variants without sound or rate", () => {
  const text = multivariantPlaylist({
    audio: [],
    variants: [{ uri: "video.m3u8", bandwidth: 2_000_000, codecs: ["avc1.64001f"] }],
    pictures: [
      {
        uri: "iframes.m3u8",
        bandwidth: 300_000,
        codecs: ["avc1.64001f"],
        resolution: { width: 1280, height: 720 },
      },
    ],
  });
  assert.match(
    text,
    /\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=300000,CODECS="avc1.64001f",RESOLUTION=1280x720,URI="iframes.m3u8"\n$/,
  );
  const parsed = parse(text).variants;
  assert.deepEqual(
    parsed.map(({ uri, isIFrameOnly }) => [uri, isIFrameOnly === true]),
    [
      ["video.m3u8", false],
      ["iframes.m3u8", true],
    ],
  );
});

test("a name of any text stays inside its quotes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const text = multivariantPlaylist({
        audio: [{ group: "g", name: `x${name}`, uri: "a.m3u8", channels: 1, default: false }],
        variants: [{ uri: "v.m3u8", bandwidth: 1, codecs: ["avc1.64001f"], audio: "g" }],
      });
      assert.equal(
        text.split(/[\r\n\u0085\u2028\u2029]/).filter((line) => line.startsWith("#")).length,
        4,
      );
      const [variant] = parse(text).variants;
      assert.equal(variant?.audio.length, 1);
      assert.equal(variant.audio[0]?.uri, "a.m3u8");
    }),
  );
});

test("languages take their shortest tag, and what is none is left out", () => {
  assert.deepEqual(["eng", "ger", "deu", "rus", "und", "", "x!", "en\n#"].map(playlistLanguage), [
    "en",
    "de",
    "de",
    "ru",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("the size is that of the picture as shown: aspect applied, then turned", () => {
  const config: VideoConfig = {
    kind: "video",
    codec: "avc",
    record: new Uint8Array(),
    codecString: "avc1.64001f",
    width: 720,
    height: 576,
    pixelAspect: [16, 11],
  };
  assert.deepEqual(shownSize(config), { width: 1047, height: 576 });
  assert.deepEqual(shownSize({ ...config, pixelAspect: [0, 0] }), { width: 720, height: 576 });
  assert.deepEqual(shownSize({ ...config, pixelAspect: [1, 1], rotation: 90 }), {
    width: 576,
    height: 720,
  });
});
