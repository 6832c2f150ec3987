import { FlvDemuxer, readVideoTag } from "@oxbow/containers";
import {
  type Frame,
  parseAvcConfig,
  type Track,
  VIDEO_TIMESCALE,
  VIDEO_TRACK,
  type VideoConfig,
} from "@oxbow/media";
import { runFfmpeg } from "../ffmpeg/index.ts";
import { deviceArguments, type EncoderName, encoderArguments, uploadFilter } from "./encoder.ts";
import { LadderRun } from "./ladder-run.ts";
import type { Rendition } from "./ports.ts";

const MOST_BYTES = 1 << 26;
/** Of a source for a pixel a second, as encoders at home send it. */
const SOURCE_BITS = 0.1;
/** Of a run that is measured flat out: all of the clip may wait. */
const QUEUE_BYTES = 1 << 28;
/** As what runs live, so that it is measured beside it as it would run. */
const NICENESS = 5;

/** Pictures that are measured with. */
export type MeasuredClip = {
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly pictures: number;
};

/** A quarter of the pictures, over and over: drawing them must not count as encoding. */
function encoding(encoder: EncoderName, clip: MeasuredClip): readonly string[] {
  const { width, height, frameRate, pictures } = clip;
  const drawn = Math.ceil(pictures / 4);
  const source = `testsrc2=size=${width}x${height}:rate=${frameRate},loop=3:${drawn}`;
  const bitrate = Math.round(width * height * frameRate * SOURCE_BITS);
  return [
    ...[...deviceArguments(encoder), "-f", "lavfi", "-i", source, "-frames:v", String(pictures)],
    ...["-vf", uploadFilter(encoder), ...encoderArguments(encoder, { height, bitrate })],
  ];
}

export type MeasureOptions = {
  readonly ffmpeg: string;
  readonly encoder: EncoderName;
  readonly signal: AbortSignal;
};

/** Times real time that an encoder is. Faults as `runFfmpeg`. */
export async function encoderSpeed(options: MeasureOptions, clip: MeasuredClip): Promise<number> {
  const { ffmpeg, encoder, signal } = options;
  const args = [...encoding(encoder, clip), "-f", "null", "-"];
  const began = performance.now();
  await runFfmpeg({ program: ffmpeg, args, signal, ...limits() });
  return speedSince(began, clip);
}

function speedSince(began: number, { pictures, frameRate }: MeasuredClip): number {
  return pictures / frameRate / ((performance.now() - began) / 1000);
}

/** A source to measure ladders with. */
export type MeasuredSource = {
  readonly clip: MeasuredClip;
  readonly video: Track & { readonly config: VideoConfig };
  readonly frames: readonly Frame[];
};

/** Makes a source. Faults as `runFfmpeg`. */
export async function measuredSource(
  { ffmpeg, encoder, signal }: MeasureOptions,
  clip: MeasuredClip,
): Promise<MeasuredSource> {
  const args = [...encoding(encoder, clip), "-f", "flv", "pipe:1"];
  const demuxer = new FlvDemuxer();
  const file = await runFfmpeg({ program: ffmpeg, args, signal, ...limits() });
  const frames: Frame[] = [];
  let config: VideoConfig | undefined;
  for (const tag of demuxer.push(file)) {
    if (tag.kind !== "video") continue;
    const video = readVideoTag(tag.body);
    if (video.is === "config")
      config = { ...parseAvcConfig(video.record), frameRate: clip.frameRate };
    if (video.is !== "frame") continue;
    const { key, data, compositionTime } = video;
    const [dts, cto] = [tag.timestamp, compositionTime].map((ms) => ms * (VIDEO_TIMESCALE / 1000));
    frames.push({ track: VIDEO_TRACK, dts: dts ?? 0, cto: cto ?? 0, key, data });
  }
  if (config === undefined) throw new Error("An encoder gave no configuration");
  const video = { id: VIDEO_TRACK, timescale: VIDEO_TIMESCALE, language: "und", config };
  return { clip, video, frames };
}

/** Times real time that all of a ladder is made in, as it is made live; null where it is not made to the end. */
export async function ladderSpeed(
  { ffmpeg, encoder, signal }: MeasureOptions,
  { clip, video, frames }: MeasuredSource,
  renditions: readonly Rendition[],
): Promise<number | null> {
  if (renditions.length === 0 || signal.aborted) return null;
  const began = performance.now();
  const run = new LadderRun({
    ...{ ffmpeg, video, renditions, sound: undefined, niceness: NICENESS },
    encoder: Promise.resolve(encoder),
    latency: "normal",
    queueBytes: QUEUE_BYTES,
    clock: () => performance.now(),
    host: { configured: () => undefined, picture: () => undefined, sound: () => undefined },
  });
  const stop = (): void => run.kill();
  signal.addEventListener("abort", stop);
  for (const frame of frames) run.feed(frame);
  run.finish();
  const { clean } = await run.ended;
  signal.removeEventListener("abort", stop);
  return clean ? speedSince(began, clip) : null;
}

/** The signal ends what takes too long. */
function limits() {
  return { timeoutMs: 60_000, mostBytes: MOST_BYTES, niceness: NICENESS };
}
