export { type FfmpegRun, runFfmpeg } from "./run-ffmpeg.ts";
export {
  type FfmpegChild,
  type FfmpegEnd,
  type FfmpegOptions,
  PROGRAM_MISSING,
  spawnFfmpeg,
} from "./spawn-ffmpeg.ts";
