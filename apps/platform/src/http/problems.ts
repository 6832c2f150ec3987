import { SiteFault, type SiteProblem, siteErrors } from "@oxbow/site-contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../world.ts";

const PROBLEM = "application/problem+json";

/** Fastify's own refusals, in the site's words. */
const framework: Readonly<Record<string, () => SiteFault>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new SiteFault("too_large", "The body is too large"),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new SiteFault("invalid_request", "Send the body as JSON"),
  FST_ERR_CTP_INVALID_JSON_BODY: () =>
    new SiteFault("invalid_request", "The body is not valid JSON"),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new SiteFault("invalid_request", "The body is not as long as Content-Length says"),
  FST_ERR_MAX_PARAM_LENGTH: () =>
    new SiteFault("not_found", "There is nothing with so long a name"),
  FST_ERR_BAD_URL: () => new SiteFault("invalid_request", "The path is not a valid URL path"),
};

/** What to tell of an error: a refusal as it is, anything that nobody expected without its detail. */
function faultOf(error: unknown, request: FastifyRequest, world: World): SiteFault {
  if (error instanceof SiteFault) {
    if (siteErrors[error.code] >= 500) world.log.warn({ err: error }, "site request failed");
    return error;
  }
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  const known = framework[code]?.();
  if (known !== undefined) return known;
  world.log.error(
    { err: error, request: request.id, method: request.method, route: request.routeOptions.url },
    "site request met a bug",
  );
  return new SiteFault("internal", "The site's log tells more");
}

function problemOf(fault: SiteFault): SiteProblem {
  const code = fault.reason ?? fault.code;
  return {
    type: `urn:oxbow:site:${code}`,
    title: fault.message,
    status: siteErrors[fault.code],
    code,
    ...(fault.field === undefined ? {} : { field: fault.field }),
  };
}

/** Answers problem details (RFC 9457) for whatever was thrown. */
export function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  world: World,
): FastifyReply {
  const problem = problemOf(faultOf(error, request, world));
  return (
    reply
      .code(problem.status)
      .header("content-type", PROBLEM)
      .header("cache-control", "no-store")
      // As bytes: Fastify adds a charset to text, which this type does not have.
      .send(Buffer.from(JSON.stringify(problem)))
  );
}
