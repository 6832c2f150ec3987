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
export type ArchivedStream = {
  readonly id: string;
  readonly name: string;
  readonly retention: Retention | null;
};

/** What a removal changes, all in one transaction with its events. */
export type Eviction = {
  readonly stretches: readonly string[];
  readonly addGaps: readonly GapRow[];
  readonly removeGaps: readonly string[];
  readonly events: readonly NewEvent[];
};

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
    earliest: Millis;
    from: Millis;
    to: Millis;
    broadcast?: string;
  }): Promise<StretchRow[]>;
  /** Of all streams, or of one. */
  openStretches(stream?: string): Promise<StretchRow[]>;
  /** Closed ones in order of `from`, from the oldest. */
  oldestStretches(stream: string, limit: number, after?: Millis): Promise<StretchRow[]>;
  /** The one with the greatest `from`. */
  lastStretch(stream: string): Promise<StretchRow | undefined>;
  /** One more than the last segment's number; 0 where there is none. */
  nextSegment(stream: string): Promise<number>;
  /** Sum over all stretches of the stream. */
  bytes(stream: string): Promise<number>;
  /** Whether the broadcast has an end. */
  broadcastEnded(broadcast: string): Promise<boolean>;

  addGap(gap: GapRow, events: readonly NewEvent[]): Promise<void>;
  gapsIn(stream: string, from: Millis, to: Millis): Promise<GapRow[]>;
  evict(change: Eviction): Promise<void>;

  addPin(pin: Pin): Promise<void>;
  /** False where there is no such pin. */
  removePin(id: string): Promise<boolean>;
  removePinsOf(owner: string): Promise<number>;
  removeExpiredPins(now: Millis): Promise<number>;
  /** In order of `from`. */
  pins(stream: string): Promise<Pin[]>;

  /** Every stream that has stretches, deleted ones included. */
  archivedStreams(): Promise<ArchivedStream[]>;
  emit(events: readonly NewEvent[]): Promise<void>;
}
