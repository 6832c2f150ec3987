import type { Event, EventType } from "@oxbow/sdk";
import type { Tx } from "../store/index.ts";

/**
 * What a feature does with events of the media server. `apply` runs in the transaction that notes the
 * event as received, once for each event, in order for each stream. It only changes rows, tells
 * updates and schedules tasks: what reaches outside is a task. It must bear an event about something
 * it does not know, and one that is older than what it knows. What it throws undoes the event, which
 * then comes again; after some times it is set aside for the operator.
 */
export type EventProjection = {
  readonly types: readonly EventType[];
  readonly apply: (tx: Tx, event: Event) => Promise<void>;
};

/** Projections by the name of their feature, in the order in which they see an event. */
export type EventProjections = Readonly<Record<string, EventProjection>>;
