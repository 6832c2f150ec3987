import { type Ladder, wishedRendition } from "@oxbow/contract";
import type { VideoConfig } from "@oxbow/media";
import type { Rendition } from "./ports.ts";

/** What of a source decides what can be made of it. */
export type SourceShape = Pick<VideoConfig, "width" | "height" | "pixelAspect" | "frameRate">;

type Rung = { readonly height: number; readonly fps: number | null };

const rung = (height: number, fps: number | null = null): Rung => ({ height, fps });

/** Small pictures gain nothing from more than 30 a second. */
const SMALL = [rung(480, 30), rung(360, 30)] as const;

/** Heights below the source's. */
const PRESETS: Readonly<Record<Extract<Ladder, string>, readonly Rung[]>> = {
  source: [],
  mobile: SMALL,
  standard: [rung(720), ...SMALL],
  full: [rung(1080), rung(720), ...SMALL, rung(240, 30)],
};

/** Pictures a second where neither the source nor the ladder tells. */
const UNSTATED_FPS = 30;
/** Of 1280 × 720 at 30 a second; larger pictures need less for a pixel, and so do more of them. */
const BITS_720P30 = 2_800_000;
const PIXELS_720P = 1280 * 720;
const BITS_BY_PIXELS = 0.85;
const BITS_BY_FPS = 0.6;
const BITS_STEP = 50_000;
/** A source that is a hair faster than twice the limit is still halved. */
const RATE_TOLERANCE = 0.02;

/**
 * What is made of a source, the costliest first. Nothing is upscaled: what is higher than the source is
 * left out, of presets also what is as high, and a limit of pictures that the source keeps is no limit.
 */
export function resolveLadder(asked: Ladder, source: SourceShape): Rendition[] {
  const wishes =
    typeof asked === "string"
      ? PRESETS[asked]
          .filter(({ height }) => height < source.height)
          .map(({ height, fps }) => ({ name: `${height}p`, height, fps, bitrate: null }))
      : asked.flatMap((each) => wishedRendition(each) ?? []);
  return wishes
    .filter(({ height }) => height <= source.height)
    .map(({ name, height, fps, bitrate }) => {
      const width = variantWidth(source, height);
      const rate = evenRate(source.frameRate, fps);
      const pace = rate ?? source.frameRate ?? UNSTATED_FPS;
      return {
        name,
        width,
        height,
        fps: rate,
        bitrate: bitrate ?? usualBitrate(width * height, pace),
      };
    })
    .toSorted((a, b) => costOf(b, source) - costOf(a, source));
}

/** Width for a height, in square pixels, of the source's shape: even, as 4:2:0 wants it. */
export function variantWidth(source: SourceShape, height: number): number {
  const [across, down] = source.pixelAspect;
  const shape = (source.width * across) / down / source.height;
  return Math.max(2, Math.round((height * shape) / 2) * 2);
}

/**
 * Pictures a second under a limit, so that each n-th of the source's is shown: an uneven choice would
 * stutter. Null where all are.
 */
function evenRate(source: number | undefined, limit: number | null): number | null {
  if (limit === null || source === undefined) return limit;
  const each = Math.ceil(source / limit - RATE_TOLERANCE);
  return each <= 1 ? null : source / each;
}

function usualBitrate(pixels: number, fps: number): number {
  const size = (pixels / PIXELS_720P) ** BITS_BY_PIXELS;
  const pace = (fps / 30) ** BITS_BY_FPS;
  return Math.max(1, Math.round((BITS_720P30 * size * pace) / BITS_STEP)) * BITS_STEP;
}

/** Pixels a second. */
function costOf({ width, height, fps }: Rendition, source: SourceShape): number {
  return width * height * (fps ?? source.frameRate ?? UNSTATED_FPS);
}
