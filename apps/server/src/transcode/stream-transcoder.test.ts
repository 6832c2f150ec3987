import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Ladder } from "@oxbow/contract";
import { AUDIO_TRACK, type Frame, millis, VIDEO_TRACK } from "@oxbow/media";
import { pino } from "pino";
import { createTranscoders, type Transcoders } from "./index.ts";
import type { Rendition } from "./ports.ts";
import {
  beeps,
  Got,
  greyOf,
  greys,
  heard,
  makeSource,
  type Source,
  shown,
} from "./source-for-tests.ts";

const world = { log: pino({ level: "silent" }) };
const AVC = ["-c:v", "libx264", "-preset", "ultrafast", "-sc_threshold", "0"] as const;
const AAC = ["-c:a", "aac", "-ac", "2"] as const;
const quiet = {
  degraded: (...told: unknown[]) => assert.fail(`degraded: ${told.join(" ")}`),
  recovered: () => undefined,
};

let transcoders: Transcoders;
before(async () => {
  transcoders = createTranscoders({ ffmpeg: "ffmpeg", world });
  await transcoders.encoders();
});
after(() => transcoders[Symbol.asyncDispose]());

/** All of a source through a ladder, as fast as it goes. */
async function through(
  source: Source,
  ladder: Ladder,
  latency: "normal" | "low" = "normal",
): Promise<Map<string, Got & { of: Rendition }>> {
  const got = new Map<string, Got & { of: Rendition }>();
  const tap = transcoders.open({
    stream: { id: "str_1", name: "one" },
    broadcast: "brd_1",
    ladder,
    latency,
    outputs: (of) => {
      const output = Object.assign(new Got(), { of });
      got.set(of.name, output);
      return output;
    },
    news: quiet,
  });
  tap.begin({ reason: "start", tracks: source.tracks, origin: millis(0) });
  for (const frame of source.frames) tap.frame(frame);
  await tap.end();
  return got;
}

const trackOf = (got: Got) => {
  const track = got.stretches[0]?.tracks[0];
  const { config } = track ?? {};
  assert.ok(track !== undefined && config?.kind === "video");
  return { ...track, config };
};

const frameRateOf = ({ tracks }: Source): number | undefined => {
  const [config] = tracks.map((track) => track.config);
  return config?.kind === "video" ? config.frameRate : undefined;
};

test("every picture of the source comes out with its ticks, its keyframes and what it shows", async () => {
  // Groups of 23 and 24 pictures, B-frames: times go in out of order.
  const keys = ["-bf", "2", "-g", "23", "-force_key_frames", "expr:eq(n,47)"];
  const source = await makeSource(3, [...AVC, ...keys, ...AAC], { rate: "30000/1001" });
  const ladder: Ladder = ["source", "120p", { height: 90, name: "tiny" }];
  const [low, normal] = [await through(source, ladder, "low"), await through(source, ladder)];
  assert.deepEqual([...low.keys(), ...normal.keys()], ["120p", "tiny", "120p", "tiny"]);
  for (const output of [...low.values(), ...normal.values()]) {
    assert.deepEqual(output.calls, ["begin start", "finish", "end"]);
    const pictures = output.pictures();
    assert.deepEqual(
      pictures.map(({ dts, cto, key }) => ({ pts: dts + cto, key })),
      shown(source),
    );
    const found = await greys(trackOf(output), pictures);
    assert.equal(found.length, pictures.length);
    for (const [at, grey] of found.entries()) {
      assert.ok(Math.abs(grey - greyOf(at)) <= 3, `picture ${at} is ${grey}, not ${greyOf(at)}`);
    }
    const { config } = trackOf(output);
    assert.deepEqual([config.width, config.height], [output.of.width, output.of.height]);
    // The very units of the source, from the first picture on, and no copies.
    const units = heard(source);
    assert.equal(output.sounds().length, units.length);
    assert.ok(output.sounds().every((unit, at) => unit === units[at]));
  }
});

test("half the pictures a second are every second one, from each keyframe on", async () => {
  const source = await makeSource(2, [...AVC, "-bf", "0", "-g", "29", ...AAC], { rate: "60" });
  const got = await through(source, [{ height: 90, fps: 30 }]);
  const output = got.get("90p30");
  assert.ok(output);
  assert.equal(output.of.fps, 30);
  const paced = await makeSource(1, [...AVC, "-x264-params", "force-cfr=1", ...AAC], {
    rate: "60",
  });
  const slow = (await through(paced, [{ height: 90, fps: 30 }])).get("90p30");
  assert.ok(slow);
  assert.deepEqual([frameRateOf(paced), trackOf(slow).config.frameRate], [60, 30]);
  let sinceKey = 0;
  const expected = shown(source).filter(({ key }) => {
    sinceKey = key ? 0 : sinceKey + 1;
    return sinceKey % 2 === 0;
  });
  assert.deepEqual(
    output.pictures().map(({ dts, key }) => ({ pts: dts, key })),
    expected,
  );
});

test("HEVC with Opus becomes H.264 with AAC of two channels, sound in its place", async () => {
  const hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1"];
  const params = ["-x265-params", "log-level=0:keyint=20:min-keyint=20:scenecut=0:bframes=2"];
  const source = await makeSource(2, [...hevc, ...params, "-c:a", "libopus", "-ac", "1"]);
  const got = await through(source, ["120p", { height: 90 }]);
  const [high, low] = [got.get("120p"), got.get("90p")];
  assert.ok(high && low);
  assert.deepEqual(
    high.pictures().map(({ dts, key }) => ({ pts: dts, key })),
    shown(source),
  );
  const [, sound] = high.stretches[0]?.tracks ?? [];
  assert.ok(sound?.config.kind === "audio");
  const { codecString, sampleRate, channels } = sound.config;
  assert.deepEqual([codecString, sampleRate, channels], ["mp4a.40.2", 48_000, 2]);
  // One encoding for all renditions, without a hole, as long as the source's.
  const units = high.sounds();
  assert.ok(units.every((unit, at) => unit === low.sounds()[at]));
  const first = units[0]?.dts ?? 0;
  assert.deepEqual(
    units.map(({ dts }) => dts),
    units.map((_, at) => first + at * 1024),
  );
  await sameBeeps(source, high);
});

/** What is heard of a rendition is heard when it is of the source, to a few milliseconds. */
async function sameBeeps(source: Source, got: Got): Promise<void> {
  const [, made] = got.stretches[0]?.tracks ?? [];
  const given = source.tracks.find(({ id }) => id === AUDIO_TRACK);
  assert.ok(made && given);
  const wanted = await beeps(given, heard(source));
  const found = await beeps(made, got.sounds());
  assert.ok(wanted.length >= 1);
  assert.equal(found.length, wanted.length);
  for (const [at, time] of found.entries()) {
    const late = time - (wanted[at] ?? 0);
    assert.ok(Math.abs(late) < 0.005, `beep ${at} is ${late} s late`);
  }
}

test("every codec that encoders send goes in", async () => {
  const av1 = ["-c:v", "libaom-av1", "-cpu-used", "8", "-usage", "realtime", "-g", "10"];
  const vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "10"];
  for (const encoding of [
    [...av1, "-c:a", "ac3", "-ac", "6"],
    [...vp9, "-c:a", "flac", "-strict", "-2"],
    [...AVC, "-bf", "0", "-c:a", "libmp3lame", "-ac", "2"],
    [...AVC, "-bf", "0", "-c:a", "aac", "-ac", "6"],
    [...AVC, "-bf", "0", "-c:a", "eac3", "-ac", "2"],
  ]) {
    const source = await makeSource(0.7, encoding);
    const output = (await through(source, ["90p"])).get("90p");
    assert.ok(output);
    assert.deepEqual(
      output.pictures().map(({ dts, key }) => ({ pts: dts, key })),
      shown(source),
    );
    await sameBeeps(source, output);
  }
});

test("a stretch after a lost encoder begins anew, behind all of the one before", async () => {
  const source = await makeSource(1, [...AVC, "-g", "15", "-bf", "2", ...AAC]);
  const output = new Got();
  const tap = transcoders.open({
    stream: { id: "str_1", name: "one" },
    broadcast: "brd_1",
    ladder: ["90p"],
    outputs: () => output,
    news: quiet,
  });
  tap.begin({ reason: "start", tracks: source.tracks, origin: millis(0) });
  for (const frame of source.frames) tap.frame(frame);
  tap.interrupt();
  tap.begin({ reason: "reconnect", tracks: source.tracks, origin: millis(0) });
  for (const frame of source.frames) {
    const { timescale = 1 } = source.tracks.find(({ id }) => id === frame.track) ?? {};
    tap.frame({ ...frame, dts: frame.dts + 5 * timescale });
  }
  assert.equal(tap.status?.renditions[0]?.state, "starting");
  await tap.end();
  assert.deepEqual(output.calls, ["begin start", "finish", "begin reconnect", "finish", "end"]);
  const times = shown(source).map(({ pts }) => pts);
  assert.deepEqual(
    output.pictures().map(({ dts }) => dts),
    [...times, ...times.map((pts) => pts + 5 * 90_000)],
  );
  assert.equal(tap.status, null);
});

test("nothing is made of a source without pictures, or smaller than the whole ladder", async () => {
  const source = await makeSource(1, [...AVC, ...AAC]);
  const tracks = source.tracks.filter(({ config }) => config.kind === "audio");
  assert.equal((await through({ ...source, tracks }, ["90p"])).size, 0);
  assert.equal((await through(source, ["source", "720p"])).size, 0);
  assert.equal((await through(source, "full")).size, 0);
});

/** CEA-608 as ATSC A/53 part 4 §6.2.3 puts it into pictures: the number of a picture, on channel 1. */
function captioned(source: Source): Source {
  let number = 0;
  const frames = source.frames.map((frame) => {
    if (frame.track !== VIDEO_TRACK) return frame;
    const pair = [0x20 + (number % 64), 0x20 + (number >> 6)];
    number += 1;
    const message = [0xb5, 0, 0x31, ...Buffer.from("GA94"), 3, 0xc1, 0xff, 0xfc, ...pair, 0xff];
    const nal = [6, 4, message.length, ...message, 0x80];
    return { ...frame, data: Buffer.concat([Buffer.of(0, 0, 0, nal.length, ...nal), frame.data]) };
  });
  return { ...source, frames };
}

function captionOf({ data }: Frame): number | undefined {
  const at = Buffer.from(data).indexOf("GA94");
  if (at < 0) return undefined;
  return (data[at + 8] ?? 0) - 0x20 + 64 * ((data[at + 9] ?? 0) - 0x20);
}

test("captions stay in the pictures that they came in", async () => {
  const source = captioned(await makeSource(3, [...AVC, "-bf", "0", "-g", "30"], { sound: false }));
  const output = (await through(source, ["90p"])).get("90p");
  const found = output?.pictures().map(captionOf);
  assert.deepEqual(
    found,
    Array.from({ length: 90 }, (_, at) => at),
  );
});

test("colours are what the source tells, or what players take for told of its size; range is limited", async () => {
  const avc = [...AVC, "-bf", "0"];
  const tags = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"];
  const hlg = "log-level=0:bframes=0:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc";
  const hevc = ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le"];
  for (const { encoding, colour, full = false } of [
    { encoding: avc, colour: [6, 6, 6] },
    { encoding: [...avc, ...tags], colour: [1, 1, 1] },
    {
      encoding: [...avc, ...tags, "-pix_fmt", "yuvj420p", "-color_range", "pc"],
      colour: [1, 1, 1],
      full: true,
    },
    // Ten bits become eight; what else makes it HDR stays told.
    { encoding: [...hevc, "-x265-params", hlg, "-tag:v", "hvc1"], colour: [9, 18, 9] },
  ]) {
    const source = await makeSource(0.5, encoding, { sound: false });
    const [given] = source.tracks;
    assert.equal(given?.config.kind === "video" && given.config.colour?.fullRange === true, full);
    const output = (await through(source, ["90p"])).get("90p");
    assert.ok(output);
    const track = trackOf(output);
    const { primaries, transfer, matrix, fullRange } = track.config.colour ?? {};
    assert.deepEqual([primaries, transfer, matrix, fullRange], [...colour, false]);
    const found = await greys(track, output.pictures());
    assert.equal(found.length, 15);
    for (const [at, grey] of found.entries()) {
      assert.ok(Math.abs(grey - greyOf(at)) <= 3, `picture ${at} is ${grey}, not ${greyOf(at)}`);
    }
  }
});
