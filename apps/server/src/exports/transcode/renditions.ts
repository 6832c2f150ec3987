import { Fault } from "@oxbow/contract";
import type { VideoConfig } from "@oxbow/media";
import type { RenditionWish } from "../export-spec.ts";
import { AUDIO } from "../export-wishes.ts";

/** One quality that is encoded. */
export type Encoded = {
  readonly name: string;
  /** Pixels, square and even. */
  readonly width: number;
  readonly height: number;
  /** Every how many-th picture, or so many a second; null: all. */
  readonly rate: { readonly step: number } | { readonly fps: number } | null;
  /** Bits a second that were asked for; null: a constant quality, up to `most`. */
  readonly bitrate: number | null;
  readonly most: number;
};

/** What the pictures of an export are like: of several sizes, the largest. */
export type SourcePictures = {
  /** As shown, in square pixels. */
  readonly width: number;
  readonly height: number;
  /** Pictures a second. */
  readonly fps: number;
};

/**
 * The qualities with pictures, none above the source's. Fault `export_mode_unsupported` where that leaves
 * none of those asked for.
 */
export function encodedOf(
  wishes: readonly RenditionWish[],
  source: SourcePictures,
): readonly Encoded[] {
  const seen = wishes.filter(({ name }) => name !== AUDIO);
  const made = seen.filter(({ height }) => height === null || height <= source.height);
  if (made.length === 0 && seen.length > 0) {
    throw new Fault(
      "export_mode_unsupported",
      `Nothing is upscaled, and the source has ${source.height} lines: ask for the rendition "source"`,
      { field: "renditions" },
    );
  }
  return made.map((wish) => encode(wish, source));
}

function encode({ name, height: lines, fps, bitrate }: RenditionWish, source: SourcePictures) {
  const height = even(lines ?? source.height);
  const width = even((source.width * height) / source.height);
  const rate = rateOf(fps, source.fps);
  const shown = rate === null ? source.fps : "step" in rate ? source.fps / rate.step : rate.fps;
  return { name, width, height, rate, bitrate, most: mostBits(width, height, shown) };
}

/** Every second picture of 59.94 is 29.97: nearer to what was meant than exactly 30 would be. */
function rateOf(wanted: number | null, fps: number): Encoded["rate"] {
  if (wanted === null || fps <= wanted * 1.01) return null;
  const step = Math.round(fps / wanted);
  return step > 1 && Math.abs(fps / wanted / step - 1) < 0.01 ? { step } : { fps: wanted };
}

/** Above this, more bits can't be seen: 6 Mbit/s for 1080p at 30, growing slower than pixels and pictures. */
function mostBits(width: number, height: number, fps: number): number {
  const size = (width * height) / (1920 * 1080);
  const pace = Math.max(1, fps) / 30;
  return Math.max(200_000, Math.round(6_000_000 * size ** 0.75 * pace ** 0.6));
}

/** The largest of these pictures. */
export function sourcePictures(
  configs: readonly { readonly config: VideoConfig; readonly fps: number }[],
): SourcePictures {
  const shown = configs.map(({ config, fps }) => ({ ...shownSize(config), fps }));
  return shown.reduce((most, each) =>
    each.width * each.height > most.width * most.height ? each : most,
  );
}

/** Size in square pixels, upright; the height is kept. */
export function shownSize({ width, height, pixelAspect, rotation = 0 }: VideoConfig): {
  readonly width: number;
  readonly height: number;
} {
  const wide = Math.round((width * pixelAspect[0]) / pixelAspect[1]);
  return rotation % 180 === 0 ? { width: wide, height } : { width: height, height: wide };
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.round(pixels / 2));
}
