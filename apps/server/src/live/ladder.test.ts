import assert from "node:assert/strict";
import { test } from "node:test";
import { millis, type Track } from "@oxbow/media";
import type { OlderMedia } from "./media-route.ts";
import { audio, OnAir, origin, video } from "./on-air.ts";
import { readPlaylist } from "./read-playlist.ts";
import type { MadeRendition } from "./rendition-on-air.ts";

const small = (width: number, height: number, codecString: string): Track => {
  const config = video.config.kind === "video" ? video.config : assert.fail();
  return { ...video, config: { ...config, width, height, codecString, frameRate: 25 } };
};
const HIGH: MadeRendition = {
  ...{ name: "480p", bitrate: 1_200_000, recorded: true, nth: 1, lagMs: 240 },
  tracks: (source) => [small(854, 480, "avc1.64001e"), ...source.slice(1)],
};
const LOW: MadeRendition = {
  ...{ name: "240p", bitrate: 300_000, recorded: true, nth: 1, lagMs: 320 },
  tracks: (source) => [small(426, 240, "avc1.64000d"), ...source.slice(1)],
};

const lines = (text: string, start: string): string[] =>
  text.split("\n").filter((line) => line.startsWith(start));

/** Sequence number and address of the entries, of the media and of the section in force. */
const listed = (air: OnAir, path: string): unknown[] =>
  readPlaylist(air.read(path)).entries.map(({ sequence, uri, gap, map, discontinuitySequence }) => [
    sequence,
    uri,
    gap ? "gap" : map,
    discontinuitySequence,
  ]);

test("§4.4.6.2: the index lists the source, then the renditions that are made, the best first", () => {
  const air = new OnAir({}, [LOW, HIGH]);
  air.publish("start", 6600);
  const text = air.read("index.m3u8");
  const [source = "", high = "", low = ""] = lines(text, "#EXT-X-STREAM-INF");
  assert.match(source, /CODECS="avc1\.64001f,mp4a\.40\.2",RESOLUTION=1280x720,.*AUDIO="audio"$/);
  assert.match(
    high,
    /CODECS="avc1\.64001e,mp4a\.40\.2",RESOLUTION=854x480,FRAME-RATE=25\.000,AUDIO="audio"$/,
  );
  assert.match(low, /CODECS="avc1\.64000d,mp4a\.40\.2",RESOLUTION=426x240,/);
  assert.deepEqual(
    text.split("\n").filter((line) => line.endsWith("m3u8")),
    ["video.m3u8", "video-480p.m3u8", "video-240p.m3u8"],
  );
  const bytes = [9, 10, 11].map((number) => air.sealed.get(`stt_2/1/${number}`)?.length ?? 0);
  const peak = Number(/BANDWIDTH=(\d+)/.exec(low)?.[1]);
  assert.ok(peak >= (Math.max(...bytes) * 8) / 2 && peak < 300_000, "measured, not promised");

  air.renditions[0]?.lose();
  air.renditions[1]?.lose();
  const variants = (): string[] => lines(air.read("index.m3u8"), "#EXT-X-STREAM-INF");
  assert.equal(variants().length, 1, "new players see what is made");
  air.renditions[1]?.back();
  air.feed(2400);
  assert.match(variants()[1] ?? "", /854x480/);
  assert.deepEqual(lines(air.read("index.m3u8?dvr=1"), "video"), [
    "video.m3u8?dvr=1",
    "video-480p.m3u8?dvr=1",
  ]);
});

test("§4.4.6.2: a rendition with fewer pictures says so, whatever its bitstream declares", () => {
  const air = new OnAir({}, [{ ...HIGH, nth: 2 }]);
  air.publish("start", 4600);
  const [, high = ""] = lines(air.read("index.m3u8"), "#EXT-X-STREAM-INF");
  assert.match(high, /FRAME-RATE=12\.500,/);
  assert.match(air.read("manifest.mpd"), /id="video-480p"[^>]*frameRate="12500\/1000"/);
});

test("§4.4.6.2: before anything of a rendition is measured, the bitrate of the ladder is told", () => {
  const air = new OnAir({}, [{ ...HIGH, lagMs: 1800 }]);
  air.publish("start", 2100);
  const [, high = ""] = lines(air.read("index.m3u8"), "#EXT-X-STREAM-INF");
  assert.match(high, /^#EXT-X-STREAM-INF:BANDWIDTH=1360000,AVERAGE-BANDWIDTH=1360000,/);
});

test("§4.4.6.1: sound that was made has a group and a playlist, and the renditions play with it", () => {
  const surround = { ...audio, config: { ...audio.config, channels: 6 } };
  const stereo = ({ tracks = () => [], ...made }: MadeRendition): MadeRendition => ({
    ...made,
    tracks: (source) => [...tracks(source).slice(0, 1), audio],
  });
  const air = new OnAir({}, [stereo(HIGH), stereo(LOW)]);
  air.publish("start", 6600, 2000, [video, surround]);
  const text = air.read("index.m3u8");
  assert.deepEqual(lines(text, "#EXT-X-MEDIA:"), [
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="en",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="6",URI="audio.m3u8"',
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="en",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio-aac.m3u8"',
  ]);
  const groups = lines(text, "#EXT-X-STREAM-INF").map((line) => /AUDIO="(\w+)"/.exec(line)?.[1]);
  assert.deepEqual(groups, ["audio", "aac", "aac"]);
  // Of the cheapest, which is shed last.
  assert.deepEqual(listed(air, "audio-aac.m3u8").at(-1), [
    42,
    "stt_3/2/11.m4s",
    "stt_3/2/init.mp4",
    5,
  ]);
});

test("captions are told of all variants, once it is known whether there are any", () => {
  const air = new OnAir({}, [HIGH]);
  air.publish("start", 4600);
  assert.ok(!air.read("index.m3u8").includes("CLOSED-CAPTIONS"));
  air.window.captions([]);
  assert.equal(air.read("index.m3u8").match(/CLOSED-CAPTIONS=NONE/g)?.length, 2);
  air.window.captions([{ service: "CC1", name: "CC1" }]);
  assert.match(air.read("index.m3u8"), /TYPE=CLOSED-CAPTIONS,.*INSTREAM-ID="CC1"/);
});

test("§4.4.4.3, §6.2.4: a rendition that stops has gaps, and comes back with a section and no discontinuity", () => {
  const air = new OnAir({}, [HIGH]);
  const [rendition = assert.fail()] = air.renditions;
  air.publish("start", 5000);
  rendition.lose();
  air.feed(4000);
  rendition.back();
  air.feed(5400);
  assert.deepEqual(listed(air, "video-480p.m3u8"), [
    [40, "stt_2/1/9.m4s", "stt_2/1/init.mp4", 5],
    [41, "stt_2/1/10.m4s", "stt_2/1/init.mp4", 5],
    [42, "gap/1/42.m4s", "gap", 5],
    [43, "gap/1/43.m4s", "gap", 5],
    [44, "gap/1/44.m4s", "gap", 5],
    [45, "stt_3/1/14.m4s", "stt_3/1/init.mp4", 5],
    [46, "stt_3/1/15.m4s", "stt_3/1/init.mp4", 5],
  ]);
  assert.ok(!air.read("video-480p.m3u8").includes("#EXT-X-DISCONTINUITY\n"));
});

test("§6.2.1: a rendition that only falls behind has a gap before its list would be without anything new", () => {
  const air = new OnAir({}, [HIGH]);
  const [rendition = assert.fail()] = air.renditions;
  air.publish("start", 4400);
  rendition.lagMs = 60_000;
  air.feed(2600);
  assert.equal(listed(air, "video-480p.m3u8").length, 2, "it is waited for");
  air.feed(600);
  assert.deepEqual(listed(air, "video-480p.m3u8").at(-1), [42, "gap/1/42.m4s", "gap", 5]);
  assert.ok(!air.read("index.m3u8").includes("480p"), "nobody begins with it");
  assert.equal(listed(air, "video.m3u8").length, 3);
});

test("the list of a rendition that has begun is held until it has an entry", async () => {
  const air = new OnAir({}, [{ ...HIGH, lagMs: 900 }]);
  air.publish("start", 2400);
  const held = air.held("video-480p.m3u8");
  const unknown = air.answer("video-999p.m3u8");
  assert.equal(unknown, undefined);
  air.feed(700);
  assert.match(Buffer.concat((await held)?.body ?? []).toString(), /stt_2\/1\/9\.m4s/);
});

test("with the source's end what a rendition is behind comes yet, for two seconds; then there are gaps", () => {
  const air = new OnAir({}, [HIGH, { ...LOW, lagMs: 1900 }]);
  air.publish("start", 6000);
  const [, low = assert.fail()] = air.renditions;
  low.lagMs = 10_000;
  air.feed(2000);
  air.end();
  const ended = (name: string): boolean => readPlaylist(air.read(name)).ended;
  assert.deepEqual(
    ["video", "video-480p"].map((name) => ended(`${name}.m3u8`)),
    [true, false],
  );
  air.wait(400);
  air.window.tick(air.clock);
  assert.equal(ended("video-480p.m3u8"), true);
  assert.deepEqual(listed(air, "video-480p.m3u8").at(-1), [
    43,
    "stt_2/1/12.m4s",
    "stt_2/1/init.mp4",
    5,
  ]);
  air.wait(1700);
  air.window.tick(air.clock);
  assert.equal(ended("video-240p.m3u8"), true);
  assert.deepEqual(listed(air, "video-240p.m3u8").at(-1), [43, "gap/1/43.m4s", "gap", 5]);
});

test("what is recorded of a rendition can be rewound to, also before a restart; of another there is only the live list", async () => {
  const older: OlderMedia = ({ stretch, track, ...place }) => {
    const bytes = air.sealed.get(
      `${stretch}/${track}/${place.what === "init" ? -1 : place.number}`,
    );
    return Promise.resolve(bytes && { body: [bytes] });
  };
  const segments = [0, 1, 2].map((number) => ({
    ...{ number, wall: millis(origin + number * 2000), seconds: 2, tracks: [1, 2] },
  }));
  const made = { rendition: "480p", stretch: "stt_b", tracks: [video, audio], numbers: [1, 2] };
  const recorded = [{ stretch: "stt_a", tracks: [video, audio], segments, renditions: [made] }];
  const options = { older, recorded: Promise.resolve(recorded), targetDuration: 2 };
  const air: OnAir = new OnAir(options, [HIGH, { ...LOW, recorded: false }]);
  await new Promise(setImmediate);
  air.now = 6000;
  air.publish("restart", 40_400);
  const all = readPlaylist(air.read("video-480p.m3u8?dvr=1")).entries;
  assert.deepEqual(
    all.slice(0, 4).map(({ uri, gap }) => [uri, gap]),
    [
      ["gap/1/37.m4s", true],
      ["stt_b/1/1.m4s", false],
      ["stt_b/1/2.m4s", false],
      ["stt_2/1/9.m4s", false],
    ],
  );
  const media = await air.held("stt_2/1/9.m4s");
  assert.equal(media?.body[0], air.sealed.get("stt_2/1/9"), "the archive's: memory has let it go");
  assert.equal(air.answer("video-240p.m3u8?dvr=1"), undefined);
  assert.ok(!air.read("index.m3u8?dvr=1").includes("240p"));
  for (const { uri = "" } of readPlaylist(air.read("video-240p.m3u8")).entries) {
    assert.equal(air.answer(uri)?.kind, "media", uri);
  }
});

/** A viewer of a segment that grows: what he was sent, and how it ended. */
function growing(air: OnAir, path: string): { bytes: Buffer[]; over: string } {
  const answer = air.window.route(path);
  if (answer === undefined || answer instanceof Promise) return assert.fail("nothing grows there");
  const seen = { bytes: [] as Buffer[], over: "" };
  assert.equal(answer.kind, "growing");
  if (answer.kind !== "growing") return seen;
  answer.grow({
    write: (buffers) => void seen.bytes.push(Buffer.concat(buffers)),
    end: () => void (seen.over = "end"),
    cut: () => void (seen.over = "cut"),
    onClose: () => {},
  });
  return seen;
}

test("ISO/IEC 23009-1 §5.3.9.5.3: a segment of a rendition is sent while it grows, or cut off where it is lost", async () => {
  const air = new OnAir({ partMs: 214 }, [HIGH]);
  air.publish("start", 5000);
  const whole = growing(air, "stt_2/1/11.m4s");
  air.feed(1600);
  await new Promise(setImmediate);
  assert.equal(whole.over, "end");
  assert.deepEqual(Buffer.concat(whole.bytes), air.sealed.get("stt_2/1/11"));
  const broken = growing(air, "stt_2/1/12.m4s");
  air.renditions[0]?.lose();
  await new Promise(setImmediate);
  assert.equal(broken.over, "cut");
  assert.equal(air.answer("stt_2/1/12.m4s"), undefined);
  assert.equal(air.answer("stt_2/1/12.0.m4s")?.kind, "media", "what was listed stays to be had");
});
