import { isUniqueViolation } from "@oxbow/database";
import { millis } from "@oxbow/media";
import type { Selectable } from "kysely";
import type { PlaybackKeyStore, StoredPlaybackKey } from "../viewers/index.ts";
import type { PlaybackKeysTable } from "./schema.ts";
import type { SecretBox } from "./secret-box.ts";
import type { Store } from "./store.ts";

/** Keeps playback keys, sealed: a token is signed with the very secret that verifies it. */
export function playbackKeyStore(store: Store, box: SecretBox): PlaybackKeyStore {
  return {
    async all() {
      const rows = await store.db
        .selectFrom("playback_keys")
        .selectAll()
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map((row) => keyOf(row, box));
    },
    async add({ id, name, kid, algorithm, key, createdAt }, most) {
      try {
        return await store.commit(async (tx) => {
          const { count } = await tx
            .selectFrom("playback_keys")
            .select(({ fn }) => fn.countAll<number>().as("count"))
            .executeTakeFirstOrThrow();
          if (count >= most) return { value: "full", events: [] };
          const row = { id, name, kid, algorithm, created_at: createdAt };
          await tx
            .insertInto("playback_keys")
            .values({ ...row, sealed_key: box.seal(key) })
            .execute();
          return { value: "added", events: [] };
        });
      } catch (error) {
        if (isUniqueViolation(error)) return "taken";
        throw error;
      }
    },
    remove: (id) =>
      store.commit(async (tx) => {
        const gone = await tx.deleteFrom("playback_keys").where("id", "=", id).executeTakeFirst();
        return { value: gone.numDeletedRows > 0n, events: [] };
      }),
  };
}

function keyOf(row: Selectable<PlaybackKeysTable>, box: SecretBox): StoredPlaybackKey {
  return {
    id: row.id,
    name: row.name,
    kid: row.kid,
    algorithm: row.algorithm,
    key: box.open(row.sealed_key),
    createdAt: millis(row.created_at),
  };
}
