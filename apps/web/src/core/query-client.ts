import type { PageData, SiteOperation } from "@oxbow/site-contract";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { CallError } from "./call-error.ts";
import { looseInput } from "./call-input.ts";

/** Under which the answer of a call is kept. The operation alone means all of its answers. */
export function callKey(id: SiteOperation, input?: object): readonly unknown[] {
  if (input === undefined) return [id];
  const { params = {}, query = {} } = looseInput(input);
  return [id, params, query];
}

const passing = new Set(["offline", "timeout", "media_server_away"]);

/** How often and whether a read is tried again: what may pass by itself, twice. */
const again = (failures: number, error: unknown): boolean =>
  failures < 2 && error instanceof CallError && passing.has(error.code);

/** Keeps the answers of calls. Live updates write into it; a session that is over is asked anew. */
export function createQueryClient(first: PageData): QueryClient {
  const onError = (error: unknown): void => {
    if (error instanceof CallError && error.code === "not_signed_in") {
      void client.invalidateQueries({ queryKey: callKey("accounts.session") });
    }
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry: again, staleTime: 15_000, gcTime: 10 * 60_000 },
      mutations: { retry: false },
    },
  });
  for (const { id, params = {}, query = {}, answer } of first.answers) {
    client.setQueryData([id, params, query], answer);
  }
  return client;
}
