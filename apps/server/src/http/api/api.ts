import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { apiPath, Fault, openapi, operationIds } from "@oxbow/contract";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { World } from "../../world.ts";
import { allowedMethods } from "./allowed-methods.ts";
import { bindRoute } from "./bind-route.ts";
import { compress } from "./compress.ts";
import type { Handlers } from "./handlers.ts";
import type { IdempotencyPort, KeyLookup } from "./ports.ts";
import { pathOf, refuse } from "./problems.ts";

export type ApiOptions = {
  readonly handlers: Handlers;
  readonly keys: KeyLookup;
  readonly idempotency: IdempotencyPort;
  readonly world: World;
  /** What URLs handed out begin with; the description names it as its server. */
  readonly publicUrl: string;
  /** The longest body, in bytes. */
  readonly maxBody?: number;
  /** Reads a text of a language (BCP 47) that comes as bytes; UTF-8 unless told. Fault `media_unreadable`. */
  readonly readText?: (bytes: Uint8Array, language: string) => string;
  /** Followers of the event feed at once; one more is refused with `limit_reached`. */
  readonly maxFeeds?: number;
  /** Checks every answer against the contract, for tests: what does not agree is an `internal`. */
  readonly checkResponses?: boolean;
};

/** The API on no socket of its own. */
export interface Api extends AsyncDisposable {
  /** Whether a request is for the API: its path is under `/api/v1`. */
  takes(url: string): boolean;
  /** Answers a request of a `node:http` server, whatever it asks for. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Ends the event feeds and waits for the requests that are being answered. Harmless when repeated. */
  close(): Promise<void>;
}

/** Binds the contract's routes to what answers them. */
export async function createApi(options: ApiOptions): Promise<Api> {
  const { world, maxBody = 1_048_576 } = options;
  const closing = new AbortController();
  const app = Fastify({
    logger: false,
    bodyLimit: maxBody,
    genReqId: () => randomUUID(),
    frameworkErrors: (error, request, reply) => refuse(error, request, reply, world),
  });
  takeJsonAndTexts(app, options.readText);
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, world));
  app.setNotFoundHandler(answerUnknown);
  app.addHook("onSend", async (_request, reply) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  });
  app.addHook("onSend", compress);
  app.addHook("onResponse", async (request, reply) => {
    world.log.debug(
      {
        request: request.id,
        method: request.method,
        path: pathOf(request),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      "api request",
    );
  });
  const binding = {
    ...options,
    description: once(() => JSON.stringify(openapi({ url: options.publicUrl }))),
    maxFeeds: options.maxFeeds ?? 256,
    feeds: 0,
    closing: closing.signal,
  };
  for (const id of operationIds) bindRoute(app, id, binding);
  await app.ready();

  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing.abort(new Fault("unavailable", "The server is stopping"));
    closed ??= app.close();
    return closed;
  };
  return {
    takes: (url) =>
      url === apiPath || url.startsWith(`${apiPath}/`) || url.startsWith(`${apiPath}?`),
    handle: (request, response) => app.routing(request, response),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What subtitles are sent as. */
const TEXTS = ["text/vtt", "text/plain", "text/srt", "application/x-subrip"];

/** JSON bodies, and texts where a route takes them; an empty one is no body. */
function takeJsonAndTexts(
  app: FastifyInstance,
  readText: ApiOptions["readText"] = (bytes) => Buffer.from(bytes).toString(),
): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, undefined);
    else void parse(request, body.toString(), done);
  });
  // Subtitles. Routes that take JSON refuse a text by their schema.
  const readBody = async ({ query }: FastifyRequest, body: Buffer): Promise<string> => {
    const { language } = Object(query);
    return readText(body, typeof language === "string" ? language : "und");
  };
  app.addContentTypeParser(TEXTS, { parseAs: "buffer" }, readBody);
}

/** Paths and methods that no route takes. RFC 9110 §15.5.6: a 405 says what is allowed. */
function answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = pathOf(request);
  const methods = allowedMethods(path);
  if (methods === undefined) {
    throw new Fault("not_found", `There is nothing at ${path}; ${apiPath}/openapi.json lists all`);
  }
  void reply.header("allow", methods.join(", "));
  if (request.method === "OPTIONS") return reply.code(204).send();
  throw new Fault("method_not_allowed", `${path} takes ${methods.join(", ")}`);
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
