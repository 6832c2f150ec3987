import type { VideoConfig } from "@oxbow/media";
import type { WatermarkSpec } from "../export-spec.ts";
import type { Piece } from "./pieces.ts";
import { type Encoded, shownSize } from "./renditions.ts";
import { TICKS } from "./scan-run.ts";

/** One file of a piece: its quality, and what is drawn into it. */
export type PieceFile = {
  readonly encoded: Encoded;
  /** Absolute. */
  readonly path: string;
  /** An ASS script on the piece's own timeline. */
  readonly burned: string | undefined;
};

export type PieceOrder = {
  readonly piece: Piece;
  readonly config: VideoConfig;
  readonly files: readonly PieceFile[];
  readonly watermark: (WatermarkSpec & { readonly path: string }) | null;
};

/** Seconds between keyframes: players change between qualities there. */
const KEY_SECONDS = 2;
/** Parts of the picture's width between a watermark and the edge. */
const MARGIN = 0.03;
/** A still image is decoded whole, whatever its head said. */
const MOST_PIXELS = 4096 * 4096;

/** The arguments for encoding one piece in all its qualities: one decoder, to the tick, no sound. */
export function videoArguments(order: PieceOrder): readonly string[] {
  const { piece, config, files, watermark } = order;
  const logo = watermark === null ? undefined : { ...watermark, users: files.length };
  const graph = [
    `[0:v:0]${cutFilters(piece)},split=${files.length}${labels("s", files.length)}`,
    ...(logo === undefined
      ? []
      : [`[1:v:0]format=rgba,split=${logo.users}${labels("w", logo.users)}`]),
    ...files.flatMap((file, at) => fileFilters(file, at, order)),
  ];
  return [
    ...["-v", "error", "-progress", "pipe:1", "-copyts", "-protocol_whitelist", "pipe"],
    ...["-f", "mp4", "-i", "pipe:0"],
    ...(logo === undefined ? [] : imageInput(logo.path)),
    ...["-filter_complex", graph.join(";")],
    ...files.flatMap((file, at) => encoderArguments(file, config, at)),
  ];
}

function imageInput(path: string): readonly string[] {
  const kind = path.endsWith(".png") ? "png_pipe" : "jpeg_pipe";
  return [
    ...["-protocol_whitelist", "file,pipe", "-max_pixels", `${MOST_PIXELS}`],
    ...["-f", kind, "-i", `file:${path}`],
  ];
}

/** What is shown of the input, from 0 on; held to the end of the piece. */
function cutFilters({ from, to, length }: Piece): string {
  const cut = `settb=1/${TICKS},trim=start_pts=${from}:end_pts=${to},setpts=PTS-${from}`;
  const held = length > to - from;
  return held ? `${cut},tpad=stop=-1:stop_mode=clone,trim=end_pts=${length}` : cut;
}

function fileFilters(
  { encoded, burned }: PieceFile,
  at: number,
  { config, watermark }: PieceOrder,
): readonly string[] {
  const { width, rate } = encoded;
  const pace = rate === null ? [] : ["step" in rate ? `framestep=${rate.step}` : `fps=${rate.fps}`];
  const scaled = [...pace, ...scaleFilters(config, encoded), "setsar=1", "format=yuv420p"];
  const text = burned === undefined ? [] : [`ass=filename=${escaped(burned)}`];
  if (watermark === null) return [`[s${at}]${[...scaled, ...text].join(",")}[v${at}]`];
  const logo = Math.max(2, Math.round(width * watermark.width));
  const place = placeOf(watermark.position, Math.round(width * MARGIN));
  const over = [`overlay=${place}:format=auto`, "format=yuv420p", ...text];
  return [
    `[w${at}]scale=${logo}:-1,colorchannelmixer=aa=${watermark.opacity}[l${at}]`,
    `[s${at}]${scaled.join(",")}[p${at}]`,
    `[p${at}][l${at}]${over.join(",")}[v${at}]`,
  ];
}

/** To the size, with bars where the shape is another. */
function scaleFilters(config: VideoConfig, { width, height }: Encoded): readonly string[] {
  const shown = shownSize(config);
  const fits = Math.abs((shown.width * height) / (shown.height * width) - 1) < 0.02;
  if (fits) return [`scale=${width}:${height}:flags=bicubic`];
  const factor = Math.min(width / shown.width, height / shown.height);
  const even = (pixels: number, most: number): number =>
    Math.min(most, 2 * Math.round((pixels * factor) / 2));
  return [
    `scale=${even(shown.width, width)}:${even(shown.height, height)}:flags=bicubic`,
    `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`,
  ];
}

function placeOf(position: WatermarkSpec["position"], margin: number): string {
  if (position === "center") return "x=(W-w)/2:y=(H-h)/2";
  const x = position.endsWith("left") ? `${margin}` : `W-w-${margin}`;
  const y = position.startsWith("top") ? `${margin}` : `H-h-${margin}`;
  return `x=${x}:y=${y}`;
}

/** x264 with keyframes at the same times in every quality, and none elsewhere. */
function encoderArguments(
  { encoded: { bitrate, most }, path }: PieceFile,
  { colour }: VideoConfig,
  at: number,
): readonly string[] {
  const rate =
    bitrate === null
      ? ["-crf", "21", "-maxrate", `${most}`, "-bufsize", `${2 * most}`]
      : [
          "-b:v",
          `${bitrate}`,
          "-maxrate",
          `${Math.round(bitrate * 1.2)}`,
          "-bufsize",
          `${2 * bitrate}`,
        ];
  const shades =
    colour === undefined
      ? []
      : [
          ...["-color_primaries", `${colour.primaries}`, "-color_trc", `${colour.transfer}`],
          ...["-colorspace", `${colour.matrix}`, "-color_range", colour.fullRange ? "pc" : "tv"],
        ];
  return [
    ...["-map", `[v${at}]`, "-c:v", "libx264", "-preset", "faster", "-profile:v", "high", ...rate],
    ...["-sc_threshold", "0", "-g", "9999", "-forced-idr", "1"],
    ...["-force_key_frames", `expr:gte(t,n_forced*${KEY_SECONDS})`, ...shades],
    ...["-fps_mode", "passthrough", "-enc_time_base", `1:${TICKS}`],
    ...["-map_metadata", "-1", "-map_chapters", "-1"],
    ...["-video_track_timescale", `${TICKS}`, "-movie_timescale", `${TICKS}`, "-f", "mp4"],
    `file:${path}`,
  ];
}

function labels(letter: string, count: number): string {
  return Array.from({ length: count }, (_, at) => `[${letter}${at}]`).join("");
}

/** A value in the description of a filter graph: once for the option, once for the graph around it. */
function escaped(value: string): string {
  return value.replace(/[\\':]/g, "\\$&").replace(/[\\'[\],;]/g, "\\$&");
}
