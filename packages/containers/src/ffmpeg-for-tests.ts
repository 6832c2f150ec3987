import { execFile } from "node:child_process";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Movie, readMovie } from "./index.ts";

const run = promisify(execFile);
const LIMITS = { maxBuffer: 2 ** 26, timeout: 60_000 };

/** Calls `use` with a folder that is gone afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-containers-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The file that ffmpeg makes with these arguments. */
export function made(args: readonly string[], name = "made.mp4"): Promise<Buffer> {
  return withFolder(async (folder) => {
    const path = join(folder, name);
    await run("ffmpeg", ["-v", "error", ...args, path], LIMITS);
    return await readFile(path);
  });
}

/** Runs ffmpeg or ffprobe with the path of a file that has these bytes in the place of `FILE`. */
export function judged(
  program: "ffmpeg" | "ffprobe",
  bytes: Uint8Array | readonly Uint8Array[],
  args: readonly string[],
): Promise<string> {
  return withFolder(async (folder) => {
    const path = join(folder, "judged.mp4");
    await writeFile(path, bytes);
    return await judgedFile(program, path, args);
  });
}

export async function judgedFile(
  program: "ffmpeg" | "ffprobe",
  path: string,
  args: readonly string[],
): Promise<string> {
  const filled = args.map((argument) => (argument === "FILE" ? path : argument));
  const { stdout, stderr } = await run(program, ["-v", "error", ...filled], LIMITS);
  // What ffmpeg complains of is an error here, even where it goes on.
  if (stderr !== "") throw new Error(stderr);
  return stdout;
}

/** Decodes all of a stream, strictly; gives the presentation time of each frame in its time base. */
export async function decodedTimes(bytes: Uint8Array, stream: "v:0" | "a:0"): Promise<number[]> {
  const strict = ["-xerror", "-err_detect", "explode", "-i", "FILE"];
  const form = ["-map", `0:${stream}`, "-fps_mode", "passthrough", "-enc_time_base", "-1"];
  const text = await judged("ffmpeg", bytes, [...strict, ...form, "-f", "framecrc", "-"]);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => Number(line.split(",")[2]));
}

/** A movie that is in memory. */
export function readBytes(bytes: Uint8Array): Promise<Movie> {
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(bytes.subarray(offset, offset + length));
  return readMovie(read, bytes.length);
}

/** A movie that is in a file. */
export async function readFileMovie(path: string): Promise<Movie> {
  await using file = await open(path);
  const { size } = await file.stat();
  return await readMovie(async (offset, length) => {
    const buffer = new Uint8Array(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  }, size);
}

/** A second of 25 pictures with B-frames and keyframes each 10, and of stereo at 44100 Hz. */
export function clip(options: readonly string[] = []): Promise<Buffer> {
  const video = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1"];
  const audio = ["-f", "lavfi", "-i", "sine=sample_rate=44100:duration=1"];
  const avc = [
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-bf",
    "3",
    "-g",
    "10",
    "-pix_fmt",
    "yuv420p",
  ];
  const x264 = ["-x264-params", "b-adapt=0:scenecut=0", "-video_track_timescale", "90000"];
  return made([...video, ...audio, ...avc, ...x264, "-c:a", "aac", "-ac", "2", ...options]);
}
