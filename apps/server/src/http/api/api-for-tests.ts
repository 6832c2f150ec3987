import { createServer } from "node:http";
import { Fault, operationIds, type Route, routes } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import { pino } from "pino";
import { Registry } from "prom-client";
import { type Api, type ApiOptions, createApi } from "./api.ts";
import type { Handlers } from "./handlers.ts";
import type { Caller, Claim, IdempotencyPort, KeyLookup } from "./ports.ts";

/** Keys that the API under test knows. */
export const keys = {
  reader: "oxb_reader",
  writer: "oxb_writer",
  admin: "oxb_admin",
} as const;

const callers: readonly (readonly [string, Caller])[] = [
  [keys.reader, { id: "key_1", name: "reader", scope: "read" }],
  [keys.writer, { id: "key_2", name: "writer", scope: "write" }],
  [keys.admin, { id: "key_3", name: "admin", scope: "admin" }],
];

const lookup: KeyLookup = {
  find: async (key) => callers.find(([known]) => known === key)?.[1],
};

/** Idempotency keys in memory. */
function rememberedKeys(): IdempotencyPort {
  const known = new Map<
    string,
    { request: string; answer?: { status: number; response: string } }
  >();
  return {
    async claim(scope, key, request): Promise<Claim> {
      const before = known.get(scope + key);
      if (before === undefined) {
        known.set(scope + key, { request });
        return { do: "run" };
      }
      if (before.request !== request) throw new Fault("idempotency_conflict", "Another request");
      if (before.answer === undefined) throw new Fault("conflict", "The first request still runs");
      return { do: "replay", ...before.answer };
    },
    async finish(scope, key, status, response) {
      const before = known.get(scope + key);
      if (before) before.answer = { status, response };
    },
    async release(scope, key) {
      known.delete(scope + key);
    },
  };
}

/** Handlers that answer each operation with the contract's example, but for those given. */
function exampleHandlers(others: Partial<Handlers> = {}): Handlers {
  const examples = operationIds.map((id) => {
    const route: Route = routes[id];
    return [id, async () => route.example.response];
  });
  return { ...Object.fromEntries(examples), ...others };
}

export type RunningApi = AsyncDisposable & {
  readonly url: string;
  readonly api: Api;
  /** Log lines at debug and above, as objects. */
  readonly log: readonly Record<string, unknown>[];
  /** Calls the API as the admin, unless headers say otherwise. */
  call(
    path: string,
    init?: RequestInit & { key?: string | null; json?: unknown },
  ): Promise<Response>;
};

/** The API on a real server, port 0, with fakes of its ports. */
export async function startApi(
  options: Partial<Omit<ApiOptions, "handlers">> & { handlers?: Partial<Handlers> } = {},
): Promise<RunningApi> {
  const log: Record<string, unknown>[] = [];
  const api = await createApi({
    keys: lookup,
    idempotency: rememberedKeys(),
    publicUrl: "http://media.test:8080",
    checkResponses: true,
    world: {
      now: () => millis(Date.parse("2026-03-01T20:00:00.000Z")),
      id: (prefix) => `${prefix}_test`,
      log: pino({ level: "debug" }, { write: (line) => void log.push(JSON.parse(line)) }),
      metrics: new Registry(),
    },
    ...options,
    handlers: exampleHandlers(options.handlers),
  });
  const server = createServer((request, response) => api.handle(request, response));
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    api,
    log,
    call(path, { key = keys.admin, json, headers, ...init } = {}) {
      const all = new Headers(headers);
      if (key !== null) all.set("authorization", `Bearer ${key}`);
      if (json !== undefined) all.set("content-type", "application/json");
      const body = json === undefined ? (init.body ?? null) : JSON.stringify(json);
      return fetch(`${url}/api/v1${path}`, { ...init, headers: all, body });
    },
    async [Symbol.asyncDispose]() {
      await api.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
