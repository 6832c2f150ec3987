import type { Millis } from "@oxbow/media";

/** A moment of a broadcast that somebody named. What it says never changes (rfc8216bis §6.2.1). */
export type Marker = {
  readonly id: string;
  readonly stream: string;
  readonly broadcast: string;
  readonly at: Millis;
  /** Seconds; null for a moment. */
  readonly duration: number | null;
  readonly label: string;
  readonly createdAt: Millis;
};

/** One that may have been taken away lately. */
export type KeptMarker = Marker & { readonly removedAt: Millis | null };

export type MarkerPage = { readonly limit: number; readonly after?: string };

/** Where markers are kept. */
export interface MarkerStore {
  /** False where the broadcast has `most` already. */
  add(marker: Marker, most: number): Promise<boolean>;
  /**
   * Takes it away: it is kept as removed at `now`, and those removed before `forget` go for good.
   * Undefined where there is none.
   */
  remove(id: string, now: Millis, forget: Millis): Promise<Marker | undefined>;
  /** Those of a stream in order of their ids. */
  list(stream: string, page: MarkerPage): Promise<readonly Marker[]>;
  /** Those of a broadcast in order of time, those that were removed since `since` included. */
  ofBroadcast(broadcast: string, since: Millis): Promise<readonly KeptMarker[]>;
}
