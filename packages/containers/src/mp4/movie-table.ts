import type { Track } from "@oxbow/media";
import type { SampleRun } from "../sample-run.ts";
import { layOut, type MovieHeader } from "./movie-header.ts";
import type { MovieOptions } from "./movie-options.ts";
import { TrackTable } from "./track-table.ts";

/** The `moov` of a movie in the making: runs are appended in decode order, track by track. */
export interface MovieTable {
  /**
   * Appends a run whose bytes stand one after another at `payloadOffset` of the payload.
   * @throws RangeError
   */
  append(track: number, run: SampleRun, payloadOffset: number): void;
  /** Sets the duration of the last sample that was appended: what joins over a gap. */
  stretchLast(track: number, ticks: number): void;
  /** Ticks of all samples so far. */
  duration(track: number): number;
  /** Runs appended from now on have this configuration; its number in `stsd`, from 1. */
  describe(track: number, config: Track["config"]): number;
  /**
   * The header for a file that goes on with `payloadBytes` of payload. May be called again.
   * @throws RangeError where a run lies outside the payload, or nothing was appended
   */
  finish(options: MovieOptions): MovieHeader;
}

/** An empty table for these tracks; those that stay without samples are left out of the file. */
export function createMovieTable(tracks: readonly Track[]): MovieTable {
  const tables = new Map(tracks.map((track) => [track.id, new TrackTable(track)]));
  if (tables.size < tracks.length) throw new RangeError("Two tracks have one id");
  const table = (track: number): TrackTable => {
    const found = tables.get(track);
    if (found === undefined) throw new RangeError(`There is no track ${track}`);
    return found;
  };
  return {
    append(track, run, payloadOffset) {
      table(track).append(run, payloadOffset);
    },
    stretchLast(track, ticks) {
      table(track).stretchLast(ticks);
    },
    duration(track) {
      return table(track).ticks;
    },
    describe(track, config) {
      return table(track).describe(config);
    },
    finish(options) {
      return layOut([...tables.values()], options);
    },
  };
}
