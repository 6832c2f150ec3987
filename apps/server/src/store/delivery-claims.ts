import { millis, rfc3339 } from "@oxbow/media";
import { type Kysely, sql } from "kysely";
import type { ClaimedDelivery, ClaimedLane } from "../events/index.ts";
import type { Schema } from "./schema.ts";
import type { OpenStore, Tx } from "./store.ts";

/** What was claimed this long ago and not written belongs to a server that is gone. */
const CLAIM_MS = 60_000;

// The same words as in the partial index, or SQLite does not use it: constants, not parameters.
const OPEN = sql<boolean>`deliveries.state in ('pending', 'attempting')`;

type Due = {
  readonly sink: string;
  readonly except: ReadonlySet<string>;
  readonly limit: number;
  readonly now: number;
};

/**
 * Lanes whose first open delivery may be attempted, oldest first. One step in the index for each lane
 * and one for its head, however long the lanes are.
 */
export async function dueLanes(
  db: Kysely<Schema>,
  { sink, except, limit, now }: Due,
): Promise<string[]> {
  const { rows } = await sql<{ lane: string }>`
    with recursive lanes (lane) as (
      select min(lane) from deliveries where sink_id = ${sink} and ${OPEN}
      union all
      select (
        select min(deliveries.lane) from deliveries
        where sink_id = ${sink} and deliveries.lane > lanes.lane and ${OPEN}
      ) from lanes where lanes.lane is not null
    ), heads as (
      select lane, (
        select id from deliveries
        where sink_id = ${sink} and deliveries.lane = lanes.lane and ${OPEN}
        order by event_sequence limit 1
      ) as head from lanes where lanes.lane is not null
    )
    select heads.lane from heads join deliveries on deliveries.id = heads.head
    where ((state = 'pending' and next_attempt_at <= ${now})
      or (state = 'attempting' and updated_at < ${now - CLAIM_MS}))
    order by event_sequence limit ${limit + except.size}`.execute(db);
  return rows
    .map(({ lane }) => lane)
    .filter((lane) => !except.has(lane))
    .slice(0, limit);
}

type Claim = {
  readonly sink: string;
  readonly lanes: readonly string[];
  readonly each: number;
  readonly now: number;
};

/** Marks the first deliveries of each lane as being attempted, by this server alone. */
export function claimLanes(
  store: OpenStore,
  { sink, lanes, each, now }: Claim,
): Promise<ClaimedLane[]> {
  return store.relaxed(async (tx) => {
    // Two servers that claim at one time could send parts of one lane beside each other.
    const enabled = await tx
      .selectFrom("sinks")
      .select("id")
      .where("id", "=", sink)
      .where("enabled", "=", 1)
      .$if(store.dialect === "postgres", (query) => query.forUpdate())
      .executeTakeFirst();
    if (enabled === undefined) return [];
    const claimed: ClaimedLane[] = [];
    for (const lane of lanes) {
      const deliveries = await headOf(tx, sink, lane, each, now);
      if (deliveries.length > 0) claimed.push({ lane, deliveries });
    }
    const ids = claimed.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    if (ids.length > 0) {
      await tx
        .updateTable("deliveries")
        .set({ state: "attempting", updated_at: now })
        // One parameter, so that one statement is prepared whatever the number.
        .where("id", "in", idsIn(store, ids))
        .execute();
    }
    return claimed;
  });
}

function idsIn(store: OpenStore, ids: readonly string[]) {
  const json = JSON.stringify(ids);
  return store.dialect === "sqlite"
    ? sql<string>`(select value from json_each(${json}))`
    : sql<string>`(select json_array_elements_text(${json}::json))`;
}

async function headOf(
  tx: Tx,
  sink: string,
  lane: string,
  each: number,
  now: number,
): Promise<ClaimedDelivery[]> {
  const rows = await tx
    .selectFrom("deliveries")
    .innerJoin("events", "events.sequence", "deliveries.event_sequence")
    .select([
      "deliveries.id",
      "deliveries.state",
      "deliveries.attempts",
      "deliveries.next_attempt_at",
      "deliveries.updated_at",
      "deliveries.log",
      "deliveries.created_at",
      "events.id as event_id",
      "events.type",
      "events.sequence",
      "events.time",
      "events.stream_id",
      "events.stream_name",
      "events.stream_sequence",
      "events.broadcast_id",
      "events.data",
    ])
    .where("deliveries.sink_id", "=", sink)
    .where("deliveries.lane", "=", lane)
    .where(OPEN)
    .orderBy("deliveries.event_sequence")
    .limit(each)
    .execute();
  const mayGo = (row: (typeof rows)[number]): boolean =>
    row.state === "pending" ? row.next_attempt_at <= now : row.updated_at < now - CLAIM_MS;
  const stop = rows.findIndex((row) => !mayGo(row));
  return (stop === -1 ? rows : rows.slice(0, stop)).map((row) => ({
    id: row.id,
    event: { id: row.event_id, json: eventJson(row) },
    state: { at: "attempting", attempts: row.attempts },
    log: JSON.parse(row.log),
    createdAt: millis(row.created_at),
  }));
}

/** The event as it is sent. Its data are JSON already: they are not read to be written again. */
function eventJson(row: {
  event_id: string;
  type: string;
  sequence: number;
  time: number;
  stream_id: string | null;
  stream_name: string | null;
  stream_sequence: number | null;
  broadcast_id: string | null;
  data: string;
}): string {
  const envelope = JSON.stringify({
    id: row.event_id,
    type: row.type,
    sequence: row.sequence,
    time: rfc3339(millis(row.time)),
    ...(row.stream_id !== null && {
      stream: { id: row.stream_id, name: row.stream_name ?? row.stream_id },
    }),
    ...(row.stream_sequence !== null && { streamSequence: row.stream_sequence }),
    ...(row.broadcast_id !== null && { broadcast: row.broadcast_id }),
  });
  return `${envelope.slice(0, -1)},"data":${row.data}}`;
}
