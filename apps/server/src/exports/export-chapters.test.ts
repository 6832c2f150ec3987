import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { Export } from "@oxbow/contract";
import { millis, plus } from "@oxbow/media";
import { z } from "zod";
import { encodeClip } from "./clip-for-tests.ts";
import { chaptersOf } from "./export-chapters.ts";
import type { ExportRequest } from "./export-request.ts";
import { ORIGIN, onExports, type Parts, reaches } from "./exports-for-tests.ts";

const run = promisify(execFile);
const root = await mkdtemp(join(tmpdir(), "oxbow-chapters-"));
after(() => rm(root, { recursive: true, force: true }));
const clip = await encodeClip(root, "clip", { seconds: 6 });
const onParts = onExports(root, { clip, origin: ORIGIN });

const Found = z.object({
  chapters: z.array(z.object({ start_time: z.string(), tags: z.object({ title: z.string() }) })),
});

/** The chapters of the file that an export makes, as ffprobe reads them. */
async function chaptersIn(parts: Parts, folder: string, request: ExportRequest): Promise<string[]> {
  const { id } = await parts.exports.create(request);
  await reaches(parts, id, "ready", "failed");
  const { asset, error } = Export.parse(await parts.exports.get(id));
  assert.equal(error, null);
  const name = request.mode === "transcode" ? "90p" : "source";
  const path = join(folder, "assets", asset ?? "", `${name}.mp4`);
  const { stdout } = await run("ffprobe", ["-v", "error", "-show_chapters", "-of", "json", path]);
  const { chapters } = Found.parse(JSON.parse(stdout));
  return chapters.map((chapter) => `${Number(chapter.start_time)} ${chapter.tags.title}`);
}

onParts(
  "markers of the broadcast are chapters of the file, in copies and transcodes",
  async (parts, folder) => {
    parts.recorded.marked = [
      { at: plus(ORIGIN, 500), label: "Before" },
      { at: plus(ORIGIN, 1000), label: "Kick-off" },
      { at: plus(ORIGIN, 3500), label: "Goal" },
      { at: plus(ORIGIN, 5500), label: "After" },
    ];
    const range = { stream: "story", from: plus(ORIGIN, 1000), to: plus(ORIGIN, 5000) };
    const told = ["0 Kick-off", "2.5 Goal"];
    assert.deepEqual(await chaptersIn(parts, folder, range), told);
    assert.deepEqual(await chaptersIn(parts, folder, { ...range, cut: "exact" }), told);
    const request = { ...range, mode: "transcode", renditions: ["90p"] } as const;
    assert.deepEqual(await chaptersIn(parts, folder, request), told);
  },
);

test("chapters move with the media where gaps were closed, and stay where they were filled", () => {
  const gap = { from: millis(12_000), to: millis(22_000), at: millis(2000), reason: "reconnect" };
  const timeline = {
    durationMs: millis(10_000),
    cut: { from: millis(10_000), to: millis(30_000) },
    gaps: [gap],
  };
  const marks = [9_000, 10_000, 15_000, 22_000, 22_000, 23_000, 40_000].map((at, place) => ({
    at: millis(at),
    label: String(place),
  }));
  assert.deepEqual(chaptersOf(marks, timeline), [
    { at: 0, title: "1" },
    { at: 2000, title: "3" },
    { at: 3000, title: "5" },
  ]);
  assert.deepEqual(
    chaptersOf(marks, {
      ...timeline,
      durationMs: millis(20_000),
      gaps: [{ ...gap, filled: true }],
    }).map(({ at }) => at),
    [0, 5000, 12_000, 13_000],
  );
});
