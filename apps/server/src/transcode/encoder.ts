import type { Rendition } from "./ports.ts";

/** An encoder of ffmpeg that makes H.264. */
export type EncoderName = "h264_nvenc" | "h264_qsv" | "h264_vaapi" | "libx264";

/** In the order in which they are taken where they work: hardware first. */
export const ENCODERS: readonly EncoderName[] = ["h264_nvenc", "h264_qsv", "h264_vaapi", "libx264"];

export const SOFTWARE: EncoderName = "libx264";

export const isHardware = (encoder: EncoderName): boolean => encoder !== SOFTWARE;

/** Pictures between keyframes that are not asked for: none ever come in a stream's life. */
const NO_KEYFRAME = "100000";
/** Of the bit rate: what a decoder has in store (HRD), in seconds. */
const BUFFER_SECONDS = 1.5;
/** Slices cost bits: no more than a picture of that size needs to be made in time. */
const SLICED: readonly (readonly [height: number, threads: number])[] = [
  [1440, 8],
  [1080, 4],
  [720, 2],
];

/** How soon a rendition must come: at once, or after pictures that its encoder looked ahead at. */
export type LadderLatency = "normal" | "low";

/**
 * Pictures that libx264 looks at before it spends bits on one, at no cost but their time: 0.6 to 0.9 dB of
 * SSIM with a film. More give little more.
 */
const LOOKAHEAD = 5;

/** What stands before the input: the device that encodes. */
export function deviceArguments(encoder: EncoderName): readonly string[] {
  return encoder === "h264_vaapi" ? ["-vaapi_device", "/dev/dri/renderD128"] : [];
}

/** The end of a chain of filters: pictures as the encoder takes them, 4:2:0 with 8 bits. */
export function uploadFilter(encoder: EncoderName): string {
  if (encoder === "h264_vaapi") return "format=nv12,hwupload";
  return encoder === "libx264" ? "format=yuv420p" : "format=nv12";
}

/**
 * The encoder and its options: a bit rate that is kept, keyframes where the source has them and nowhere
 * else, no B-frames, captions of the source in the pictures that they came with.
 */
export function encoderArguments(
  encoder: EncoderName,
  { height, bitrate }: Pick<Rendition, "height" | "bitrate">,
  latency: LadderLatency = "low",
): readonly string[] {
  return [
    ...["-c:v", encoder, "-b:v", String(bitrate), "-maxrate", String(bitrate)],
    ...["-bufsize", String(Math.round(bitrate * BUFFER_SECONDS))],
    ...["-bf", "0", "-g", NO_KEYFRAME, "-force_key_frames", "source", "-profile:v", "high"],
    ...ownArguments(encoder, height, latency),
  ];
}

function ownArguments(
  encoder: EncoderName,
  height: number,
  latency: LadderLatency,
): readonly string[] {
  switch (encoder) {
    case "libx264": {
      const threads = SLICED.find(([from]) => height >= from)?.[1] ?? 1;
      const ahead = `rc-lookahead=${LOOKAHEAD}:mbtree=1`;
      return [
        ...["-preset", "veryfast", "-tune", "zerolatency", "-sc_threshold", "0"],
        ...["-forced-idr", "1", "-a53cc", "1", "-threads", String(threads)],
        ...(latency === "low" ? [] : ["-x264-params", ahead]),
      ];
    }
    case "h264_nvenc":
      return [
        ...["-preset", "p4", "-tune", "ll", "-rc", "vbr", "-zerolatency", "1", "-delay", "0"],
        ...["-no-scenecut", "1", "-forced-idr", "1", "-a53cc", "1"],
      ];
    case "h264_qsv":
      return ["-preset", "veryfast", "-async_depth", "1", "-forced_idr", "1", "-a53cc", "1"];
    case "h264_vaapi":
      return ["-rc_mode", "VBR", "-async_depth", "1"];
    default:
      return encoder satisfies never;
  }
}
