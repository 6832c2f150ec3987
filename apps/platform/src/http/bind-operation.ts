import { type SiteOperation, type SiteRoute, sitePaths, siteRoutes } from "@oxbow/site-contract";
import type { FastifyInstance } from "fastify";
import type { Caller, Cookies, Handlers } from "../calls/index.ts";
import { refuseStranger } from "./caller-of.ts";
import { perMinute } from "./rate-limits.ts";
import { refuseNulInJson } from "./refuse-nul.ts";
import { refuseBody, validate } from "./validate.ts";

type Input = {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly caller: Caller;
  readonly cookies: Cookies;
};

/** Puts one operation of the contract onto Fastify: who calls, decode, call, encode. */
export function bindOperation(app: FastifyInstance, id: SiteOperation, handlers: Handlers): void {
  const route: SiteRoute = siteRoutes[id];
  const [method = "", path = ""] = sitePaths[id].split(" ");
  // The contract's types say for each id what its handler takes, and `validate` makes exactly that;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no type follows both in one loop
  const handler = handlers[id] as unknown as (input: Input) => Promise<unknown>;
  app.route({
    method,
    url: path.replace(/\{(\w+)\}/g, ":$1"),
    config: perMinute(route.perMinute),
    // Before the body is read: a stranger's body is not worth the memory.
    onRequest: async ({ caller }) => refuseStranger(caller, route.access),
    handler: async (request, reply) => {
      const { caller, cookies } = request;
      refuseNulInJson(request.body);
      const value = await handler({
        params: request.params,
        query: route.query === undefined ? undefined : validate(route.query, request.query),
        body:
          route.body === undefined ? refuseBody(request.body) : validate(route.body, request.body),
        caller,
        cookies,
      });
      void reply.header("cache-control", "no-store");
      if (route.response === undefined) return reply.code(204).send();
      return reply.send(answerOf(id, route.response, value));
    },
  });
}

/** The answer as the contract has it: what it does not name does not leave, and what it can't bear is our bug. */
function answerOf(
  id: SiteOperation,
  schema: NonNullable<SiteRoute["response"]>,
  value: unknown,
): unknown {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new Error(`${id} answers what the contract does not allow: ${read.error.message}`);
}
