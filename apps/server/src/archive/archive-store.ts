import type { NewEvent } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { GapReason } from "./resolved-range.ts";
import type { StretchExtent, StretchRow } from "./stored-stretch.ts";

/** How much of a stream's archive stays. An absent limit does not limit. */
export type Retention = { readonly days?: number; readonly bytes?: number };

/** A range that retention and removal must leave alone. */
export type Pin = {
  readonly id: string;
  readonly stream: string;
  readonly from: Millis;
  readonly to: Millis;
  readonly reason: string | null;
  /** The export that holds it, where one does. */
  readonly owner: string | null;
  readonly expiresAt: Millis | null;
  readonly createdAt: Millis;
};

/** A gap that was written down, because no stretch after it tells its reason. */
export type GapRow = {
  readonly id: string;
  readonly stream: string;
  readonly broadcast: string | null;
  readonly from: Millis;
  readonly to: Millis;
  readonly reason: GapReason;
};

/** A stream as retention and events need it. */
type ArchivedStream = {
  readonly id: string;
  readonly name: string;
  readonly retention: Retention | null;
  /** Nobody can watch it any more: its media goes. */
  readonly isDeleted: boolean;
  /** End of the source's media; null where there is none of it. */
  readonly newest: Millis | null;
};

/** What the archive holds of a stream. */
export type StreamStorage = {
  readonly stream: string;
  readonly name: string;
  readonly isDeleted: boolean;
  /** Of all renditions. */
  readonly bytes: number;
  readonly oldest: Millis;
  readonly newest: Millis;
};

/** What a removal changes besides the rows of the stretches. */
export type Eviction = {
  readonly addGaps: readonly GapRow[];
  readonly removeGaps: readonly string[];
  readonly events: readonly NewEvent[];
};

/** Files whose rows are gone and that are still to be unlinked. */
type DoomedFile = { readonly id: string; readonly path: string };

/** What the archive keeps in the database: stretches, gaps and pins, never samples. */
export interface ArchiveStore {
  addStretch(row: StretchRow): Promise<void>;
  growStretch(id: string, extent: StretchExtent): Promise<void>;
  /** A stretch that holds no media. */
  dropStretch(id: string): Promise<void>;
  stretch(id: string): Promise<StretchRow | undefined>;
  /**
   * In order of `from`: those that begin in `[earliest, to)` and end after `from`, and the open ones
   * that begin before `to`, whose end is not known here.
   */
  stretchesIn(query: {
    stream: string;
    /** Absent: all of them. */
    rendition?: string;
    earliest: Millis;
    from: Millis;
    to: Millis;
    broadcast?: string;
  }): Promise<StretchRow[]>;
  /** Of all streams. */
  openStretches(): Promise<StretchRow[]>;
  /** Closed ones of all renditions in order of `from` and `id`, the oldest first; with `after`, those behind it. */
  oldestStretches(
    stream: string,
    limit: number,
    after?: Pick<StretchRow, "from" | "id">,
  ): Promise<StretchRow[]>;
  /** Of the source: the one with the least `from`, and the one with the greatest `to`. */
  edges(stream: string): Promise<{ oldest: StretchRow; newest: StretchRow } | undefined>;
  /** The source's first that begins at or after `at`. */
  stretchAfter(stream: string, at: Millis): Promise<StretchRow | undefined>;
  /** The broadcast's first of the source that is still there. */
  firstStretch(broadcast: string): Promise<StretchRow | undefined>;
  /** The broadcast's newest of the source. */
  lastStretch(broadcast: string): Promise<StretchRow | undefined>;
  /** Files of a stretch of the packager, in order of their segments. */
  filesOf(stretch: string): Promise<StretchRow[]>;
  /** The broadcast may go on. */
  broadcastIsOpen(broadcast: string): Promise<boolean>;
  /** One more than the last segment's number; 0 where there is none. */
  nextSegment(stream: string): Promise<number>;
  /** What each stream takes, deleted ones included. */
  storage(): Promise<readonly StreamStorage[]>;
  /** Sum over all stretches of the stream. */
  bytes(stream: string): Promise<number>;

  addGap(gap: GapRow, events: readonly NewEvent[]): Promise<void>;
  /** Those that overlap or touch `[from, to)`, in order of `from`. */
  gapsIn(stream: string, from: Millis, to: Millis): Promise<GapRow[]>;
  /**
   * Removes the rows of those candidates that no pin holds at `now`, in one transaction with what
   * `describe` makes of them, and dooms their files. Answers the removed ones. What `describe` throws
   * undoes it all. `gaps` are the stream's gaps that touch the candidates.
   */
  evict(
    stream: string,
    candidates: readonly StretchRow[],
    now: Millis,
    describe: (evicted: readonly StretchRow[], gaps: readonly GapRow[]) => Eviction,
  ): Promise<readonly StretchRow[]>;
  doomed(): Promise<DoomedFile[]>;
  forgetDoomed(ids: readonly string[]): Promise<void>;

  addPin(pin: Pin): Promise<void>;
  /** `owned`: it has an owner, and stays. */
  removePin(id: string): Promise<"removed" | "unknown" | "owned">;
  removePinsOf(owner: string): Promise<void>;
  removeExpiredPins(now: Millis): Promise<void>;
  /** In order of `from`. */
  pins(stream: string): Promise<Pin[]>;

  /** Every stream that has stretches, deleted ones included, and where its media ends. */
  archivedStreams(): Promise<ArchivedStream[]>;
  emit(events: readonly NewEvent[]): Promise<void>;
}
