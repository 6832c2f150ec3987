import { type EventRecord, eventTypes } from "@oxbow/contract";
import { millis, rfc3339 } from "@oxbow/media";
import type { Selectable } from "kysely";
import type { EventStore, LogQuery } from "../events/index.ts";
import type { World } from "../world.ts";
import { claimLanes, dueLanes } from "./delivery-claims.ts";
import {
  changeDelivery,
  deliveredSince,
  listDeliveries,
  readDelivery,
  recoverDeliveries,
  replayEvents,
  settleDeliveries,
} from "./delivery-rows.ts";
import type { EventsTable } from "./schema.ts";
import type { SecretBox } from "./secret-box.ts";
import { sinkRows } from "./sink-rows.ts";
import type { OpenStore } from "./store.ts";

/** Rows removed in one transaction. */
const SWEEP = 500;

/** The log, the sinks (their secrets sealed) and the deliveries in the database. */
export function eventStore(store: OpenStore, box: SecretBox, world: World): EventStore {
  const { db } = store;
  return {
    onCommit: (listener) => store.onCommit(listener),
    events: (query, limit) => readEvents(store, query, limit),
    async lastSequence() {
      const row = await db
        .selectFrom("counters")
        .select("value")
        .where("name", "=", "events")
        .executeTakeFirstOrThrow();
      return row.value;
    },
    ...sinkRows(store, box, world),
    recover: () => recoverDeliveries(store, world.now()),
    dueLanes: (sink, except, limit) => dueLanes(db, { sink, except, limit, now: world.now() }),
    claim: (sink, lanes, each) => claimLanes(store, { sink, lanes, each, now: world.now() }),
    settle: (deliveries) => settleDeliveries(store, deliveries, world.now()),
    deliveredSince: (sink, since) => deliveredSince(db, sink, since),
    deliveries: (sink, query) => listDeliveries(db, sink, query),
    delivery: (id) => readDelivery(db, id),
    changeDelivery: (was, state) => changeDelivery(store, was, state, world.now()),
    replay: (sink, range) => replayEvents(store, sink, range, world),
    sweep: (before) => sweep(store, before),
  };
}

async function readEvents(
  { db }: OpenStore,
  { after, before, from, to, types, stream, newestFirst = false }: LogQuery,
  limit: number,
): Promise<EventRecord[]> {
  let query = db.selectFrom("events").selectAll();
  if (after !== undefined) query = query.where("sequence", ">", after);
  if (before !== undefined) query = query.where("sequence", "<", before);
  if (from !== undefined) query = query.where("time", ">=", from);
  if (to !== undefined) query = query.where("time", "<", to);
  if (types !== undefined && types.length > 0) query = query.where("type", "in", types);
  if (stream !== undefined) query = query.where("stream_id", "=", stream);
  const order = newestFirst ? "desc" : "asc";
  const rows = await query.orderBy("sequence", order).limit(limit).execute();
  return rows.map(recordOf);
}

const knownTypes: ReadonlyMap<string, EventRecord["type"]> = new Map(
  eventTypes.map((type) => [type, type]),
);

function recordOf(row: Selectable<EventsTable>): EventRecord {
  const type = knownTypes.get(row.type);
  if (type === undefined) throw new Error(`The log has an event of unknown type "${row.type}"`);
  return {
    id: row.id,
    type,
    sequence: row.sequence,
    time: rfc3339(millis(row.time)),
    ...(row.stream_id !== null && {
      stream: { id: row.stream_id, name: row.stream_name ?? row.stream_id },
    }),
    ...(row.stream_sequence !== null && { streamSequence: row.stream_sequence }),
    ...(row.broadcast_id !== null && { broadcast: row.broadcast_id }),
    data: JSON.parse(row.data),
  };
}

async function sweep(store: OpenStore, before: number): Promise<number> {
  const newest = await store.db
    .selectFrom("events")
    .select("sequence")
    .where("time", "<", before)
    .orderBy("time", "desc")
    .limit(1)
    .executeTakeFirst();
  if (newest === undefined) return 0;
  // Deliveries first: what is still open after thirty days belongs to a sink that is disabled.
  return store.relaxed(async (tx) => {
    const deliveries = tx
      .selectFrom("deliveries")
      .select("id")
      .where("event_sequence", "<=", newest.sequence)
      .orderBy("event_sequence")
      .limit(SWEEP);
    const gone = await tx.deleteFrom("deliveries").where("id", "in", deliveries).executeTakeFirst();
    if (gone.numDeletedRows > 0n) return Number(gone.numDeletedRows);
    const events = tx
      .selectFrom("events")
      .select("sequence")
      .where("sequence", "<=", newest.sequence)
      .orderBy("sequence")
      .limit(SWEEP);
    const removed = await tx
      .deleteFrom("events")
      .where("sequence", "in", events)
      .executeTakeFirst();
    return Number(removed.numDeletedRows);
  });
}
