import type { Millis, Track } from "@oxbow/media";
import type { StretchReason } from "../packager/index.ts";

/**
 * Why a file begins. `length`: the file before it was an hour long, and nothing stands between them.
 * `lost`: the disk did not take what came before it.
 */
export type StoredReason = StretchReason | "length" | "lost";

/** The encoder's own quality: what is meant where no rendition is named. */
export const SOURCE = "source";

/** How far a file has grown: whole sealed segments that are on disk and in the index. */
export type StretchExtent = {
  /** End of the sealed media. */
  readonly to: Millis;
  readonly segments: number;
  /** Of the media file. */
  readonly bytes: number;
  /** A recorder writes to it. */
  readonly open: boolean;
};

/** One archive file as the database knows it; `path` is relative to the archive's root. */
export type StretchRow = StretchExtent & {
  readonly id: string;
  readonly stream: string;
  readonly broadcast: string;
  /** `source`, or a quality that was made of it: its segments have the source's numbers. */
  readonly rendition: string;
  readonly reason: StoredReason;
  readonly path: string;
  /** Wall clock at tick 0 of the broadcast's timeline. */
  readonly origin: Millis;
  readonly tracks: readonly Track[];
  /** Number of its first segment. */
  readonly firstSegment: number;
  /** Wall clock of its first picture, of its first audio where there is no video. */
  readonly from: Millis;
  readonly createdAt: Millis;
  /** The packager's stretch that it holds, which media URLs name; files share it where one was full. */
  readonly stretch: string;
  /** Media sequence number of its first segment in the playlist of the whole broadcast; 0 but for the source. */
  readonly sequence: number;
  /** Discontinuity sequence number of its segments there. */
  readonly discontinuity: number;
};

/** One archive file: a fragmented MP4 with both tracks. The index stands beside it. */
export type StoredStretch = StretchRow & {
  /** Absolute path of the media file. */
  readonly file: string;
};
