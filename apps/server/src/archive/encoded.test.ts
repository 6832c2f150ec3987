import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { plus } from "@oxbow/media";
import { makeClip } from "../../../../fixtures/clip.ts";
import { createPackager } from "../packager/index.ts";
import { archiveStore, openStore } from "../store/index.ts";
import { archiveTest } from "./archive-for-tests.ts";
import { readClip } from "./clip-for-tests.ts";
import { T0 } from "./media-for-tests.ts";
import { StretchIndex } from "./stretch-index.ts";
import { indexPath } from "./stretch-path.ts";

const test = archiveTest({ openStore, archiveStore });
const run = promisify(execFile);
const STREAM = { id: "str_1", name: "story" };

/** Hashes of the decoded pictures, or of the decoded sound. Fails on whatever a decoder dislikes. */
async function decoded(file: string, kind: "v" | "a"): Promise<string[]> {
  const strict = ["-v", "error", "-xerror", "-err_detect", "explode"];
  const hash = ["-map", `0:${kind}`, "-fps_mode", "passthrough", "-f", "framemd5", "-"];
  const { stdout, stderr } = await run("ffmpeg", [...strict, "-i", file, ...hash]);
  assert.equal(stderr, "");
  const lines = stdout.split("\n").filter((line) => /^\d/.test(line));
  return lines.map((line) => line.split(",").at(-1)?.trim() ?? "");
}

test("an encoder's pictures and sound are decoded from the raw file as they were sent", async ({
  archive,
  folder,
}) => {
  const clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 6, width: 320, height: 180, output: ["-f", "flv"] });
  const { tracks, frames } = readClip(await readFile(clip));
  const recorder = archive.record(STREAM, "brd_1");
  const cut = createPackager({
    stream: "str_1",
    broadcast: "brd_1",
    rendition: "source",
    partMs: 500,
    segmentMs: 2000,
    longestSegmentMs: 12_000,
    nextSegment: 0,
    newStretchId: () => "stt_live",
    outputs: [recorder],
  });
  cut.begin({ reason: "start", tracks, origin: T0 });
  for (const frame of frames) cut.frame(frame);
  cut.interrupt();
  await recorder.close();
  const { spans } = await archive.resolve("str_1", T0, plus(T0, 10_000));
  const file = spans[0]?.stretch.file ?? "";
  const pictures = await decoded(file, "v");
  assert.equal(pictures.length, 180);
  assert.deepEqual(pictures, await decoded(clip, "v"));
  assert.deepEqual(await decoded(file, "a"), await decoded(clip, "a"));

  // Cut where a crash may leave it: what is whole is decoded, and nothing else is there.
  const bytes = await readFile(file);
  const index = StretchIndex.parse(await readFile(indexPath(file)));
  const third = index?.track(1)?.head(6);
  assert.ok(third !== undefined);
  const torn = join(folder, "torn.mp4");
  await writeFile(torn, bytes.subarray(0, third.offset));
  const whole = await decoded(torn, "v");
  assert.ok(whole.length > 60);
  assert.deepEqual(whole, pictures.slice(0, whole.length));
});
