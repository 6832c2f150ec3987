import { apiPath, Fault, type OperationId, type Route, routes, validate } from "@oxbow/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../../world.ts";
import { authenticate } from "./authenticate.ts";
import { follow } from "./follow.ts";
import type { Handlers } from "./handlers.ts";
import { type Answer, once } from "./once.ts";
import type { Caller, IdempotencyPort, KeyLookup } from "./ports.ts";

/** What every route of one API shares. */
export type Binding = {
  readonly handlers: Handlers;
  readonly keys: KeyLookup;
  readonly idempotency: IdempotencyPort;
  readonly world: World;
  readonly publicUrl: string;
  readonly checkResponses?: boolean;
  readonly maxFeeds: number;
  /** Followers now. */
  feeds: number;
  /** Aborted when the API closes. */
  readonly closing: AbortSignal;
  /** The OpenAPI document, made when it is first asked for. */
  readonly description: () => string;
};

type Input = {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly auth: { readonly key: Caller };
};

/** Puts one operation of the table onto Fastify: who calls, decode, call, encode. */
export function bindRoute(app: FastifyInstance, id: OperationId, binding: Binding): void {
  const route: Route = routes[id];
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.route({
    method: route.method,
    url: `${apiPath}${route.path.replace(/\{(\w+)\}/g, ":$1")}`,
    ...(route.maxBody !== undefined && { bodyLimit: route.maxBody }),
    // Before the body is read: a stranger's body is not worth the memory.
    onRequest: async (request) => {
      const { authorization } = request.headers;
      callers.set(request, await authenticate(authorization, route.scope, binding.keys));
    },
    handler: async (request, reply) => {
      const caller = callers.get(request);
      if (caller === undefined) throw new Error("A request came past its own authentication");
      if (route.bodyType === undefined && isText(request)) {
        throw new Fault("unsupported_media_type", "Send the body as JSON");
      }
      if (id === "events.live") return follow(request, reply, caller, binding);
      const input = {
        params: validate(route.params, request.params),
        query: validate(route.query, request.query),
        body: route.body === undefined ? noBody(request.body) : validate(route.body, request.body),
        auth: { key: caller },
      };
      if (id === "openapi.get") return sendJson(reply, binding.description());
      return answer(id, route, request, reply, input, binding);
    },
  });
}

/** Only routes that say so take a text as it stands. */
function isText({ headers }: FastifyRequest): boolean {
  const type = headers["content-type"];
  return type !== undefined && !/^application\/json\b/i.test(type);
}

/** An operation without a body takes none, or an empty object. */
function noBody(body: unknown): undefined {
  if (body === undefined || (typeof body === "object" && body && !Object.keys(body).length)) return;
  throw new Fault("invalid_request", "This operation takes no body");
}

async function answer(
  id: Exclude<OperationId, "openapi.get" | "events.live">,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  input: Input,
  binding: Binding,
): Promise<FastifyReply> {
  // The table's types say for each id what its handler takes, and `validate` has made exactly that;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no type follows both in one loop
  const handler = binding.handlers[id] as unknown as (input: Input) => Promise<unknown>;
  const work = async (): Promise<Answer> => {
    const value = await handler(input);
    if (binding.checkResponses === true) checkAnswer(id, route, value);
    const { status } = route.response;
    return { status, body: status === 204 ? "" : JSON.stringify(value) };
  };
  const key = request.headers["idempotency-key"];
  const identity = {
    caller: input.auth.key.id,
    operation: id,
    key: String(key),
    params: input.params,
    body: request.body,
  };
  const { idempotency, world } = binding;
  const { status, body, replayed } =
    route.idempotent && key !== undefined
      ? await once(identity, work, idempotency, world)
      : { ...(await work()), replayed: false };
  if (replayed) void reply.header("idempotency-replayed", "true");
  void reply.code(status);
  if (status === 204) return reply.send();
  return sendJson(reply, body);
}

function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.header("content-type", "application/json; charset=utf-8").send(text);
}

function checkAnswer(id: OperationId, route: Route, value: unknown): void {
  const problem = route.response.schema?.safeParse(value).error;
  if (problem !== undefined) {
    throw new Error(`${id} answered what the contract does not allow: ${problem.message}`);
  }
}
