import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

const STRICT = ["-v", "error", "-xerror", "-err_detect", "explode"];

/** Hashes of all pictures as a strict decoder shows them, in order. Rejects at the first flaw. */
export async function decodedPictures(
  file: string,
  ...input: readonly string[]
): Promise<string[]> {
  const output = ["-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-"];
  const { stdout } = await run("ffmpeg", [...STRICT, ...input, "-i", file, ...output], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(",").at(-1)?.trim() ?? "");
}

/** All sound as a strict decoder gives it: 16 bit, one channel. */
export async function decodedSound(file: string, ...input: readonly string[]): Promise<Int16Array> {
  const output = ["-map", "0:a", "-ac", "1", "-f", "s16le", "-"];
  const { stdout } = await run("ffmpeg", [...STRICT, ...input, "-i", file, ...output], {
    encoding: "buffer",
    maxBuffer: 256 * 1024 * 1024,
  });
  return new Int16Array(stdout.buffer, stdout.byteOffset, stdout.length >> 1);
}

export type ProbedStream = {
  readonly codec_type: string;
  readonly start_time: string;
  readonly duration: string;
  readonly nb_frames?: string;
};

/** What ffprobe says of the streams of a file. */
export async function probe(file: string): Promise<readonly ProbedStream[]> {
  const { stdout } = await run("ffprobe", ["-v", "error", "-show_streams", "-of", "json", file]);
  const told: { streams: ProbedStream[] } = JSON.parse(stdout);
  return told.streams;
}
