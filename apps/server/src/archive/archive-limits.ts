/** What the archive allows itself. Bytes and milliseconds. */
export type ArchiveLimits = {
  /** A file goes on for at most this much media. */
  readonly fileMs: number;
  /** Media that waits for the disk: of one stream, and of all together. More is dropped (`disk_slow`). */
  readonly queueBytes: number;
  readonly allQueuesBytes: number;
  /** The same of renditions, which are dropped before anything of a source is. */
  readonly renditionQueueBytes: number;
  readonly allRenditionQueuesBytes: number;
  /** The database learns of a file's growth at most this often. */
  readonly growMs: number;
  /** Syncs of different files that run at a time. */
  readonly syncsAtOnce: number;
  /** How long `sealed` and `close` wait for the disk. */
  readonly settleMs: number;
  /** A loss that goes on is told each time so much media is gone. */
  readonly lossMs: number;
  /** Index bytes that are kept in memory for playback and exports. */
  readonly indexCacheBytes: number;
  /** Segments and playlists that are kept for further viewers. */
  readonly answerCacheBytes: number;
  /** Text of playlists that is kept, and the longest range that one may list. */
  readonly playlistBytes: number;
  readonly playlistMs: number;
  /** An answer is held for at most so many target durations (rfc8216bis §6.2.5.2). */
  readonly heldTargets: number;
  readonly retainEveryMs: number;
  readonly diskEveryMs: number;
};

export const ARCHIVE_LIMITS: ArchiveLimits = {
  fileMs: 3_600_000,
  queueBytes: 32 * 1024 * 1024,
  allQueuesBytes: 256 * 1024 * 1024,
  renditionQueueBytes: 8 * 1024 * 1024,
  allRenditionQueuesBytes: 64 * 1024 * 1024,
  growMs: 10_000,
  syncsAtOnce: 2,
  settleMs: 15_000,
  lossMs: 60_000,
  indexCacheBytes: 64 * 1024 * 1024,
  answerCacheBytes: 64 * 1024 * 1024,
  playlistBytes: 64 * 1024 * 1024,
  playlistMs: 48 * 3_600_000,
  heldTargets: 3,
  retainEveryMs: 60_000,
  diskEveryMs: 10_000,
};
