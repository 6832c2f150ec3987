import { rescale } from "@oxbow/media";
import { type Box, box, fullBox, type Part, u16, u32, u64, versionFor } from "../isobmff/index.ts";
import type { Presentation } from "./movie-options.ts";
import type { TrackTable } from "./track-table.ts";

/** The edits of a track, and how long they last. */
export type Edits = {
  /** Ticks of the movie. */
  readonly duration: number;
  /** `edts`, none where the whole track is shown from 0. */
  readonly boxes: readonly Box[];
};

/**
 * The edit list (ISO/IEC 14496-12 §8.6.6): an empty edit for the delay, then the part that is shown.
 * @throws RangeError
 */
export function editsOf(
  table: TrackTable,
  told: Presentation | undefined,
  movieTimescale: number,
): Edits {
  const { timescale, id } = table.track;
  const whole: Presentation = {
    mediaTime: Math.max(0, table.firstPresentation),
    duration: table.ticks,
  };
  const { mediaTime, duration, delay = 0 } = told ?? whole;
  for (const ticks of [mediaTime, duration, delay]) {
    if (!Number.isSafeInteger(ticks) || ticks < 0) {
      throw new RangeError(`Track ${id} can't be shown with ${ticks} ticks`);
    }
  }
  // Rounded each for itself, so that both come back to the very tick.
  const begin = rescale(delay, timescale, movieTimescale);
  const length = rescale(duration, timescale, movieTimescale);
  const end = begin + length;
  if (begin === 0 && mediaTime === 0 && duration === table.ticks)
    return { duration: end, boxes: [] };
  const version = versionFor(end, mediaTime * 2);
  const entry = (ticks: number, from: number): Part[] =>
    version === 1 ? [u64(ticks), u64(from), u16(1, 0)] : [u32(ticks, from), u16(1, 0)];
  const entries = begin === 0 ? [] : [entry(begin, -1)];
  entries.push(entry(length, mediaTime));
  return {
    duration: end,
    boxes: [box("edts", fullBox("elst", version, 0, u32(entries.length), ...entries.flat()))],
  };
}
