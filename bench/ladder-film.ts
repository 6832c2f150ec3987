import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readMovie } from "@oxbow/containers";
import {
  type Frame,
  type Track,
  VIDEO_TIMESCALE,
  VIDEO_TRACK,
  type VideoConfig,
} from "@oxbow/media";

const run = promisify(execFile);

/** Pictures of a film, as an encoder sends them. */
export type Film = {
  readonly file: string;
  readonly track: Track;
  readonly config: VideoConfig;
  readonly frames: readonly Frame[];
  readonly seconds: number;
};

/**
 * The first seconds of a film, or of moving pictures full of detail where none is given: 720p at 30 a
 * second, as a camera at home sends it.
 */
export async function openFilm(
  folder: string,
  from: string | undefined,
  seconds: number,
): Promise<Film> {
  const file = join(folder, "source.mp4");
  const drawn = ["-f", "lavfi", "-i", "mandelbrot=size=1280x720:rate=30:inner=convergence"];
  const avc = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-b:v", "6000k"];
  const whole = ["-g", "60", "-keyint_min", "60", "-sc_threshold", "0", "-bf", "0"];
  await run("ffmpeg", [
    ...["-v", "error", ...(from === undefined ? drawn : ["-i", from])],
    ...["-t", String(seconds), "-map", "0:v:0"],
    ...(from === undefined ? [...avc, ...whole] : ["-c:v", "copy"]),
    ...["-video_track_timescale", String(VIDEO_TIMESCALE), "-use_editlist", "0", file],
  ]);
  const bytes = await readFile(file);
  const movie = await readMovie(
    async (at, length) => bytes.subarray(at, at + length),
    bytes.length,
  );
  const [first] = movie.tracks;
  if (first?.track.config.kind !== "video") throw new Error(`${from} has no pictures`);
  const { table } = first;
  const frames = Array.from({ length: table.count }, (_, at): Frame => {
    const offset = table.offsets[at] ?? 0;
    return {
      track: VIDEO_TRACK,
      dts: table.dts[at] ?? 0,
      cto: table.ctos?.[at] ?? 0,
      key: table.syncs === "all" || table.syncs.includes(at),
      data: bytes.subarray(offset, offset + (table.sizes[at] ?? 0)),
    };
  });
  const length = table.duration / VIDEO_TIMESCALE;
  const config = { ...first.track.config, frameRate: table.count / length };
  const track = { ...first.track, id: VIDEO_TRACK, config };
  return { file, track, config, frames, seconds: length };
}
