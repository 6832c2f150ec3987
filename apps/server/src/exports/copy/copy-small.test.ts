import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import { encodeClip, extentOf, resolveClips } from "../clip-for-tests.ts";
import { type MoviePlan, planExport } from "../plan/index.ts";
import { copyMovie } from "./copy-movie.ts";
import { copySmall } from "./copy-small.ts";

const ORIGIN = millis(1_763_000_000_000);
const folder = await mkdtemp(join(tmpdir(), "oxbow-small-"));
after(() => rm(folder, { recursive: true, force: true }));
const clip = await encodeClip(folder, "clip", { seconds: 22 });
const signal = AbortSignal.timeout(60_000);

async function planOf(file: string, packing: "auto" | "clean"): Promise<MoviePlan> {
  const placed = { clip: { ...clip, file }, origin: ORIGIN };
  const extent = extentOf(placed);
  const range = resolveClips([placed], extent.from, extent.to);
  return planExport(range, { ...extent, gaps: "skip", packing, title: "Small" });
}

let copies = 0;
async function into(): Promise<{ folder: string; partial: string; final: string }> {
  copies += 1;
  const own = join(folder, `copy-${copies}`);
  await mkdir(own);
  return { folder: own, partial: join(own, "partial"), final: join(own, "final.mp4") };
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Fault, String(error));
  return error.code;
}

const rest = { checksum: "sha256", signal, progress: () => {} } as const;

for (const packing of ["auto", "clean"] as const) {
  test(`${packing}: a small copy without threads is the same file`, async () => {
    const plan = await planOf(clip.file, packing);
    const [small, large] = [await into(), await into()];
    const { sha256 } = await copySmall({ plan, ...small, ...rest });
    const copied = await copyMovie({ plan, ...large, ...rest });
    const file = await readFile(small.final);
    assert.ok(file.equals(await readFile(large.final)));
    assert.equal(sha256, copied.sha256);
    assert.equal(sha256, createHash("sha256").update(file).digest("hex"));
    assert.deepEqual(await readdir(small.folder), ["final.mp4"]);
  });
}

test("a small copy that fails is told why, and leaves nothing behind", async () => {
  const short = join(folder, "short.mp4");
  await copyFile(clip.file, short);
  const plan = await planOf(short, "auto");
  const header = Uint8Array.from(plan.header);
  // One sample less in the first stsz.
  const stsz = Buffer.from(header.buffer).indexOf("stsz");
  const count = new DataView(header.buffer, stsz + 12, 4);
  count.setUint32(0, count.getUint32(0) - 1);
  const wrong = await into();
  const copying = copySmall({ plan: { ...plan, headerParts: [header] }, ...wrong, ...rest });
  assert.equal(await faultOf(copying), "export_verification_failed");
  assert.deepEqual(await readdir(wrong.folder), []);
  await truncate(short, clip.bytes >> 1);
  const lost = await into();
  assert.equal(await faultOf(copySmall({ plan, ...lost, ...rest })), "source_media_lost");
  assert.deepEqual(await readdir(lost.folder), []);
  const nowhere = join(folder, "no-folder", "partial");
  const unwritable = { partial: nowhere, final: join(folder, "no-folder", "final.mp4") };
  assert.equal(await faultOf(copySmall({ plan, ...unwritable, ...rest })), "storage_failed");
});

test("an abort ends a small copy, with its reason, and nothing of it is left", async () => {
  const plan = await planOf(clip.file, "clean");
  const abort = new AbortController();
  const reason = new Error("Not wanted any more");
  const stopped = await into();
  const copying = copySmall({ plan, ...stopped, ...rest, signal: abort.signal });
  abort.abort(reason);
  await assert.rejects(copying, reason);
  assert.deepEqual(await readdir(stopped.folder), []);
});
