import { millis } from "@oxbow/media";
import { sql } from "kysely";
import { z } from "zod";
import { type ArchiveStore, type Retention, SOURCE, type StretchExtent } from "../archive/index.ts";
import { DOOMED, evict } from "./archive-eviction.ts";
import { gapColumns, gapOf } from "./archive-gap-row.ts";
import { pinStore } from "./pin-store.ts";
import type { OpenStore } from "./store.ts";
import { stretchColumns, stretchOf } from "./stretch-row.ts";

const AFTER_DOOMED = "unlink0";

/** Files that are looked at for the last segment's number. */
const NEWEST = 100;

const policy = z.object({
  retention: z
    .object({ days: z.number().exactOptional(), bytes: z.number().exactOptional() })
    .nullable()
    .default(null),
});

/** Keeps stretches, gaps and pins. */
export function archiveStore(store: OpenStore): ArchiveStore {
  const { db } = store;
  const stretches = db.selectFrom("stretches").selectAll();
  const sources = stretches.where("rendition", "=", SOURCE);
  return {
    async addStretch(row) {
      // Durable: a file that nobody knows would never be removed.
      await store.commit(async (tx) => {
        await tx.insertInto("stretches").values(stretchColumns(row)).execute();
        return { value: undefined, events: [] };
      });
    },

    async growStretch(id, { to, segments, bytes, open }: StretchExtent) {
      // What a power cut undoes, recovery finds again in the file.
      await store.relaxed(async (tx) => {
        await tx
          .updateTable("stretches")
          .set({ to_ms: to, segments, bytes, open: open ? 1 : 0 })
          .where("id", "=", id)
          .execute();
      });
    },

    async dropStretch(id) {
      await store.relaxed(async (tx) => {
        await tx.deleteFrom("stretches").where("id", "=", id).execute();
      });
    },

    async stretch(id) {
      const row = await stretches.where("id", "=", id).executeTakeFirst();
      return row && stretchOf(row);
    },

    async stretchesIn({ stream, rendition, earliest, from, to, broadcast }) {
      const rows = await stretches
        .where("stream_id", "=", stream)
        .where("from_ms", ">=", earliest)
        .where("from_ms", "<", to)
        .where((is) => is.or([is("to_ms", ">", from), is("open", "=", 1)]))
        .$if(rendition !== undefined, (some) => some.where("rendition", "=", rendition ?? ""))
        .$if(broadcast !== undefined, (some) => some.where("broadcast_id", "=", broadcast ?? ""))
        .orderBy("from_ms")
        .orderBy("id")
        .execute();
      return rows.map(stretchOf);
    },

    async openStretches() {
      // A literal, so that the planner sees that the index of open ones will do.
      const rows = await stretches.where("open", "=", sql.lit(1)).execute();
      return rows.map(stretchOf);
    },

    async oldestStretches(stream, limit, after) {
      const rows = await stretches
        .where("stream_id", "=", stream)
        .where("open", "=", 0)
        .$if(after !== undefined, (some) =>
          some
            .where("from_ms", ">=", after?.from ?? millis(0))
            .where((is) =>
              is.or([is("from_ms", ">", after?.from ?? millis(0)), is("id", ">", after?.id ?? "")]),
            ),
        )
        .orderBy("from_ms")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(stretchOf);
    },

    async edges(stream) {
      const own = sources.where("stream_id", "=", stream).limit(1);
      const [oldest, newest] = await Promise.all([
        own.orderBy("from_ms").executeTakeFirst(),
        own.orderBy("to_ms", "desc").executeTakeFirst(),
      ]);
      if (oldest === undefined || newest === undefined) return undefined;
      return { oldest: stretchOf(oldest), newest: stretchOf(newest) };
    },

    async stretchAfter(stream, at) {
      const row = await sources
        .where("stream_id", "=", stream)
        .where("from_ms", ">=", at)
        .orderBy("from_ms")
        .limit(1)
        .executeTakeFirst();
      return row && stretchOf(row);
    },

    async firstStretch(broadcast) {
      const row = await sources
        .where("broadcast_id", "=", broadcast)
        .orderBy("from_ms")
        .limit(1)
        .executeTakeFirst();
      return row && stretchOf(row);
    },

    async lastStretch(broadcast) {
      const row = await sources
        .where("broadcast_id", "=", broadcast)
        .orderBy("from_ms", "desc")
        .limit(1)
        .executeTakeFirst();
      return row && stretchOf(row);
    },

    async filesOf(stretch) {
      const rows = await stretches
        .where("stretch_id", "=", stretch)
        .orderBy("first_segment")
        .execute();
      return rows.map(stretchOf);
    },

    async broadcastIsOpen(broadcast) {
      const row = await db
        .selectFrom("broadcasts")
        .select("to_ms")
        .where("id", "=", broadcast)
        .executeTakeFirst();
      return row !== undefined && row.to_ms === null;
    },

    async nextSegment(stream) {
      // Numbers grow with time but for broadcasts that overlap: the newest files will do.
      const rows = await db
        .selectFrom("stretches")
        .select(["first_segment", "segments"])
        .where("stream_id", "=", stream)
        .orderBy("from_ms", "desc")
        .limit(NEWEST)
        .execute();
      return rows.reduce((next, row) => Math.max(next, row.first_segment + row.segments), 0);
    },

    async storage() {
      const rows = await db
        .selectFrom("stretches")
        .innerJoin("streams", "streams.id", "stretches.stream_id")
        .select(["streams.id", "streams.name", "streams.deleted_at"])
        .select((is) => [
          is.fn.sum<number>("stretches.bytes").as("bytes"),
          is.fn.min("from_ms").as("oldest"),
          is.fn.max("to_ms").as("newest"),
        ])
        .groupBy(["streams.id", "streams.name", "streams.deleted_at"])
        .execute();
      return rows.map(({ id, name, deleted_at: deletedAt, bytes, oldest, newest }) => ({
        stream: id,
        name,
        isDeleted: deletedAt !== null,
        bytes,
        oldest: millis(oldest),
        newest: millis(newest),
      }));
    },

    async bytes(stream) {
      const row = await db
        .selectFrom("stretches")
        .select((is) => is.fn.sum<number | null>("bytes").as("sum"))
        .where("stream_id", "=", stream)
        .executeTakeFirst();
      return row?.sum ?? 0;
    },

    async addGap(gap, events) {
      await store.commit(async (tx) => {
        await tx.insertInto("archive_gaps").values(gapColumns(gap)).execute();
        return { value: undefined, events };
      });
    },

    async gapsIn(stream, from, to) {
      const rows = await db
        .selectFrom("archive_gaps")
        .selectAll()
        .where("stream_id", "=", stream)
        .where("from_ms", "<=", to)
        .where("to_ms", ">=", from)
        .orderBy("from_ms")
        .execute();
      return rows.map(gapOf);
    },

    evict: (stream, candidates, now, describe) =>
      evict(store, { stream, candidates, now, describe }),

    async doomed() {
      const rows = await db
        .selectFrom("meta")
        .selectAll()
        .where("key", ">=", DOOMED)
        .where("key", "<", AFTER_DOOMED)
        .execute();
      return rows.map(({ key, value }) => ({ id: key.slice(DOOMED.length), path: value }));
    },

    async forgetDoomed(ids) {
      if (ids.length === 0) return;
      const keys = ids.map((id) => DOOMED + id);
      await store.relaxed(async (tx) => {
        await tx.deleteFrom("meta").where("key", "in", keys).execute();
      });
    },

    ...pinStore(store),

    async archivedStreams() {
      // By streams, not by stretches: it takes as long as there are streams, however old the archive.
      const rows = await db
        .selectFrom("streams")
        .select(["id", "name", "policy", "deleted_at"])
        .select((is) => [
          is
            .selectFrom("stretches")
            .select("to_ms")
            .whereRef("stretches.stream_id", "=", "streams.id")
            .where("rendition", "=", SOURCE)
            .orderBy("to_ms", "desc")
            .limit(1)
            .as("newest"),
          is
            .selectFrom("stretches")
            .select("id")
            .whereRef("stretches.stream_id", "=", "streams.id")
            .limit(1)
            .as("any"),
        ])
        .execute();
      return rows.flatMap(({ id, name, policy: text, deleted_at: deletedAt, newest, any }) => {
        if (any === null) return [];
        const isDeleted = deletedAt !== null;
        const ends = newest === null ? null : millis(newest);
        return [{ id, name, retention: retentionOf(text), isDeleted, newest: ends }];
      });
    },

    async emit(events) {
      await store.commit(async () => ({ value: undefined, events }));
    },
  };
}

function retentionOf(text: string): Retention | null {
  return policy.parse(JSON.parse(text)).retention;
}
