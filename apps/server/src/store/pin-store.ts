import { millis } from "@oxbow/media";
import type { Selectable } from "kysely";
import type { ArchiveStore, Pin } from "../archive/index.ts";
import type { PinsTable } from "./schema.ts";
import type { Store } from "./store.ts";

type PinStore = Pick<
  ArchiveStore,
  "addPin" | "removePin" | "removePinsOf" | "removeExpiredPins" | "pins"
>;

/** Keeps pins. */
export function pinStore(store: Store): PinStore {
  return {
    async addPin(pin) {
      await store.commit(async (tx) => {
        const { id, stream, from, to, reason, owner, expiresAt, createdAt } = pin;
        const range = { id, stream_id: stream, from_ms: from, to_ms: to };
        await tx
          .insertInto("pins")
          .values({ ...range, reason, owner, expires_at: expiresAt, created_at: createdAt })
          .execute();
        return { value: undefined, events: [] };
      });
    },

    removePin: (id) =>
      store.commit(async (tx) => {
        const pin = await tx
          .selectFrom("pins")
          .select("owner")
          .where("id", "=", id)
          .executeTakeFirst();
        if (pin === undefined) return { value: "unknown", events: [] };
        if (pin.owner !== null) return { value: "owned", events: [] };
        await tx.deleteFrom("pins").where("id", "=", id).execute();
        return { value: "removed", events: [] };
      }),

    async removePinsOf(owner) {
      await store.commit(async (tx) => {
        await tx.deleteFrom("pins").where("owner", "=", owner).execute();
        return { value: undefined, events: [] };
      });
    },

    async removeExpiredPins(now) {
      const expired = await store.db
        .selectFrom("pins")
        .select("id")
        .where("expires_at", "<=", now)
        .limit(1)
        .execute();
      if (expired.length === 0) return;
      await store.commit(async (tx) => {
        await tx.deleteFrom("pins").where("expires_at", "<=", now).execute();
        return { value: undefined, events: [] };
      });
    },

    async pins(stream) {
      const rows = await store.db
        .selectFrom("pins")
        .selectAll()
        .where("stream_id", "=", stream)
        .orderBy("from_ms")
        .orderBy("id")
        .execute();
      return rows.map(pinOf);
    },
  };
}

function pinOf(row: Selectable<PinsTable>): Pin {
  return {
    id: row.id,
    stream: row.stream_id,
    from: millis(row.from_ms),
    to: millis(row.to_ms),
    reason: row.reason,
    owner: row.owner,
    expiresAt: row.expires_at === null ? null : millis(row.expires_at),
    createdAt: millis(row.created_at),
  };
}
