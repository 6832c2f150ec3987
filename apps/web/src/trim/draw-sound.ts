import { loudest, type Sampling } from "./peaks.ts";
import type { SoundReader } from "./sound-reader.ts";
import { shareOf, type View } from "./view.ts";

/** Quiet sound is seen, too: loudness is drawn by its square root. */
const shown = (peak: number): number => Math.sqrt(Math.min(1, peak));

/**
 * Draws a waveform, mirrored, in the canvas's own colour: one bar for each column of pixels where all
 * segments are there, one for each segment that stands for several.
 */
export function drawSound(
  canvas: HTMLCanvasElement,
  view: View,
  { segments, stride }: Sampling,
  sound: SoundReader,
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const { width, height } = canvas;
  context.clearRect(0, 0, width, height);
  context.fillStyle = getComputedStyle(canvas).color;
  for (const segment of segments) {
    const peaks = sound.peaks(segment);
    if (peaks === undefined) continue;
    const length = segment.duration * 1000;
    const left = shareOf(view, segment.wall) * width;
    const right = shareOf(view, segment.wall + length * stride) * width;
    const columns = stride > 1 ? 1 : Math.max(1, Math.ceil(right - left));
    const wide = (right - left) / columns;
    for (let at = 0; at < columns; at += 1) {
      const tall = Math.max(1, shown(loudest(peaks, at / columns, (at + 1) / columns)) * height);
      context.fillRect(left + at * wide, (height - tall) / 2, Math.max(1, wide - 0.5), tall);
    }
  }
}
