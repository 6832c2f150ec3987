import { millis } from "@oxbow/media";
import type { Selectable } from "kysely";
import type { KeptMarker, MarkerStore } from "../markers/index.ts";
import type { MarkersTable } from "./schema.ts";
import type { Store } from "./store.ts";

/** Keeps markers. */
export function markerStore(store: Store): MarkerStore {
  const { db } = store;
  return {
    add: ({ id, stream, broadcast, at, duration, label, createdAt }, most) =>
      store.commit(async (tx) => {
        const { count } = await tx
          .selectFrom("markers")
          .select(({ fn }) => fn.countAll<number>().as("count"))
          .where("broadcast_id", "=", broadcast)
          .where("removed_at", "is", null)
          .executeTakeFirstOrThrow();
        if (count >= most) return { value: false, events: [] };
        const place = { stream_id: stream, broadcast_id: broadcast, at_ms: at };
        const said = { duration, label, created_at: createdAt, removed_at: null };
        await tx
          .insertInto("markers")
          .values({ id, ...place, ...said })
          .execute();
        return { value: true, events: [] };
      }),

    remove: (id, now, forget) =>
      store.commit(async (tx) => {
        const row = await tx
          .selectFrom("markers")
          .selectAll()
          .where("id", "=", id)
          .where("removed_at", "is", null)
          .executeTakeFirst();
        if (row === undefined) return { value: undefined, events: [] };
        await tx.updateTable("markers").set({ removed_at: now }).where("id", "=", id).execute();
        await tx.deleteFrom("markers").where("removed_at", "<", forget).execute();
        return { value: markerOf(row), events: [] };
      }),

    async list(stream, { limit, after }) {
      const rows = await db
        .selectFrom("markers")
        .selectAll()
        .where("stream_id", "=", stream)
        .where("removed_at", "is", null)
        .$if(after !== undefined, (some) => some.where("id", ">", after ?? ""))
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(markerOf);
    },

    async ofBroadcast(broadcast, since) {
      const rows = await db
        .selectFrom("markers")
        .selectAll()
        .where("broadcast_id", "=", broadcast)
        .where((is) => is.or([is("removed_at", "is", null), is("removed_at", ">=", since)]))
        .orderBy("at_ms")
        .orderBy("id")
        .execute();
      return rows.map(markerOf);
    },
  };
}

function markerOf(row: Selectable<MarkersTable>): KeptMarker {
  return {
    id: row.id,
    stream: row.stream_id,
    broadcast: row.broadcast_id,
    at: millis(row.at_ms),
    duration: row.duration,
    label: row.label,
    createdAt: millis(row.created_at),
    removedAt: row.removed_at === null ? null : millis(row.removed_at),
  };
}
