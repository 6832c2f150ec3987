import type { ApiKey as ApiKeyView } from "@oxbow/contract";
import { type Millis, rfc3339 } from "@oxbow/media";
import type { Handlers } from "../api/index.ts";
import type { Page } from "./page.ts";

/** An API key as it is kept. */
export type KeptKey = {
  readonly id: string;
  readonly name: string;
  readonly scope: "read" | "write" | "admin";
  readonly hint: string;
  readonly createdAt: Millis;
  readonly lastUsedAt: Millis | null;
};

/** Where API keys are kept. */
export interface KeyKeeper {
  create(wish: {
    name: string;
    scope: KeptKey["scope"];
  }): Promise<{ readonly apiKey: KeptKey; readonly key: string }>;
  list(page: { limit: number; cursor?: string }): Promise<Page<KeptKey>>;
  /** Fault `api_key_unknown`. */
  remove(id: string): Promise<void>;
}

type KeyOperations = Pick<Handlers, "keys.list" | "keys.create" | "keys.delete">;

export function keyHandlers(keys: KeyKeeper): KeyOperations {
  return {
    "keys.list": async ({ query: { limit, cursor } }) => {
      const { items, next } = await keys.list(cursor === undefined ? { limit } : { limit, cursor });
      return { items: items.map(showKey), next };
    },
    "keys.create": async ({ body }) => {
      const { apiKey, key } = await keys.create(body);
      return { ...showKey(apiKey), key };
    },
    "keys.delete": async ({ params }) => keys.remove(params.key),
  };
}

function showKey({ id, name, scope, hint, createdAt, lastUsedAt }: KeptKey): ApiKeyView {
  return {
    id,
    name,
    scope,
    hint,
    createdAt: rfc3339(createdAt),
    lastUsedAt: lastUsedAt === null ? null : rfc3339(lastUsedAt),
  };
}
