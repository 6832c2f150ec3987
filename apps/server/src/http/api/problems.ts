import { errors, Fault, problemMediaType, problemOf } from "@oxbow/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../../world.ts";
import { challenge } from "./authenticate.ts";

/** Fastify's own refusals, in the contract's words. */
const framework: Readonly<Record<string, (request: FastifyRequest) => Fault>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ routeOptions }) =>
    new Fault("payload_too_large", `Send a body of at most ${routeOptions.bodyLimit} bytes`),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Fault(
      "unsupported_media_type",
      "Send the body as JSON, with Content-Type: application/json",
    ),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Fault("invalid_request", "The body is not valid JSON"),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Fault("invalid_request", "The body is not as long as Content-Length says"),
  // A path that is longer than any name or id: nothing is there.
  FST_ERR_MAX_PARAM_LENGTH: () => new Fault("not_found", "There is nothing with so long a name"),
  FST_ERR_BAD_URL: () => new Fault("invalid_request", "The path is not a valid URL path"),
};

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : undefined;
}

/** What to tell of an error: a fault as it is, anything that nobody expected without its detail. */
function faultOf(error: unknown, request: FastifyRequest, world: World): Fault {
  if (error instanceof Fault) {
    if (errors[error.code].status >= 500) {
      world.log.warn({ err: error, request: request.id }, "api request failed");
    }
    return error;
  }
  const known = framework[codeOf(error) ?? ""]?.(request);
  if (known !== undefined) return known;
  world.log.error(
    { err: error, request: request.id, method: request.method, path: pathOf(request) },
    "api request met a bug",
  );
  return new Fault("internal", "The server's log tells more under this request's id");
}

/** The path without its query, which may be long. */
export function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "";
}

/** What a 503 tells unless its fault knows better, in seconds. */
export const RETRY_AFTER = 1;

/** Answers problem details for whatever was thrown. */
export function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  world: World,
): FastifyReply {
  const fault = faultOf(error, request, world);
  const authenticate = challenge(fault, request.headers.authorization !== undefined);
  if (authenticate !== undefined) void reply.header("www-authenticate", authenticate);
  const { retryAfter, maxAge: _maxAge, ...details } = fault.details;
  const { status } = errors[fault.code];
  if (typeof retryAfter === "number") void reply.header("retry-after", Math.ceil(retryAfter));
  else if (status === 503) void reply.header("retry-after", RETRY_AFTER);
  const told = new Fault(fault.code, fault.message, {
    details,
    ...(fault.field === undefined ? {} : { field: fault.field }),
  });
  return (
    reply
      .code(status)
      .header("content-type", problemMediaType)
      // As bytes: Fastify adds a charset to text, which this type does not have.
      .send(Buffer.from(JSON.stringify(problemOf(told, request.id))))
  );
}
