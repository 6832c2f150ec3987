import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { type Millis, plus } from "@oxbow/media";
import { measure } from "../../../../../fixtures/measure.ts";
import { type Clip, extentOf } from "../clip-for-tests.ts";
import type { MadeFiles } from "../export-attempt.ts";
import { archiveClip, Bench, ORIGIN } from "./transcode-for-tests.ts";

const run = promisify(execFile);

let folder = "";
let clip: Clip;
let start: Millis;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-transcode-added-"));
  clip = await archiveClip(folder, "clip", { duration: 6 });
  start = extentOf({ clip, origin: ORIGIN }).from;
});
after(() => rm(folder, { recursive: true }));

const pathOf = ({ files }: MadeFiles): string =>
  files[0]?.location.slice("file:".length) ?? "no file";

/** Grey pictures of a part of the frame, one for each number of a picture. */
async function crop(path: string, part: string): Promise<Uint8Array[]> {
  const filters = `crop=${part},scale=32:18:flags=area,format=gray`;
  const args = ["-v", "error", "-i", path, "-map", "0:v", "-vf", filters];
  const { stdout } = await run(
    "ffmpeg",
    [...args, "-fps_mode", "passthrough", "-f", "rawvideo", "-"],
    {
      encoding: "buffer",
      maxBuffer: 2 ** 28,
    },
  );
  const size = 32 * 18;
  return Array.from({ length: stdout.length / size }, (_, at) =>
    stdout.subarray(at * size, (at + 1) * size),
  );
}

/** Mean difference of each picture between two films. */
async function differences(a: string, b: string, part: string): Promise<number[]> {
  const [left, right] = await Promise.all([crop(a, part), crop(b, part)]);
  assert.equal(left.length, right.length);
  return left.map((picture, at) => {
    const other = right[at] ?? picture;
    return (
      picture.reduce((sum, grey, pixel) => sum + Math.abs(grey - (other[pixel] ?? 0)), 0) /
      picture.length
    );
  });
}

async function loudnessOf(path: string): Promise<number> {
  const args = [
    "-hide_banner",
    "-nostats",
    "-i",
    path,
    "-map",
    "0:a",
    "-af",
    "ebur128",
    "-f",
    "null",
    "-",
  ];
  const { stderr } = await run("ffmpeg", args);
  return Number(
    /I:\s+(-?[\d.]+) LUFS\s+Threshold[^]*$/.exec(stderr.slice(stderr.lastIndexOf("Summary")))?.[1],
  );
}

const VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<b>Hello</b> {\\p1}m 0 0 l 9 9 & <i>all</i>\n";

test("burned texts are seen while they are said, in every quality, and nowhere else", async () => {
  await using bench = await Bench.open([{ clip, origin: ORIGIN }], { pieceSeconds: 2 });
  const range = { from: start, to: plus(start, 5000), renditions: ["source", "90p"] };
  const plain = await bench.make(range);
  const text = { language: "en", text: VTT, burn: true };
  const burned = await bench.make({ ...range, subtitles: [text] });
  for (const at of [0, 1]) {
    const paths = [plain, burned].map(
      ({ files }) => files[at]?.location.slice("file:".length) ?? "",
    );
    const lower = await differences(paths[0] ?? "", paths[1] ?? "", "iw*2/5:ih/12:iw*3/10:ih*0.87");
    const shown = lower.flatMap((value, number) => (value > 4 ? [number] : []));
    assert.deepEqual([shown[0], shown.at(-1), shown.length], [30, 59, 30]);
  }
  assert.deepEqual((await measure(pathOf(burned))).frames.map(({ number }) => number)[45], 45);
});

test("soft texts are a track of each file, on the export's timeline", async () => {
  await using bench = await Bench.open([{ clip, origin: ORIGIN }]);
  const text = { language: "pt-BR", text: VTT, default: true, timing: "broadcast" as const };
  const range = { from: plus(start, 500), to: plus(start, 3500) };
  const made = await bench.make({ ...range, subtitles: [text] });
  const args = ["-v", "error", "-i", pathOf(made), "-map", "0:s:0", "-f", "webvtt", "-"];
  const { stdout } = await run("ffmpeg", args);
  assert.match(stdout, /^00:00\.500 --> 00:01\.500$/m);
  assert.match(stdout, /Hello/);
});

test("sound is brought to a loudness, and stays with the pictures", async () => {
  await using bench = await Bench.open([{ clip, origin: ORIGIN }]);
  const range = { from: start, to: plus(start, 6000) };
  // The last has no room for its peaks, which are limited.
  for (const loudness of [true, -23, -11] as const) {
    const made = await bench.make({ ...range, loudness });
    const found = await loudnessOf(pathOf(made));
    const target = loudness === true ? -16 : loudness;
    assert.ok(Math.abs(found - target) <= 0.5, `${found} LUFS instead of ${target}`);
    // Softer beeps are not found.
    if (target < -16) continue;
    const { offsets } = await measure(pathOf(made));
    assert.ok(offsets.length >= 4);
    for (const offset of offsets) assert.ok(Math.abs(offset) <= 20, `${offset} ms`);
  }
});

test("a watermark stands in its corner, as wide and as clear as asked for", async () => {
  const image = join(folder, "logo.png");
  await run("ffmpeg", [
    "-v",
    "error",
    "-f",
    "lavfi",
    "-i",
    "color=red:s=40x20",
    "-frames:v",
    "1",
    image,
  ]);
  await using bench = await Bench.open([{ clip, origin: ORIGIN }]);
  const range = { from: start, to: plus(start, 1000) };
  const plain = await bench.make(range);
  const base64 = (await readFile(image)).toString("base64");
  const logo = { image: base64, position: "bottom-left" as const, width: 0.25 };
  const marked = await bench.make({ ...range, watermark: logo });
  const faint = await bench.make({ ...range, watermark: { ...logo, opacity: 0.2 } });
  // 80 × 40 pixels, 10 from the edges.
  const inside = "76:36:12:132";
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [clear, pale, outside] = await Promise.all([
    differences(pathOf(plain), pathOf(marked), inside),
    differences(pathOf(plain), pathOf(faint), inside),
    differences(pathOf(plain), pathOf(marked), "200:100:110:20"),
  ]);
  assert.ok(mean(clear) > 20, `${mean(clear)}`);
  assert.ok(mean(pale) < mean(clear) / 2 && mean(pale) > 2, `${mean(pale)}`);
  assert.ok(mean(outside) < 2, `${mean(outside)}`);
});
