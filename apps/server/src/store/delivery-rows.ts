import { type Millis, millis } from "@oxbow/media";
import { type Insertable, type Kysely, type Selectable, sql } from "kysely";
import type {
  DeliveryQuery,
  DeliveryState,
  Page,
  ReplayRange,
  SettledDelivery,
  StoredDelivery,
  StoredSink,
} from "../events/index.ts";
import type { World } from "../world.ts";
import { insertRows } from "./insert-rows.ts";
import { allows, newDelivery } from "./save-events.ts";
import type { DeliveriesTable, Schema } from "./schema.ts";
import type { OpenStore, Tx } from "./store.ts";

const REPLAY_PAGE = 500;
/** Beside a delivery that is being attempted: should the attempt fail, the next one is at once. */
const AT_ONCE = Number.MAX_SAFE_INTEGER;
/** Implied where a state is asked for by name; the same words as in the partial index let SQLite use it. */
const OPEN = sql<boolean>`state in ('pending', 'attempting')`;

/** Where this server has the database alone, what was being attempted at the last one's end is pending again. */
export async function recoverDeliveries(store: OpenStore, now: Millis): Promise<void> {
  // Beside others it may be under way: a claim ends by its age.
  await store.whileAlone(() =>
    store.relaxed(async (tx) => {
      await tx
        .updateTable("deliveries")
        .set({ state: "pending", next_attempt_at: now })
        .where("state", "=", "attempting")
        .where(OPEN)
        .execute();
    }),
  );
}

/**
 * What is open to a sink is due at once, with all its attempts again. Only what was attempted has to be
 * written: all else is due, and waits for it. What is under way may yet fail where the sink was before.
 */
export async function resumeDeliveries(tx: Tx, sink: string, now: Millis): Promise<void> {
  await tx
    .updateTable("deliveries")
    .set({ next_attempt_at: AT_ONCE })
    .where("sink_id", "=", sink)
    .where("state", "=", "attempting")
    .where(OPEN)
    .execute();
  await tx
    .updateTable("deliveries")
    .set({ next_attempt_at: now, attempts: 0, updated_at: now })
    .where("sink_id", "=", sink)
    .where("state", "=", "pending")
    .where("attempts", ">", 0)
    .where(OPEN)
    .execute();
}

/** Writes what became of deliveries that were attempted. */
export async function settleDeliveries(
  store: OpenStore,
  deliveries: readonly SettledDelivery[],
  now: Millis,
): Promise<void> {
  const rows = deliveries.map(({ id, state, log }) => ({
    id,
    state: state.at,
    attempts: state.attempts,
    next_attempt_at: state.at === "pending" ? state.nextAttemptAt : now,
    log: JSON.stringify(log),
  }));
  const list =
    store.dialect === "sqlite"
      ? sql`(select value ->> 'id' as id, value ->> 'state' as state, value ->> 'attempts' as attempts,
             value ->> 'next_attempt_at' as next_attempt_at, value ->> 'log' as log
             from json_each(${JSON.stringify(rows)}))`
      : sql`json_to_recordset(${JSON.stringify(rows)}::json)
             as settled (id text, state text, attempts int, next_attempt_at int8, log text)`;
  const alias = store.dialect === "sqlite" ? sql` as settled` : sql``;
  const resumed = sql`deliveries.next_attempt_at = ${AT_ONCE} and settled.state <> 'delivered'`;
  await store.relaxed((tx) =>
    // One statement for all. What was dropped meanwhile is not `attempting` any more, and stays.
    sql`update deliveries set log = settled.log, updated_at = ${now},
          state = case when ${resumed} then 'pending' else settled.state end,
          attempts = case when ${resumed} then 0 else settled.attempts end,
          next_attempt_at = case when ${resumed} then ${now} else settled.next_attempt_at end
        from ${list}${alias}
        where deliveries.id = settled.id and deliveries.state = 'attempting'`.execute(tx),
  );
}

export async function deliveredSince(
  db: Kysely<Schema>,
  sink: string,
  since: Millis,
): Promise<boolean> {
  const row = await db
    .selectFrom("deliveries")
    .select("id")
    .where("sink_id", "=", sink)
    .where("state", "=", "delivered")
    .where("updated_at", ">=", since)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

const withEvent = (db: Kysely<Schema>) =>
  db
    .selectFrom("deliveries")
    .innerJoin("events", "events.sequence", "deliveries.event_sequence")
    .selectAll("deliveries")
    .select(["events.id as event_id", "events.type as event_type"]);

/** Newest first. */
export async function listDeliveries(
  db: Kysely<Schema>,
  sink: string,
  { state, event, limit, cursor }: DeliveryQuery,
): Promise<Page<StoredDelivery>> {
  let query = withEvent(db).where("deliveries.sink_id", "=", sink);
  if (state !== undefined) query = query.where("deliveries.state", "=", state);
  if (event !== undefined) query = query.where("events.id", "=", event);
  if (cursor !== undefined) query = query.where("deliveries.id", "<", cursor);
  const rows = await query
    .orderBy("deliveries.id", "desc")
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map(deliveryOf);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

export async function readDelivery(
  db: Kysely<Schema>,
  id: string,
): Promise<StoredDelivery | undefined> {
  const row = await withEvent(db).where("deliveries.id", "=", id).executeTakeFirst();
  return row && deliveryOf(row);
}

/** Writes a state that a user asked for, unless the delivery has moved on meanwhile. */
export function changeDelivery(
  store: OpenStore,
  was: StoredDelivery,
  state: DeliveryState,
  now: Millis,
): Promise<boolean> {
  return store.commit(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable("deliveries")
      .set({
        state: state.at,
        attempts: state.attempts,
        next_attempt_at: state.at === "pending" ? state.nextAttemptAt : now,
        updated_at: now,
      })
      .where("id", "=", was.id)
      .where("state", "=", was.state.at)
      .executeTakeFirst();
    return { value: numUpdatedRows > 0n, events: [] };
  });
}

/** Makes new deliveries of old events, in pages: the log may be long. */
export async function replayEvents(
  store: OpenStore,
  sink: StoredSink,
  range: ReplayRange,
  world: World,
): Promise<number> {
  const { value: last } = await store.db
    .selectFrom("counters")
    .select("value")
    .where("name", "=", "events")
    .executeTakeFirstOrThrow();
  let after = "after" in range ? range.after : 0;
  let made = 0;
  for (;;) {
    const page = await store.commit(async (tx) => {
      const events = await replayable(tx, sink.id, range, after, last);
      const rows: Insertable<DeliveriesTable>[] = [];
      for (const event of events) {
        if (!allows(sink.types, [event.type])) continue;
        if (!allows(sink.streams, [event.stream_id, event.stream_name])) continue;
        if (event.is_open === null) rows.push(newDelivery(sink.id, event, world));
      }
      await insertRows(tx, "deliveries", rows);
      const value = { read: events.length, made: rows.length, end: events.at(-1)?.sequence };
      return { value, events: [] };
    });
    made += page.made;
    if (page.read < REPLAY_PAGE || page.end === undefined) return made;
    after = page.end;
  }
}

function replayable(tx: Tx, sink: string, range: ReplayRange, after: number, last: number) {
  let query = tx
    .selectFrom("events")
    .select(["sequence", "type", "stream_id", "stream_name"])
    // What is still to be delivered anyway is not delivered twice.
    .select((select) =>
      select
        .selectFrom("deliveries")
        .select("deliveries.id")
        .whereRef("deliveries.event_sequence", "=", "events.sequence")
        .where("deliveries.sink_id", "=", sink)
        .where("deliveries.state", "in", ["pending", "attempting"])
        .limit(1)
        .as("is_open"),
    )
    .where("sequence", ">", after)
    .where("sequence", "<=", last);
  if ("from" in range) query = query.where("time", ">=", range.from).where("time", "<", range.to);
  return query.orderBy("sequence").limit(REPLAY_PAGE).execute();
}

function deliveryOf(
  row: Selectable<DeliveriesTable> & { event_id: string; event_type: string },
): StoredDelivery {
  return {
    id: row.id,
    sink: row.sink_id,
    event: { id: row.event_id, type: row.event_type, sequence: row.event_sequence },
    state: stateOf(row),
    log: JSON.parse(row.log),
    createdAt: millis(row.created_at),
  };
}

function stateOf({
  state,
  attempts,
  next_attempt_at,
}: Pick<Selectable<DeliveriesTable>, "state" | "attempts" | "next_attempt_at">): DeliveryState {
  return state === "pending"
    ? { at: state, attempts, nextAttemptAt: millis(next_attempt_at) }
    : { at: state, attempts };
}
