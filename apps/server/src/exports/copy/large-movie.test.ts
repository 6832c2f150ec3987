import assert from "node:assert/strict";
import { createHash, randomFillSync } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, open, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import { encodeClip, extentOf, resolveClips, sparseClip } from "../clip-for-tests.ts";
import { servePlan } from "../instant-mp4.ts";
import { planExport } from "../plan/index.ts";
import { copyMovie } from "./copy-movie.ts";

// Movies that are large enough to go through the ring, past the page cache.

const ORIGIN = millis(1_763_000_000_000);
const folder = await mkdtemp(join(tmpdir(), "oxbow-large-"));
after(() => rm(folder, { recursive: true, force: true }));
const small = await encodeClip(folder, "clip", { seconds: 4 });
const clip = await sparseClip(small, join(folder, "large.mp4"), 1);
const noise = randomFillSync(new Uint8Array(1_000_003));
{
  await using file = await open(clip.file, "r+");
  for (let at = 0; at + noise.length < clip.bytes; at += noise.length) {
    await file.write(noise, 0, noise.length, at);
  }
}
const extent = extentOf({ clip, origin: ORIGIN });
const range = resolveClips([{ clip, origin: ORIGIN }], extent.from, extent.to);
const plan = await planExport(range, { ...extent, gaps: "skip", packing: "clean", title: null });
const signal = AbortSignal.timeout(60_000);

async function digest(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const sha256 = createHash("sha256");
  for await (const part of bytes) sha256.update(part);
  return sha256.digest("hex");
}

test("a large movie, copied again and again by the same threads, is what an instant MP4 serves", async () => {
  const served = await digest(servePlan(plan).read(0, plan.bytes));
  for (const checksum of ["sha256", "none", "sha256"] as const) {
    const [partial, final] = [join(folder, "partial"), join(folder, "final.mp4")];
    const told: number[] = [];
    const progress = (bytes: number): void => void told.push(bytes);
    const copied = await copyMovie({ plan, partial, final, checksum, signal, progress });
    assert.equal(copied.sha256, checksum === "none" ? null : served);
    assert.notEqual(copied.how, "kernel");
    assert.equal(await digest(createReadStream(final)), served);
    assert.ok(told.every((bytes) => bytes <= plan.bytes));
    await rm(final);
  }
});

async function withDisk(bytes: number, work: (point: string) => Promise<void>): Promise<boolean> {
  const { spawnSync } = await import("node:child_process");
  const point = join(folder, "disk");
  await mkdir(point);
  const options = ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", point];
  if (spawnSync("mount", options).status !== 0) return false;
  try {
    await work(point);
  } finally {
    spawnSync("umount", [point]);
  }
  return true;
}

test("a disk that fills while a large movie is written is told as such", async (context) => {
  const mounted = await withDisk(40 * 1024 * 1024, async (point) => {
    const paths = { partial: join(point, "partial"), final: join(point, "final.mp4") };
    const rest = { checksum: "sha256", signal, progress: () => {} } as const;
    const copying = copyMovie({ plan, ...paths, ...rest });
    await assert.rejects(
      copying,
      (error) => error instanceof Fault && error.code === "storage_full",
    );
    assert.deepEqual(await readdir(point), []);
  });
  if (!mounted) context.skip("this user may not mount a small disk");
});

test("an archive file that ends too soon ends the copy of a large movie, too", async () => {
  await truncate(clip.file, clip.bytes >> 1);
  const [partial, final] = [join(folder, "short"), join(folder, "short.mp4")];
  const rest = { checksum: "sha256", signal, progress: () => {} } as const;
  await assert.rejects(
    copyMovie({ plan, partial, final, ...rest }),
    (error) => error instanceof Fault && error.code === "source_media_lost",
  );
  assert.ok((await readdir(folder)).every((name) => !name.startsWith("short")));
});
