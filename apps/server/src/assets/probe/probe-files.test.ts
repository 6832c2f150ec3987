import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { probeFiles } from "./index.ts";

const run = promisify(execFile);
let folder: string;
let clip: Buffer;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-probe-"));
  clip = await readFile(await made("clip.mp4", "-t", "1"));
});
after(() => rm(folder, { recursive: true, force: true }));

async function made(name: string, ...args: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await run("ffmpeg", [
    ...["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=2"],
    ...["-f", "lavfi", "-i", "sine=duration=2", "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-bf", "2", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac", ...args, path],
  ]);
  return path;
}

test("a file is told by its tracks, whatever its name says", async () => {
  const path = await made("really.mov", "-metadata:s:a:0", "language=por");
  const probed = await probeFiles([{ rendition: "source", path }]);
  assert.ok(probed.ok);
  assert.equal(probed.durationMs, 2000);
  assert.deepEqual(probed.tracks.get("source"), [
    { kind: "video", codec: "avc1.4d400a", language: "und", width: 64, height: 64 },
    { kind: "audio", codec: "mp4a.40.2", language: "por", sampleRate: 44_100, channels: 1 },
  ]);
});

test("an edit list of several pieces is refused, one that begins late is not", async () => {
  const late = await made("late.mp4", "-af", "asetpts=PTS+0.5/TB");
  assert.ok((await probeFiles([{ rendition: "source", path: late }])).ok);
  const path = join(folder, "pieces.mp4");
  await writeFile(path, withTwoEdits(clip));
  const probed = await probeFiles([{ rendition: "source", path }]);
  assert.ok(!probed.ok);
  assert.match(probed.error.message, /edit list cuts it into 2 pieces/);
  assert.equal(probed.error.problems[0]?.track, 1);
});

/** The movie, `moov` last, with the first track's edit told twice. */
function withTwoEdits(movie: Buffer): Buffer {
  const at = movie.indexOf("elst") - 4;
  const size = movie.readUInt32BE(at);
  const entry = movie.subarray(at + 16, at + size);
  const grown = Buffer.concat([movie.subarray(0, at + size), entry, movie.subarray(at + size)]);
  for (const name of ["moov", "trak", "edts", "elst"]) {
    const head = grown.indexOf(name) - 4;
    grown.writeUInt32BE(grown.readUInt32BE(head) + entry.length, head);
  }
  grown.writeUInt32BE(2, at + 12);
  return grown;
}

test("whatever is changed in a file, it is packaged or refused, soon and with a reason", async () => {
  const tables = clip.indexOf("moov");
  assert.ok(tables > 0);
  const place = fc.integer({ min: tables, max: clip.length - 1 });
  const change = fc.tuple(place, fc.integer({ min: 0, max: 255 }));
  const path = join(folder, "changed.mp4");
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      const bytes = Buffer.from(clip);
      for (const [at, value] of changes) bytes[at] = value;
      await writeFile(path, bytes);
      const begun = performance.now();
      const probed = await probeFiles([{ rendition: "source", path }], async () => []);
      assert.ok(probed.ok || probed.error.problems.length > 0);
      assert.ok(performance.now() - begun < 2000);
    }),
    { numRuns: 600 },
  );
});
