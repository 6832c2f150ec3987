import { type Box, box, fullBox, u32, u64 } from "../isobmff/index.ts";

/** A track of few and small samples, which stand together before the media: chapters, subtitles. */
export type AsideTrack = {
  readonly id: number;
  /** The track, given where `samples` stand in the file. */
  readonly trak: (offset: number) => Box;
  readonly samples: Uint8Array;
};

/** What such a track needs to know of the movie that it goes with. */
export type MarkedMovie = {
  readonly durationMs: number;
  /** Ticks of the movie's own timescale. */
  readonly duration: number;
  readonly createdAt: number | undefined;
};

/** Ticks a second of such tracks. */
export const ASIDE_TIMESCALE = 1000;

/**
 * Samples that stand in one chunk, and their table.
 * @param entry the sample entry
 * @param durations milliseconds of each
 */
export function asideTable(
  entry: Box,
  samples: readonly Uint8Array[],
  durations: readonly number[],
): { readonly samples: Uint8Array; readonly table: (offset: number) => Box } {
  const times = words(durations.flatMap((ms) => [1, Math.min(ms, 0xffff_ffff)]));
  const sizes = words(samples.map(({ length }) => length));
  const count = samples.length;
  return {
    samples: joined(samples),
    table: (offset) =>
      box(
        "stbl",
        fullBox("stsd", 0, 0, u32(1), entry),
        fullBox("stts", 0, 0, u32(count), times),
        fullBox("stsc", 0, 0, u32(1, 1, count, 1)),
        fullBox("stsz", 0, 0, u32(0, count), sizes),
        fullBox("co64", 0, 0, u32(1), u64(offset)),
      ),
  };
}

/** As `u32`, of a list that may be too long for arguments. */
function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [place, value] of values.entries()) view.setUint32(place * 4, value);
  return bytes;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}
