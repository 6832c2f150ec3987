import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { plus } from "@oxbow/media";
import type { ClipOptions } from "../../../../../fixtures/clip.ts";
import { makeCaptionedClip } from "../../../../../fixtures/closed-captions.ts";
import { type Measured, measure } from "../../../../../fixtures/measure.ts";
import { extentOf, readClip } from "../clip-for-tests.ts";
import { ARCHIVED, archiveClip, Bench, ORIGIN } from "./transcode-for-tests.ts";

const run = promisify(execFile);

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-transcode-sources-"));
});
after(() => rm(folder, { recursive: true }));

/** The film of a part of a clip: from `skip` on, for `take` milliseconds. */
async function filmOf(
  name: string,
  options: ClipOptions,
  { skip = 0, take = 2000, request = {} } = {},
) {
  const clip = await archiveClip(folder, name, options);
  const placed = { clip, origin: ORIGIN };
  const bench = await Bench.open([placed]);
  const { from, to } = extentOf(placed);
  const end = Math.min(to - from, skip + take);
  const made = await bench.make({ from: plus(from, skip), to: plus(from, end), ...request });
  const path = made.files[0]?.location.slice("file:".length) ?? "";
  return { made, path, bench };
}

function assertTogether({ offsets }: Measured): void {
  assert.ok(offsets.length >= 1);
  for (const offset of offsets) assert.ok(Math.abs(offset) <= 20, `${offset} ms`);
}

test("HEVC with Opus becomes H.264 with AAC", async () => {
  const codecs = ["-c:v", "libx265", "-profile:v", "main", "-x265-params", "log-level=error"];
  const output = [...codecs, "-c:a", "libopus", "-strict", "-2", "-tag:v", "hvc1"];
  const { made, path, bench } = await filmOf("hevc", { duration: 3, output }, { skip: 500 });
  await using _ = bench;
  assert.deepEqual(
    made.files[0]?.tracks.map(({ codec }) => codec.slice(0, 4)),
    ["avc1", "mp4a"],
  );
  const seen = await measure(path);
  assert.deepEqual(
    seen.frames.map(({ number }) => number),
    Array.from({ length: 60 }, (_each, at) => at + 15),
  );
  assertTogether(seen);
});

test("29.97 pictures a second keep their times, and half of them is every second one", async () => {
  const output = ["-r", "30000/1001"];
  const clip = { duration: 5, output };
  const half = { renditions: [{ height: 90, fps: 15 }] };
  const { path, bench } = await filmOf("ntsc", clip, { take: 4000, request: half });
  await using _ = bench;
  const { frames } = await measure(path);
  assert.ok(Math.abs(frames.length - 60) <= 1, `${frames.length}`);
  const steps = frames.slice(1).map(({ pts }, at) => pts - (frames[at]?.pts ?? 0));
  for (const step of steps) assert.ok(Math.abs(step - 2002 / 30_000) < 0.0001, `${step} s`);
});

test("mono at 44.1 kHz becomes stereo at 48 kHz, in time with the pictures", async () => {
  const output = ["-ac", "1", "-ar", "44100"];
  const { made, path, bench } = await filmOf("mono", { duration: 4, output }, { skip: 700 });
  await using _ = bench;
  const sound = made.files[0]?.tracks[1];
  assert.deepEqual([sound?.channels, sound?.sampleRate], [2, 48_000]);
  assertTogether(await measure(path));
});

test("what has no pictures is a file of sound, to the sample", async () => {
  const request = { renditions: ["audio", "source"] };
  const options = { duration: 4, video: false };
  const { made, path, bench } = await filmOf("sound", options, { skip: 250, request });
  await using _ = bench;
  assert.equal(made.durationMs, 2000);
  assert.deepEqual(
    made.files.map(({ rendition, tracks }) => [rendition, tracks.length]),
    [
      ["audio", 1],
      ["source", 1],
    ],
  );
  const { beeps, sound } = await measure(path, { video: false });
  assert.deepEqual(
    beeps.map((at) => Math.round(at * 1000)),
    // The frame that an encoder begins with is on the clip's timeline, too.
    [771, 1771],
  );
  assert.ok(Math.abs((sound?.to ?? 0) - (sound?.from ?? 0) - 2) < 0.03);
});

test("what has no sound is a film without", async () => {
  const { made, bench } = await filmOf("silent", { duration: 2, audio: false }, { take: 1000 });
  await using _ = bench;
  assert.deepEqual(
    made.files[0]?.tracks.map(({ kind }) => kind),
    ["video"],
  );
});

test("pixels that are not square, colour, title and time are carried over", async () => {
  const colour = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"];
  const output = [...colour, "-aspect", "4:3"];
  const request = { title: "A story" };
  const { path, bench } = await filmOf("shape", { duration: 2, output }, { request });
  await using _ = bench;
  const shown = ["-show_entries", "stream=width,height,color_space,color_primaries:format_tags"];
  const probe = ["-v", "error", ...shown, "-select_streams", "v", "-of", "json", path];
  const { stdout } = await run("ffprobe", probe);
  const told: {
    streams: Record<string, unknown>[];
    format: { tags: Record<string, string> };
  } = JSON.parse(stdout);
  assert.deepEqual(told.streams[0], {
    ...{ width: 240, height: 180 },
    ...{ color_space: "bt709", color_primaries: "bt709" },
  });
  assert.equal(told.format.tags["title"], "A story");
  assert.match(told.format.tags["creation_time"] ?? "", /^2025-11-13T/);
});

test("closed captions in the pictures are there in every quality", async () => {
  const file = join(folder, "captioned.mp4");
  const captions = [{ from: 2, to: 4, text: "HELLO WORLD" }];
  await makeCaptionedClip(file, { duration: 6, captions, output: ARCHIVED });
  await using bench = await Bench.open([{ clip: await readClip(file), origin: ORIGIN }]);
  const range = { from: plus(ORIGIN, 1000), to: plus(ORIGIN, 5500) };
  const made = await bench.make({ ...range, renditions: ["source", "90p"] });
  for (const { location } of made.files) {
    const movie = `movie=${location.slice("file:".length)}[out+subcc]`;
    const source = ["-f", "lavfi", "-i", movie, "-map", "0:s", "-f", "srt", "-"];
    const { stdout } = await run("ffmpeg", ["-v", "error", ...source]);
    assert.match(stdout, /^00:00:01,\d+ --> 00:00:0[23],\d+\n.*HELLO WORLD/m);
  }
});
