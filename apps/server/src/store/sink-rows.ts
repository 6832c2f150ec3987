import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import type { Selectable } from "kysely";
import type { EventStore, SinkChange, StoredSink } from "../events/index.ts";
import type { World } from "../world.ts";
import { resumeDeliveries } from "./delivery-rows.ts";
import type { SinksTable } from "./schema.ts";
import type { SecretBox } from "./secret-box.ts";
import type { OpenStore } from "./store.ts";

type SinkMethods = Pick<
  EventStore,
  "addSink" | "sink" | "sinks" | "enabledSinks" | "changeSink" | "removeSink" | "disableSink"
>;

/** The sinks in the database. */
export function sinkRows(store: OpenStore, box: SecretBox, world: World): SinkMethods {
  const { db } = store;
  const sinkOf = (row: Selectable<SinksTable>): StoredSink => openSink(row, box);
  return {
    addSink: (sink, most) =>
      store.commit(async (tx) => {
        const { count } = await tx
          .selectFrom("sinks")
          .select(({ fn }) => fn.countAll<number>().as("count"))
          .executeTakeFirstOrThrow();
        if (count >= most) return { value: false, events: [] };
        await tx.insertInto("sinks").values(rowOf(sink, box)).execute();
        return { value: true, events: [] };
      }),
    async sink(id) {
      const row = await db.selectFrom("sinks").selectAll().where("id", "=", id).executeTakeFirst();
      return row && sinkOf(row);
    },
    async sinks({ limit, cursor }) {
      let query = db.selectFrom("sinks").selectAll();
      if (cursor !== undefined) query = query.where("id", "<", cursor);
      const rows = await query
        .orderBy("id", "desc")
        .limit(limit + 1)
        .execute();
      const items = rows.slice(0, limit).map(sinkOf);
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    async enabledSinks() {
      const rows = await db.selectFrom("sinks").selectAll().where("enabled", "=", 1).execute();
      return rows.map(sinkOf);
    },
    changeSink: (id, change, { resume = false } = {}) =>
      store.commit(async (tx) => {
        const row = await tx
          .selectFrom("sinks")
          .selectAll()
          .where("id", "=", id)
          .executeTakeFirst();
        if (row === undefined) return { value: undefined, events: [] };
        const sink = changed(sinkOf(row), change);
        const { id: _id, created_at: _createdAt, ...columns } = rowOf(sink, box);
        await tx.updateTable("sinks").set(columns).where("id", "=", id).execute();
        if (resume) await resumeDeliveries(tx, id, world.now());
        return { value: sink, events: [] };
      }),
    removeSink: (id) =>
      store.commit(async (tx) => {
        const gone = await tx.deleteFrom("sinks").where("id", "=", id).executeTakeFirst();
        await tx
          .updateTable("deliveries")
          .set({ state: "dropped", updated_at: world.now() })
          .where("sink_id", "=", id)
          .where("state", "in", ["pending", "attempting"])
          .execute();
        return { value: gone.numDeletedRows > 0n, events: [] };
      }),
    disableSink: ({ id, url }, reason, event) =>
      store.commit(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable("sinks")
          .set({ enabled: 0, disabled_reason: reason })
          .where("id", "=", id)
          .where("url", "=", url)
          .where("enabled", "=", 1)
          .executeTakeFirst();
        return { value: undefined, events: numUpdatedRows > 0n ? [event] : [] };
      }),
  };
}

function changed(sink: StoredSink, change: SinkChange): StoredSink {
  return { ...sink, ...change };
}

function rowOf(sink: StoredSink, box: SecretBox): Selectable<SinksTable> {
  return {
    id: sink.id,
    url: sink.url,
    types: JSON.stringify(sink.types),
    streams: JSON.stringify(sink.streams),
    secret: box.seal(sink.secret),
    previous_secret: sink.previous && box.seal(sink.previous.secret),
    previous_secret_until: sink.previous && sink.previous.until,
    enabled: sink.enabled ? 1 : 0,
    rate: sink.rate,
    batch: sink.batch,
    disabled_reason: sink.disabledReason,
    created_at: sink.createdAt,
  };
}

function openSink(row: Selectable<SinksTable>, box: SecretBox): StoredSink {
  const previous =
    row.previous_secret === null || row.previous_secret_until === null
      ? null
      : { secret: box.open(row.previous_secret), until: millis(row.previous_secret_until) };
  return {
    id: row.id,
    url: row.url,
    types: texts(row.types),
    streams: texts(row.streams),
    secret: box.open(row.secret),
    previous,
    enabled: row.enabled === 1,
    rate: row.rate,
    batch: row.batch,
    disabledReason: row.disabled_reason,
    createdAt: millis(row.created_at),
  };
}

function texts(json: string): string[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) throw new Fault("internal", "A sink's filter is not a list");
  return list.map(String);
}
