import { createHash, randomBytes } from "node:crypto";
import { Fault } from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import type { Selectable } from "kysely";
import type { World } from "../world.ts";
import type { ApiKeysTable } from "./schema.ts";
import type { OpenStore } from "./store.ts";

const USED_EVERY_MS = 60_000;
const HINT = 8;

export type ApiScope = "read" | "write" | "admin";

export type ApiKey = {
  readonly id: string;
  readonly name: string;
  readonly scope: ApiScope;
  /** Its first characters. */
  readonly hint: string;
  readonly createdAt: Millis;
  /** To the minute. */
  readonly lastUsedAt: Millis | null;
};

/** The keys of the API. They are kept hashed; a key is told once, when it is made. */
export interface ApiKeys {
  create(key: { name: string; scope: ApiScope }): Promise<{ apiKey: ApiKey; key: string }>;
  /** Takes a key that was made elsewhere (`OXBOW_API_KEY`); one that is known already stays as it is. */
  adopt(key: string, as: { name: string; scope: ApiScope }): Promise<ApiKey>;
  /** The key with this text, if there is one; notes the use. */
  find(key: string): Promise<ApiKey | undefined>;
  /** Newest first. */
  list(page: { limit: number; cursor?: string }): Promise<{ items: ApiKey[]; next: string | null }>;
  /** Fault `api_key_unknown`. */
  remove(id: string): Promise<void>;
}

export function apiKeys(store: OpenStore, world: World): ApiKeys {
  const add = async (key: string, { name, scope }: { name: string; scope: ApiScope }) => {
    const row = {
      id: world.id("key"),
      name,
      scope,
      hash: hashKey(key),
      hint: key.slice(0, HINT),
      created_at: world.now(),
      last_used_at: null,
    };
    return store.commit(async (tx) => {
      await tx
        .insertInto("api_keys")
        .values(row)
        .onConflict((conflict) => conflict.column("hash").doNothing())
        .execute();
      const kept = await tx
        .selectFrom("api_keys")
        .selectAll()
        .where("hash", "=", row.hash)
        .executeTakeFirstOrThrow();
      return { value: apiKeyOf(kept), events: [] };
    });
  };
  return {
    async create(as) {
      const key = `oxb_${randomBytes(24).toString("base64url")}`;
      return { apiKey: await add(key, as), key };
    },
    adopt: add,
    async find(key) {
      const row = await store.db
        .selectFrom("api_keys")
        .selectAll()
        .where("hash", "=", hashKey(key))
        .executeTakeFirst();
      if (row === undefined) return undefined;
      // A key opens the door on a full disk too: only the time of its use is not noted then.
      await noteUse(store, row, world.now()).catch((err: unknown) =>
        world.log.warn({ err, key: row.id }, "the use of an API key was not noted"),
      );
      return apiKeyOf(row);
    },
    async list({ limit, cursor }) {
      let query = store.db.selectFrom("api_keys").selectAll();
      if (cursor !== undefined) query = query.where("id", "<", cursor);
      const rows = await query
        .orderBy("id", "desc")
        .limit(limit + 1)
        .execute();
      const items = rows.slice(0, limit).map(apiKeyOf);
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    async remove(id) {
      await store.commit(async (tx) => {
        const gone = await tx.deleteFrom("api_keys").where("id", "=", id).executeTakeFirst();
        if (gone.numDeletedRows === 0n) {
          throw new Fault("api_key_unknown", `There is no API key "${id}"`);
        }
        return { value: undefined, events: [] };
      });
    },
  };
}

async function noteUse(store: OpenStore, row: Selectable<ApiKeysTable>, now: Millis) {
  const before = now - USED_EVERY_MS;
  if (row.last_used_at !== null && row.last_used_at > before) return;
  await store.relaxed((tx) =>
    tx
      .updateTable("api_keys")
      .set({ last_used_at: now })
      .where("id", "=", row.id)
      // Requests that come together note one use.
      .where((where) =>
        where.or([where("last_used_at", "is", null), where("last_used_at", "<=", before)]),
      )
      .execute(),
  );
}

// A key is 192 random bits: a fast hash without salt can't be turned round.
function hashKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

function apiKeyOf(row: Selectable<ApiKeysTable>): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    hint: row.hint,
    createdAt: millis(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : millis(row.last_used_at),
  };
}
