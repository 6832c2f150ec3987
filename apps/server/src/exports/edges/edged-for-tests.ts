import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { plus } from "@oxbow/media";
import { type Clip, type Placed, readClip, resolveClips } from "../clip-for-tests.ts";
import type { ExportEncoder } from "../export-attempt.ts";
import { type MoviePlan, type PlanOptions, planExport } from "../plan/index.ts";
import { ORIGIN, written } from "../plan/plan-for-tests.ts";
import { prepareCopy } from "./prepare-copy.ts";

const run = promisify(execFile);

export const SIZE = { width: 160, height: 90 } as const;

export const ENCODER: ExportEncoder = { ffmpeg: "ffmpeg", niceness: 0, pieceSeconds: 20 };

export type EncodeOptions = {
  readonly seconds: number;
  readonly rate?: string;
  /** Pictures from one keyframe to the next. */
  readonly gop?: number;
  readonly bframes?: number;
  /** Further arguments of the encoder. */
  readonly encoder?: readonly string[];
  readonly filter?: string;
};

/** Encodes moving pictures and a tone as an archive file has them. */
export async function encode(folder: string, name: string, of: EncodeOptions): Promise<Clip> {
  const { seconds, rate = "30", gop = 60, bframes = 2, filter = "null", encoder = [] } = of;
  const { width, height } = SIZE;
  const file = join(folder, `${name}.mp4`);
  await run("ffmpeg", [
    ...["-v", "error", "-y", "-f", "lavfi", "-i", `testsrc2=size=${width}x${height}:rate=${rate}`],
    ...["-f", "lavfi", "-i", "sine=frequency=440:beep_factor=4:sample_rate=48000"],
    ...["-t", String(seconds), "-vf", filter, "-fps_mode", "passthrough"],
    ...["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-bf", String(bframes)],
    ...["-g", String(gop), "-keyint_min", String(gop), "-sc_threshold", "0", ...encoder],
    ...["-video_track_timescale", "90000", "-c:a", "aac", "-aac_pns", "0", "-b:a", "64k"],
    ...["-movflags", "empty_moov+default_base_moof+separate_moof+frag_keyframe"],
    ...["-frag_duration", "500000", "-f", "mp4", file],
  ]);
  return readClip(file);
}

/** Plans and writes an exact cut of placed clips, milliseconds after ORIGIN. */
export async function cutExactly(
  folder: string,
  placed: readonly Placed[],
  [from, to]: readonly [from: number, to: number],
  options: Partial<PlanOptions> = {},
): Promise<{ readonly plan: MoviePlan; readonly file: string }> {
  const wanted = { from: plus(ORIGIN, from), to: plus(ORIGIN, to) };
  const range = resolveClips(placed, wanted.from, plus(wanted.to, 100));
  await using copy = await prepareCopy(
    range,
    { ...wanted, gaps: "skip", packing: "clean", title: null, cut: "exact", ...options },
    {
      encoder: ENCODER,
      prefix: join(folder, "cut.mp4"),
      signal: AbortSignal.timeout(60_000),
    },
  );
  const plan = await planExport(copy.range, copy.options);
  return { plan, file: await written(plan, join(folder, `${from}-${to}.out.mp4`)) };
}

/** All pictures as a strict decoder gives them, without minding any edit list, in order of presentation. */
export async function pictures(file: string): Promise<readonly Buffer[]> {
  const { width, height } = SIZE;
  const bytes = (width * height * 3) / 2;
  const { stdout } = await run(
    "ffmpeg",
    [
      ...["-v", "error", "-xerror", "-err_detect", "explode", "-ignore_editlist", "1", "-i", file],
      ...["-map", "0:v", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"],
    ],
    { encoding: "buffer", maxBuffer: 512 * 1024 * 1024 },
  );
  return Array.from({ length: stdout.length / bytes }, (_, at) =>
    stdout.subarray(at * bytes, (at + 1) * bytes),
  );
}

/** Peak signal to noise of one picture against another, in dB. */
export function likeness(one: Buffer, other: Buffer): number {
  let squares = 0;
  for (let at = 0; at < one.length; at += 1) squares += ((one[at] ?? 0) - (other[at] ?? 0)) ** 2;
  return squares === 0
    ? Number.POSITIVE_INFINITY
    : 10 * Math.log10((255 ** 2 * one.length) / squares);
}
