import type { Attempt, EventRecord, NewEvent } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { DeliveryState } from "./delivery-step.ts";

/** A page of a list: `next` is the cursor of the page after it. */
export type Page<T> = { readonly items: readonly T[]; readonly next: string | null };
export type PageQuery = { readonly limit: number; readonly cursor?: string | undefined };

export type EventFilter = {
  /** Events whose sequence is greater; without it, from the first that is kept. */
  readonly after?: number | undefined;
  readonly types?: readonly string[] | undefined;
  /** The stream's id. */
  readonly stream?: string | undefined;
};

/** A part of the log. */
export type LogQuery = EventFilter & {
  /** Events whose sequence is less. */
  readonly before?: number | undefined;
  /** Events of `[from, to)`. */
  readonly from?: Millis | undefined;
  readonly to?: Millis | undefined;
  readonly newestFirst?: boolean | undefined;
};

export type DeliveryQuery = PageQuery & {
  readonly state?: DeliveryState["at"] | undefined;
  /** The event's id. */
  readonly event?: string | undefined;
};

/** Where events go; secrets in clear. */
export type StoredSink = {
  readonly id: string;
  readonly url: string;
  readonly types: readonly string[];
  /** Ids or names. */
  readonly streams: readonly string[];
  readonly secret: string;
  /** The secret before, which signs too until its time ends. */
  readonly previous: { readonly secret: string; readonly until: Millis } | null;
  readonly enabled: boolean;
  readonly rate: number | null;
  readonly batch: number;
  readonly disabledReason: string | null;
  readonly createdAt: Millis;
};

export type SinkChange = Partial<Omit<StoredSink, "id" | "createdAt">>;

/** One event to one sink, as it is kept. */
export type StoredDelivery = {
  readonly id: string;
  readonly sink: string;
  readonly event: { readonly id: string; readonly type: string; readonly sequence: number };
  readonly state: DeliveryState;
  readonly log: readonly Attempt[];
  readonly createdAt: Millis;
};

/** A delivery taken for an attempt, with the event as it goes over the wire. */
export type ClaimedDelivery = {
  readonly id: string;
  readonly event: { readonly id: string; readonly json: string };
  readonly state: DeliveryState;
  readonly log: readonly Attempt[];
  readonly createdAt: Millis;
};

/** Deliveries of one stream to one sink, in order. */
export type ClaimedLane = {
  readonly lane: string;
  readonly deliveries: readonly ClaimedDelivery[];
};

export type SettledDelivery = {
  readonly id: string;
  readonly state: DeliveryState;
  readonly log: readonly Attempt[];
};

/** Which events are to be delivered once more: after a sequence, or from `from` until before `to`. */
export type ReplayRange =
  | { readonly after: number }
  | { readonly from: Millis; readonly to: Millis };

/** The log, the sinks and the deliveries, as they are kept. */
export interface EventStore {
  /** Calls after each commit with events; answers how to stop. */
  onCommit(listener: (events: number) => void): () => void;

  /** In the order of `sequence`, or against it. */
  events(query: LogQuery, limit: number): Promise<readonly EventRecord[]>;
  /** Sequence of the last event, 0 before the first. */
  lastSequence(): Promise<number>;

  addSink(sink: StoredSink, most: number): Promise<boolean>;
  sink(id: string): Promise<StoredSink | undefined>;
  sinks(page: PageQuery): Promise<Page<StoredSink>>;
  enabledSinks(): Promise<readonly StoredSink[]>;
  /** `resume`: what is open is due at once with all its attempts again, what is under way where it fails. */
  changeSink(
    id: string,
    change: SinkChange,
    options?: { readonly resume?: boolean },
  ): Promise<StoredSink | undefined>;
  /** Removes it, and drops what is open. False when there is none. */
  removeSink(id: string): Promise<boolean>;
  /** Disables it with its event, unless it is disabled already, or has another URL meanwhile. */
  disableSink(sink: Pick<StoredSink, "id" | "url">, reason: string, event: NewEvent): Promise<void>;

  /** What was attempted by a server that is gone is pending again. */
  recover(): Promise<void>;
  /** Lanes of a sink whose first open delivery is due, the oldest first. */
  dueLanes(sink: string, except: ReadonlySet<string>, limit: number): Promise<readonly string[]>;
  /** Takes the first deliveries of each lane for an attempt. Lanes that another server took are left out. */
  claim(sink: string, lanes: readonly string[], each: number): Promise<readonly ClaimedLane[]>;
  /** Writes what became of claimed deliveries; those that were dropped meanwhile stay so. */
  settle(deliveries: readonly SettledDelivery[]): Promise<void>;
  /** Whether a delivery to this sink has succeeded since. */
  deliveredSince(sink: string, since: Millis): Promise<boolean>;
  /** Newest first. */
  deliveries(sink: string, query: DeliveryQuery): Promise<Page<StoredDelivery>>;
  delivery(id: string): Promise<StoredDelivery | undefined>;
  /** Writes a delivery that a user has changed, if its state is still the one that was read. */
  changeDelivery(was: StoredDelivery, state: DeliveryState): Promise<boolean>;
  /** Makes deliveries of the events that the sink's filter lets through and that are not open; answers how many. */
  replay(sink: StoredSink, range: ReplayRange): Promise<number>;
  /** Removes some events from before `before`, with their deliveries; answers how many rows. */
  sweep(before: Millis): Promise<number>;
}
