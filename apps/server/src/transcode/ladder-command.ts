import type { Track, VideoConfig } from "@oxbow/media";
import {
  deviceArguments,
  type EncoderName,
  encoderArguments,
  type LadderLatency,
  uploadFilter,
} from "./encoder.ts";
import { MATROSKA_TIMESCALE } from "./matroska.ts";
import type { Rendition } from "./ports.ts";

/** What sound that is normalised becomes. */
export const NORMAL_SOUND = { sampleRate: 48_000, channels: 2, bitrate: 128_000 } as const;

/** The pipe of the first rendition; the others follow, and behind them the sound. */
export const FIRST_PIPE = 3;

export type LadderCommand = {
  readonly encoder: EncoderName;
  readonly latency: LadderLatency;
  readonly video: VideoConfig;
  readonly renditions: readonly Rendition[];
  /** Whether sound comes in, to be normalised. */
  readonly sound: boolean;
};

/**
 * ffmpeg's arguments for a ladder: Matroska from standard input, decoded once; an FLV for each rendition
 * and one for normalised sound, a pipe each. Frames come out as soon as they are made, with the times
 * that they went in with.
 */
export function ladderArguments(command: LadderCommand): string[] {
  const { encoder, latency, renditions, sound } = command;
  return [
    ...["-hide_banner", "-loglevel", "error", "-protocol_whitelist", "pipe"],
    ...deviceArguments(encoder),
    // A header tells all tracks: nothing is held back to find more out.
    ...["-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0"],
    ...decoderThreads(command.video),
    ...["-noautorotate", "-copyts", "-f", "matroska", "-i", "pipe:0"],
    ...["-filter_complex", filterGraph(command)],
    ...renditions.flatMap((rendition, at) => [
      ...["-map", `[${outLabel(at)}]`, "-fps_mode", "passthrough"],
      ...["-enc_time_base", `1:${MATROSKA_TIMESCALE}`],
      ...toldRate(command.video, rendition),
      ...encoderArguments(encoder, rendition, latency),
      ...flvPipe(at),
    ]),
    ...(sound ? soundArguments(renditions.length) : []),
  ];
}

/** Pixels a second of 1080p60: more than one thread decodes in time anywhere. */
const ONE_THREAD = 1920 * 1080 * 61;

/** A decoder with a thread for each frame holds back as many frames: only where it must. */
function decoderThreads({ width, height, frameRate = 30 }: VideoConfig): string[] {
  const pixels = width * height * frameRate;
  return pixels <= ONE_THREAD ? ["-threads", "1"] : ["-threads", "4"];
}

const outLabel = (at: number): string => `v${at}`;
const inLabel = (at: number): string => `s${at}`;

function filterGraph({ encoder, video, renditions }: LadderCommand): string {
  const labels = renditions.map((_, at) => `[${inLabel(at)}]`).join("");
  const first = [...untoldColour(video), `split=${renditions.length}${labels}`].join(",");
  const chains = renditions.map((rendition, at) => {
    const { width, height } = rendition;
    const filters = [
      ...fewerPictures(rendition),
      // Full range becomes the range that every player takes for granted.
      `scale=w=${width}:h=${height}:out_range=tv`,
      "setsar=1",
      uploadFilter(encoder),
    ];
    return `[${inLabel(at)}]${filters.join(",")}[${outLabel(at)}]`;
  });
  return [`[0:v]${first}`, ...chains].join(";");
}

/**
 * Every keyframe, and from there pictures at an even pace: chosen by their times, which stay what they
 * were, where the filter `fps` would give them others.
 */
function fewerPictures({ fps }: Rendition): string[] {
  if (fps === null) return [];
  const place = (time: string): string => `floor((${time}-ld(0))*${fps.toFixed(6)}+0.01)`;
  // `st` keeps the keyframe's time from one picture to the next.
  return [`select='if(key,st(0,t)*0+1,gt(${place("t")},${place("prev_selected_t")}))'`];
}

/** The encoder takes the source's rate for that of the pictures which are left: two ticks each (H.264 §E.2.1). */
function toldRate({ frameRate }: VideoConfig, { fps }: Rendition): string[] {
  // A limit says nothing of a source that does not tell how fast it is.
  if (fps === null || frameRate === undefined) return [];
  return ["-bsf:v", `h264_metadata=tick_rate=${Math.round(fps * 2000)}/1000`];
}

/** Up to this height players take colours that are not told for those of television before HD. */
const SD_HEIGHT = 719;
const UNSPECIFIED = 2;

/**
 * Colours that the source does not tell are told as players guess them of the source's size: of a smaller
 * picture they would guess others. Only AVC's record says that nothing is told.
 */
function untoldColour({ codec, colour, height }: VideoConfig): string[] {
  if (codec !== "avc" || (colour !== undefined && colour.matrix !== UNSPECIFIED)) return [];
  const name = height > SD_HEIGHT ? "bt709" : "smpte170m";
  return [`setparams=colorspace=${name}:color_primaries=${name}:color_trc=${name}`];
}

function soundArguments(at: number): string[] {
  const { sampleRate, channels, bitrate } = NORMAL_SOUND;
  return [
    // Holes are filled with silence, as far as a player would hear them as one.
    ...["-map", "0:a:0", "-af", "aresample=async=1000"],
    ...["-c:a", "aac", "-b:a", String(bitrate)],
    ...["-ar", String(sampleRate), "-ac", String(channels), ...flvPipe(at)],
  ];
}

function flvPipe(at: number): string[] {
  const form = ["-flvflags", "no_duration_filesize", "-flush_packets", "1", "-f", "flv"];
  return [...form, `pipe:${FIRST_PIPE + at}`];
}

/** Whether a rendition has the source's sound as it is: AAC of one or two channels. */
export function isNormalSound({ config }: Track): boolean {
  return config.kind === "audio" && config.codec === "aac" && config.channels <= 2;
}
