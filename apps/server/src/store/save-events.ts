import type { NewEvent } from "@oxbow/contract";
import type { Insertable, Kysely, Selectable } from "kysely";
import type { World } from "../world.ts";
import { insertRows } from "./insert-rows.ts";
import type { DeliveriesTable, EventsTable, Schema } from "./schema.ts";

/**
 * Writes events into the log, and one pending delivery for each enabled sink that asks for them.
 * Sequences have no gap and follow the order of commits: the counter's row is held until the commit.
 */
export async function saveEvents(
  db: Kysely<Schema>,
  events: readonly NewEvent[],
  world: World,
): Promise<void> {
  if (events.length === 0) return;
  const time = world.now();
  // Streams first and in one order, the counter last: two transactions never wait for each other.
  const ofStream = await nextStreamSequences(db, events);
  let sequence = await nextSequence(db, events.length);
  const rows: Selectable<EventsTable>[] = [];
  for (const event of events) {
    const before = event.stream === undefined ? undefined : ofStream.get(event.stream.id);
    const streamSequence = before === undefined ? null : before + 1;
    if (event.stream !== undefined && streamSequence !== null) {
      ofStream.set(event.stream.id, streamSequence);
    }
    rows.push({
      sequence: sequence++,
      id: world.id("evt"),
      type: event.type,
      time,
      stream_id: event.stream?.id ?? null,
      stream_name: event.stream?.name ?? null,
      stream_sequence: streamSequence,
      broadcast_id: event.broadcast ?? null,
      data: JSON.stringify(event.data),
    });
  }
  await insertRows(db, "events", rows);
  await insertRows(db, "deliveries", await deliveriesOf(db, rows, world));
}

/** The last sequence that each stream has used. A stream that is not in the database gets none. */
async function nextStreamSequences(
  db: Kysely<Schema>,
  events: readonly NewEvent[],
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { stream } of events) {
    if (stream !== undefined) counts.set(stream.id, (counts.get(stream.id) ?? 0) + 1);
  }
  const last = new Map<string, number>();
  for (const [id, count] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const row = await db
      .updateTable("streams")
      .set((value) => ({ stream_sequence: value("stream_sequence", "+", count) }))
      .where("id", "=", id)
      .returning("stream_sequence")
      .executeTakeFirst();
    if (row !== undefined) last.set(id, row.stream_sequence - count);
  }
  return last;
}

async function nextSequence(db: Kysely<Schema>, count: number): Promise<number> {
  const row = await db
    .updateTable("counters")
    .set((value) => ({ value: value("value", "+", count) }))
    .where("name", "=", "events")
    .returning("value")
    .executeTakeFirstOrThrow();
  return row.value - count + 1;
}

async function deliveriesOf(
  db: Kysely<Schema>,
  events: readonly Selectable<EventsTable>[],
  world: World,
): Promise<Insertable<DeliveriesTable>[]> {
  const sinks = await db
    .selectFrom("sinks")
    .select(["id", "types", "streams"])
    .where("enabled", "=", 1)
    .execute();
  const deliveries: Insertable<DeliveriesTable>[] = [];
  for (const sink of sinks) {
    const types: unknown = JSON.parse(sink.types);
    const streams: unknown = JSON.parse(sink.streams);
    for (const event of events) {
      if (!allows(types, [event.type])) continue;
      if (!allows(streams, [event.stream_id, event.stream_name])) continue;
      deliveries.push(newDelivery(sink.id, event, world));
    }
  }
  return deliveries;
}

/** A delivery of one event to one sink, to be attempted at once. */
export function newDelivery(
  sink: string,
  event: { readonly sequence: number; readonly type: string; readonly stream_id: string | null },
  world: World,
): Insertable<DeliveriesTable> {
  const now = world.now();
  return {
    id: world.id("dlv"),
    sink_id: sink,
    event_sequence: event.sequence,
    lane: laneOf(event.type, event.stream_id ?? ""),
    state: "pending",
    attempts: 0,
    // At once, whatever the clock says: it may be set back.
    next_attempt_at: 0,
    log: "[]",
    created_at: now,
    updated_at: now,
  };
}

/** A thousand viewers who come at once don't hold up what is told of the stream itself. */
function laneOf(type: string, stream: string): string {
  return type === "play_started" || type === "play_stopped" ? `${stream}/play` : stream;
}

/** A sink's filter: an empty list lets all through. */
export function allows(filter: unknown, values: readonly (string | null)[]): boolean {
  if (!Array.isArray(filter) || filter.length === 0) return true;
  return values.some((value) => filter.includes(value));
}
