import type { Millis, Track } from "@oxbow/media";
import type { GapEntry } from "../playlist-place.ts";
import type { RenditionFiles } from "../rendition-files.ts";
import type { StretchRow } from "../stored-stretch.ts";
import type { DvrMarks } from "./dvr-markers.ts";
import { entriesOf, type ListedRun } from "./playlist-runs.ts";

/** What a range's playlists say by now. It is a value: what comes later is another. */
export type Listed = {
  /** Grows by one with each change. */
  readonly revision: number;
  readonly from: Millis;
  /** `event`: it ran when it was first asked for, or it has no end of its own. */
  readonly kind: "event" | "vod";
  readonly ended: boolean;
  /** When that was noticed, if it ran before. */
  readonly endedAt?: Millis;
  /** Whole seconds. */
  readonly targetDuration: number;
  readonly runs: readonly ListedRun[];
  /** Entries after the last run, while the encoder is gone. */
  readonly tail: readonly GapEntry[];
  /** Media sequence number of the last entry. */
  readonly lastSequence: number;
  readonly tracks: readonly Track[];
  readonly marks: DvrMarks;
  /** Files of other renditions, as they were known. */
  readonly others: readonly StretchRow[];
  /** Present where it is of one of them: the source's entries, as far as it is known what was made of them. */
  readonly rendition?: RenditionFiles;
  /** A gap may have been told where media came after all. */
  readonly isEarly?: boolean;
  /** Present where files at its head are gone: it lists them still, but from here on there is media. */
  readonly playableFrom?: Millis;
};

/** How many entries a playlist has. */
export function countOf({ runs, tail }: Listed): number {
  return runs.reduce((sum, run) => sum + entriesOf(run), tail.length);
}
