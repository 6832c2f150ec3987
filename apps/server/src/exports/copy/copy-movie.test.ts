import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { type MovieText, readMovie, readMovieTexts } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { millis, plus } from "@oxbow/media";
import { type Clip, encodeClip, extentOf, resolveClips, sparseClip } from "../clip-for-tests.ts";
import { writeSilence } from "../edges/silence-file.ts";
import { servePlan } from "../instant-mp4.ts";
import { type MoviePlan, type PlanOptions, planExport } from "../plan/index.ts";
import { type CopyRequest, copyMovie } from "./copy-movie.ts";

const ORIGIN = millis(1_763_000_000_000);
const folder = await mkdtemp(join(tmpdir(), "oxbow-copy-"));
after(() => rm(folder, { recursive: true, force: true }));
const clip = await encodeClip(folder, "clip", { seconds: 30, size: "320x180" });

const options = { gaps: "skip", title: "A story", packing: "auto" } as const;

async function planOf(
  of: Clip,
  packing: "auto" | "clean",
  more: Partial<PlanOptions> = {},
): Promise<MoviePlan> {
  const range = { from: plus(ORIGIN, 1500), to: plus(ORIGIN, 28_500) };
  const asked = resolveClips([{ clip: of, origin: ORIGIN }], range.from, plus(range.to, 100));
  return planExport(asked, { ...range, ...options, packing, ...more });
}

let copies = 0;
async function copyInto(
  plan: MoviePlan,
  request: Partial<CopyRequest> = {},
): Promise<{ final: string; folder: string; sha256: string | null; how: string }> {
  copies += 1;
  const into = join(folder, `copy-${copies}`);
  await mkdir(into);
  const final = join(into, "final.mp4");
  const paths = { partial: join(into, "partial"), final };
  const rest = {
    checksum: "sha256",
    signal: AbortSignal.timeout(60_000),
    progress: () => {},
  } as const;
  const copied = await copyMovie({ plan, ...paths, ...rest, ...request });
  return { ...copied, final, folder: into };
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Fault, String(error));
  return error.code;
}

for (const packing of ["auto", "clean"] as const) {
  for (const plain of [false, true]) {
    test(`${packing}, ${plain ? "by reads and writes" : "by the kernel"}: the file is what an instant MP4 serves, and its hash is told`, async () => {
      const plan = await planOf(clip, packing);
      const { final, folder: into, sha256, how } = await copyInto(plan, { plain });
      const file = await readFile(final);
      assert.equal(how, plain ? "plain" : "kernel");
      assert.equal(sha256, createHash("sha256").update(file).digest("hex"));
      const parts: Buffer[] = [];
      for await (const part of servePlan(plan).read(0, plan.bytes)) parts.push(Buffer.from(part));
      assert.ok(Buffer.concat(parts).equals(file));
      assert.deepEqual(await readdir(into), ["final.mp4"]);
    });
  }
}

for (const plain of [false, true]) {
  test(`silence is copied again and again, ${plain ? "by reads and writes" : "by the kernel"}`, async () => {
    const placed = [
      { clip, origin: ORIGIN },
      { clip, origin: plus(ORIGIN, 190_000) },
    ];
    const range = { from: plus(ORIGIN, 1500), to: plus(ORIGIN, 215_000) };
    const asked = resolveClips(placed, range.from, range.to);
    const silence = await writeSilence(clip.tracks, (name) => join(folder, name));
    const plan = await planExport(asked, { ...range, ...options, gaps: "fill", silence });
    const { final } = await copyInto(plan, { plain });
    const parts: Buffer[] = [];
    for await (const part of servePlan(plan).read(0, plan.bytes)) parts.push(Buffer.from(part));
    assert.ok(Buffer.concat(parts).equals(await readFile(final)));
  });
}

test("a whole span goes to where the kernel can share its blocks", async () => {
  const plan = await planOf(clip, "auto");
  assert.equal(plan.pieces.count, 1);
  assert.equal(((plan.pieces.target[0] ?? 0) - (plan.pieces.source[0] ?? 0)) % 4096, 0);
});

test("subtitles move the media of a file by whole blocks, so that they may still be shared", async () => {
  const cues = [{ from: millis(500), to: millis(26_000), text: "word ".repeat(999).trim() }];
  const text: MovieText = { language: "en", label: "English", default: true, cues };
  const [plain, texted] = [
    await planOf(clip, "auto"),
    await planOf(clip, "auto", { texts: () => [text] }),
  ];
  assert.equal((texted.headerBytes - plain.headerBytes) % 4096, 0);
  const { final, sha256 } = await copyInto(texted);
  const file = await readFile(final);
  assert.equal(sha256, createHash("sha256").update(file).digest("hex"));
  const read = async (at: number, bytes: number) => file.subarray(at, at + bytes);
  assert.deepEqual(await readMovieTexts(read, file.length), [{ id: 3, forced: false, ...text }]);
  const media = await gathered(servePlan(plain).read(plain.headerBytes, plain.bytes));
  assert.ok(file.subarray(texted.headerBytes).equals(media));
});

test("every range of an instant MP4 is the same bytes", async () => {
  for (const packing of ["auto", "clean"] as const) {
    const plan = await planOf(clip, packing);
    const movie = servePlan(plan);
    const whole = await gathered(movie.read(0, movie.bytes));
    const edges = [0, 1, plan.header.length - 1, plan.header.length, plan.header.length + 1];
    const far = [movie.bytes >> 1, movie.bytes - 1, movie.bytes];
    for (const start of [...edges, ...far]) {
      for (const end of [...edges, ...far].filter((each) => each >= start)) {
        const part = await gathered(movie.read(start, end));
        assert.ok(part.equals(whole.subarray(start, end)), `[${start}, ${end})`);
        const told = movie
          .pieces(start, end)
          .reduce(
            (sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece.bytes),
            0,
          );
        assert.equal(told, end - start);
      }
    }
  }
});

async function gathered(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of source) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

test("media that is gone or cut short is told as lost, and nothing is left behind", async () => {
  const short = join(folder, "short.mp4");
  await copyFile(clip.file, short);
  for (const packing of ["auto", "clean"] as const) {
    const plan = await planOf({ ...clip, file: short }, packing);
    await truncate(short, clip.bytes >> 1);
    assert.equal(await faultOf(copyInto(plan)), "source_media_lost");
    assert.deepEqual(await readdir(join(folder, `copy-${copies}`)), []);
    await copyFile(clip.file, short);
  }
  const gone = await planOf({ ...clip, file: join(folder, "gone.mp4") }, "auto");
  assert.equal(await faultOf(copyInto(gone)), "source_media_lost");
});

test("an abort in the middle ends the copy and leaves nothing behind", async () => {
  const plan = await sparsePlan(64, "auto");
  const abort = new AbortController();
  const reason = new Error("Not wanted any more");
  const copying = copyInto(plan, { signal: abort.signal, progress: () => abort.abort(reason) });
  await assert.rejects(copying, reason);
  assert.deepEqual(await readdir(join(folder, `copy-${copies}`)), []);
});

test("a file that is not as planned is not given its name", async () => {
  const plan = await planOf(clip, "auto");
  const header = Uint8Array.from(plan.header);
  // One sample less in the first stsz.
  const stsz = Buffer.from(header.buffer).indexOf("stsz");
  const count = new DataView(header.buffer, stsz + 12, 4);
  count.setUint32(0, count.getUint32(0) - 1);
  assert.equal(await faultOf(copyInto({ ...plan, header })), "export_verification_failed");
  assert.equal(await faultOf(copyInto({ ...plan, texts: 1 })), "export_verification_failed");
  assert.deepEqual(await readdir(join(folder, `copy-${copies}`)), []);
});

test("a thread that can't go on is told as died, and nothing is left behind", async () => {
  const plan = await planOf(clip, "auto");
  // A file of negative length: what no disk would say.
  const pieces = { ...plan.pieces, bytes: plan.pieces.bytes.map(() => Number.NaN) };
  assert.equal(await faultOf(copyInto({ ...plan, pieces })), "worker_died");
  assert.deepEqual(await readdir(join(folder, `copy-${copies}`)), []);
});

async function sparsePlan(chunks: number, packing: "auto" | "clean"): Promise<MoviePlan> {
  const sparse = await sparseClip(clip, join(folder, `sparse-${packing}-${chunks}.mp4`), chunks);
  const placed = [{ clip: sparse, origin: ORIGIN }];
  const extent = extentOf({ clip: sparse, origin: ORIGIN });
  const range = resolveClips(placed, extent.from, extent.to);
  return planExport(range, { ...extent, ...options, packing });
}

for (const packing of ["auto", "clean"] as const) {
  test(`${packing}: beyond 4 GiB, offsets are of 64 bits and right`, async () => {
    const plan = await sparsePlan(56, packing);
    assert.ok(plan.bytes > 2 ** 32);
    const movie = servePlan(plan);
    const read = async (at: number, bytes: number): Promise<Uint8Array> => {
      // The tables alone: the media of gigabytes is zeros.
      assert.ok(at + bytes <= plan.header.length + 16);
      return gathered(movie.read(at, Math.min(at + bytes, movie.bytes)));
    };
    const { tracks } = await readMovie(read, plan.bytes);
    const [video] = tracks;
    const last = (video?.table.count ?? 0) - 1;
    assert.ok((video?.table.offsets[last] ?? 0) > 2 ** 32);
    const end = (video?.table.offsets[last] ?? 0) + (video?.table.sizes[last] ?? 0);
    assert.equal(end, plan.bytes);
  });
}

test("a full disk is told as such", { skip: await noSmallDisk() }, async () => {
  const plan = await planOf(clip, "auto");
  const small = join(folder, "small");
  await withSmallDisk(small, 256 * 1024, async () => {
    const paths = { partial: join(small, "partial"), final: join(small, "final.mp4") };
    for (const plain of [false, true]) {
      assert.equal(await faultOf(copyInto(plan, { ...paths, plain })), "storage_full");
      assert.deepEqual(await readdir(small), []);
    }
    assert.ok((await stat(small)).isDirectory());
  });
});

async function noSmallDisk(): Promise<string | false> {
  const { spawnSync } = await import("node:child_process");
  const point = join(folder, "probe");
  await mkdir(point);
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", point]).status !== 0) {
    return "this user may not mount a small disk";
  }
  spawnSync("umount", [point]);
  return false;
}

async function withSmallDisk(
  point: string,
  bytes: number,
  work: () => Promise<void>,
): Promise<void> {
  const { spawnSync } = await import("node:child_process");
  await mkdir(point);
  spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", point]);
  try {
    await work();
  } finally {
    spawnSync("umount", [point]);
  }
}
