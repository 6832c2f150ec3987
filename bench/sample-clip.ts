import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The stream of every peer's figures: 720p30 H.264 2.5 Mbit/s and AAC, a keyframe every 2 s. */
export async function makeClip(file: string, seconds: number, kilobits = 2500): Promise<void> {
  const video = "testsrc2=size=1280x720:rate=30,noise=alls=12:allf=t";
  const rate = `${kilobits}k`;
  await run("ffmpeg", [
    ...["-hide_banner", "-loglevel", "error", "-y"],
    ...["-f", "lavfi", "-i", video, "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"],
    ...["-t", String(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
    ...["-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", rate],
    ...["-x264-params", "nal-hrd=cbr", "-g", "60", "-keyint_min", "60", "-sc_threshold", "0"],
    ...["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-f", "flv", file],
  ]);
}
