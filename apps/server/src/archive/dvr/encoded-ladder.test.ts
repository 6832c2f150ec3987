import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Frame, plus, VIDEO_TIMESCALE } from "@oxbow/media";
import * as hls from "hls-parser";
import { ffmpeg, makeClip } from "../../../../../fixtures/clip.ts";
import { measure } from "../../../../../fixtures/measure.ts";
import { createFollower, createPackager, SourceBoundaries } from "../../packager/index.ts";
import { archiveStore, openStore } from "../../store/index.ts";
import type { Archive } from "../archive-door.ts";
import { archiveTest } from "../archive-for-tests.ts";
import { readClip } from "../clip-for-tests.ts";
import { T0 } from "../media-for-tests.ts";
import { STREAM } from "../renditions-for-tests.ts";
import { serveArchive } from "./serve-for-tests.ts";

const test = archiveTest({ openStore, archiveStore });
const run = promisify(execFile);
const IDS = { stream: STREAM.id, broadcast: "brd_1" };

/** What an encoder publishes, and the same pictures at half the size, with keyframes where it has them. */
async function clips(folder: string) {
  const [source, small] = [join(folder, "source.flv"), join(folder, "small.flv")];
  await makeClip(source, { duration: 10, width: 320, height: 180, output: ["-f", "flv"] });
  const keys = ["-force_key_frames", "source", "-g", "1000", "-sc_threshold", "0", "-bf", "2"];
  const smaller = ["-vf", "scale=160:90", "-c:v", "libx264", "-preset", "ultrafast", ...keys];
  await ffmpeg(["-copyts", "-i", source, ...smaller, "-c:a", "copy", "-f", "flv", small]);
  return { source: readClip(await readFile(source)), small: readClip(await readFile(small)) };
}

type Clips = Awaited<ReturnType<typeof clips>>;

/** Records both as they are wired; the transcoder is gone in the `lost` seconds of the pictures. */
async function recordLadder(
  archive: Archive,
  { source, small }: Clips,
  lost: readonly [from: number, to: number],
): Promise<void> {
  let stretches = 0;
  const ids = { ...IDS, partMs: 500, newStretchId: () => `stt_${++stretches}` };
  const boundaries = new SourceBoundaries(VIDEO_TIMESCALE);
  const recorders = [
    archive.record(STREAM, "brd_1"),
    archive.record(STREAM, "brd_1", { rendition: "90p" }),
  ] as const;
  const packager = createPackager({
    ...ids,
    rendition: "source",
    segmentMs: 2000,
    longestSegmentMs: 12_000,
    nextSegment: 7,
    outputs: [boundaries, recorders[0]],
  });
  packager.begin({ reason: "start", tracks: source.tracks, origin: T0 });
  for (const frame of source.frames) packager.frame(frame);
  packager.end();
  const follower = createFollower({
    ...ids,
    rendition: "90p",
    boundaries,
    outputs: [recorders[1]],
  });
  const begin = (reason: "start" | "restart") =>
    follower.begin({ reason, tracks: small.tracks, origin: T0 });
  begin("start");
  let isLost = false;
  for (const frame of small.frames) {
    const at = secondsOf(frame);
    if (at >= lost[0] && at < lost[1]) {
      if (!isLost) follower.lost();
      isLost = true;
    } else {
      if (isLost) begin("restart");
      isLost = false;
      follower.frame(frame);
    }
  }
  follower.finish(true);
  follower.end();
  await Promise.all(recorders.map((recorder) => recorder.close()));
}

function secondsOf({ track, dts }: Frame): number {
  return dts / (track === 1 ? VIDEO_TIMESCALE : 48_000);
}

/** The frame numbers that are seen in each segment of a playlist; undefined for a gap. */
async function seen(
  archive: Archive,
  playlist: string,
  folder: string,
): Promise<((number | undefined)[] | undefined)[]> {
  const get = async (path: string): Promise<Buffer> => {
    const query = new URLSearchParams({ from: String(T0), to: String(T0 + 10_000) });
    const answer = await archive.dvrRoute(STREAM, path, query);
    assert.ok(answer, path);
    return Buffer.concat(answer.body);
  };
  const list = hls.parse((await get(playlist)).toString());
  assert.ok(list instanceof hls.types.MediaPlaylist);
  const pictures: ((number | undefined)[] | undefined)[] = [];
  for (const { uri, gap, map } of list.segments) {
    if (gap) {
      pictures.push(undefined);
      continue;
    }
    const file = join(folder, "segment.mp4");
    await writeFile(file, Buffer.concat([await get(map?.uri ?? ""), await get(uri)]));
    const { frames } = await measure(file, { audio: false });
    pictures.push(frames.map(({ number }) => number));
  }
  return pictures;
}

test("each segment of a recorded rendition shows the pictures that its source's does, and what was lost is a gap", async ({
  archive,
  folder,
}) => {
  await recordLadder(archive, await clips(folder), [3, 5]);
  const source = await seen(archive, "video.m3u8", folder);
  const small = await seen(archive, "video-90p.m3u8", folder);
  assert.deepEqual(source.flat(), [...Array(300).keys()]);
  // The second segment broke off, the third has no beginning.
  assert.deepEqual(small, [source[0], undefined, undefined, source[3], source[4]]);
  const { spans, gaps } = await archive.resolve("str_1", plus(T0, 100), plus(T0, 10_000), {
    rendition: "90p",
  });
  assert.deepEqual(
    gaps.map(({ reason }) => reason),
    ["not_transcoded"],
  );
  const films = await Promise.all(spans.map(({ stretch }) => measure(stretch.file)));
  assert.deepEqual(
    films.map(({ frames, sound }) => [frames[0]?.number, sound !== undefined]),
    [
      [0, true],
      [180, true],
    ],
  );
  await using server = await serveArchive(archive, STREAM);
  const range = `from=${T0 + 6000}&to=${T0 + 10_000}`;
  const played = await measure(`${server.url}/video-90p.m3u8?${range}`, { audio: false });
  assert.deepEqual(
    played.frames.map(({ number }) => number).slice(-120),
    [...source.flat()].slice(180),
  );
  const probe = ["-v", "error", "-of", "csv=p=0", "-show_entries", "stream=codec_type,height"];
  const { stdout } = await run("ffprobe", [...probe, `${server.url}/manifest.mpd?${range}`]);
  // Each is told twice: as part of the programme, and by itself.
  const streams = new Set(stdout.split("\n").filter((line) => line !== ""));
  assert.deepEqual([...streams], ["video,180", "video,90", "audio"]);
  for (const { offsets } of films) assert.ok(offsets.every((offset) => Math.abs(offset) < 20));
});
