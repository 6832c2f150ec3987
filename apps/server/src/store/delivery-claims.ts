import type { DialectName } from "@oxbow/database";
import { millis, rfc3339 } from "@oxbow/media";
import { type Kysely, type RawBuilder, sql } from "kysely";
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

type Row = {
  readonly id: string;
  readonly lane: string;
  readonly state: "pending" | "attempting";
  readonly attempts: number;
  readonly next_attempt_at: number;
  readonly updated_at: number;
  readonly log: string;
  readonly created_at: number;
  readonly event_id: string;
  readonly type: string;
  readonly sequence: number;
  readonly time: number;
  readonly stream_id: string | null;
  readonly stream_name: string | null;
  readonly stream_sequence: number | null;
  readonly broadcast_id: string | null;
  readonly data: string;
};

/** Marks the first deliveries of each lane as being attempted, by this server alone. */
export function claimLanes(store: OpenStore, claim: Claim): Promise<ClaimedLane[]> {
  return store.relaxed(async (tx) => {
    if (store.dialect === "postgres") {
      // Two servers that claim at one time could send parts of one lane beside each other.
      await tx.selectFrom("sinks").select("id").where("id", "=", claim.sink).forUpdate().execute();
    }
    const heads = Map.groupBy(await headsOf(tx, store.dialect, claim), ({ lane }) => lane);
    const claimed = [...heads].flatMap(([lane, rows]) => {
      const deliveries = inOrder(rows, claim.now).map(claimedOf);
      return deliveries.length === 0 ? [] : [{ lane, deliveries }];
    });
    const ids = claimed.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    if (ids.length > 0) {
      await tx
        .updateTable("deliveries")
        .set({ state: "attempting", updated_at: claim.now })
        .where("id", "in", listed(store.dialect, ids))
        .execute();
    }
    return claimed;
  });
}

/** A list as one parameter, so that one statement is prepared whatever its length. */
function listed(dialect: DialectName, texts: readonly string[]) {
  const json = JSON.stringify(texts);
  return dialect === "sqlite"
    ? sql<string>`(select value from json_each(${json}))`
    : sql<string>`(select json_array_elements_text(${json}::json))`;
}

/** The first open deliveries of each lane with their events. */
async function headsOf(
  tx: Tx,
  dialect: DialectName,
  { sink, lanes, each }: Claim,
): Promise<readonly Row[]> {
  const json = JSON.stringify(lanes);
  const first = (lane: RawBuilder<unknown>) => sql`select deliveries.id from deliveries
    where sink_id = ${sink} and deliveries.lane = ${lane} and ${OPEN}
    order by event_sequence limit ${each}`;
  // SQLite has no lateral join, and evaluates a correlated list for each lane as one would.
  const heads =
    dialect === "sqlite"
      ? sql`json_each(${json}) as lanes cross join deliveries on deliveries.id in (${first(sql`lanes.value`)})`
      : sql`json_array_elements_text(${json}::json) as lanes (value)
          cross join lateral (${first(sql`lanes.value`)}) as head
          join deliveries on deliveries.id = head.id`;
  const { rows } = await sql<Row>`
    select deliveries.id, deliveries.lane, deliveries.state, deliveries.attempts,
      deliveries.next_attempt_at, deliveries.updated_at, deliveries.log, deliveries.created_at,
      events.id as event_id, events.type, events.sequence, events.time, events.stream_id,
      events.stream_name, events.stream_sequence, events.broadcast_id, events.data
    from ${heads} join events on events.sequence = deliveries.event_sequence
    order by event_sequence`.execute(tx);
  return rows;
}

/** As far as they may be attempted: what can't go yet holds up what comes after it. */
function inOrder(rows: readonly Row[], now: number): readonly Row[] {
  const stop = rows.findIndex((row) =>
    row.state === "pending" ? row.next_attempt_at > now : row.updated_at >= now - CLAIM_MS,
  );
  return stop === -1 ? rows : rows.slice(0, stop);
}

function claimedOf(row: Row): ClaimedDelivery {
  return {
    id: row.id,
    event: { id: row.event_id, json: eventJson(row) },
    state: { at: "attempting", attempts: row.attempts },
    log: JSON.parse(row.log),
    createdAt: millis(row.created_at),
  };
}

/** The event as it is sent. Its data are JSON already: they are not read to be written again. */
function eventJson(row: Row): string {
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
