import type { IncomingMessage, ServerResponse } from "node:http";
import { Fault } from "@oxbow/contract";
import type { World } from "../world.ts";

/** One thing that the server works by; resolves to a sentence when it is not right. */
export type ReadyCheck = {
  readonly name: string;
  /** Without it the server does less, and is ready all the same. */
  readonly dispensable?: boolean;
  readonly check: () => Promise<string | null>;
};

const CHECK_MS = 2_000;

/** `/livez`, `/readyz` and `/metrics`. */
export type Health = {
  handles(url: string): boolean;
  /** Fault `method_not_allowed`. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** From now on `/readyz` says no: no new work is sent here. */
  drain(): void;
};

export function createHealth(checks: readonly ReadyCheck[], world: World): Health {
  let draining = false;
  const routes: Record<string, (response: ServerResponse) => Promise<void>> = {
    "/livez": async (response) => sendText(response, 200, "text/plain", "ok\n"),
    "/readyz": async (response) => {
      const results = await Promise.all(checks.map(run));
      const wrong = results.filter(({ problem }) => problem !== null);
      const ready = !draining && wrong.every(({ dispensable }) => dispensable);
      const body = {
        ready,
        draining,
        degraded: wrong.length > 0,
        checks: Object.fromEntries(results.map(({ name, problem }) => [name, problem ?? "ok"])),
      };
      sendText(response, ready ? 200 : 503, "application/json", `${JSON.stringify(body)}\n`);
    },
    "/metrics": async (response) => {
      sendText(response, 200, world.metrics.contentType, await world.metrics.metrics());
    },
  };
  return {
    handles: (url) => pathOf(url) in routes,
    async answer({ method, url = "" }, response) {
      if (method !== "GET" && method !== "HEAD") {
        response.setHeader("Allow", "GET, HEAD");
        throw new Fault("method_not_allowed", `Cannot ${method} ${pathOf(url)}: GET it`);
      }
      await routes[pathOf(url)]?.(response);
    },
    drain: () => {
      draining = true;
    },
  };
}

function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}

type Result = {
  readonly name: string;
  readonly dispensable: boolean;
  readonly problem: string | null;
};

async function run({ name, dispensable = false, check }: ReadyCheck): Promise<Result> {
  const timeout = Promise.withResolvers<string>();
  const timer = setTimeout(timeout.resolve, CHECK_MS, `no answer within ${CHECK_MS} ms`);
  try {
    return { name, dispensable, problem: await Promise.race([check(), timeout.promise]) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { name, dispensable, problem };
  } finally {
    clearTimeout(timer);
  }
}

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, {
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(text),
    "Cache-Control": "no-store",
  });
  response.end(text);
}
