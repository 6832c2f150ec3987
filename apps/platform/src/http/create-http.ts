import { randomUUID } from "node:crypto";
import proxyAddress from "@fastify/proxy-addr";
import { SiteFault, type SiteOperation, siteRoutes } from "@oxbow/site-contract";
import Fastify, { type FastifyInstance } from "fastify";
import type { Caller, Cookies } from "../calls/index.ts";
import { bindOperation } from "./bind-operation.ts";
import { cookiesOf } from "./caller-of.ts";
import { compress } from "./compress.ts";
import { bindHealth } from "./health.ts";
import { bindHook } from "./hook-route.ts";
import type { Http, HttpOptions } from "./http-options.ts";
import { ownOrigins } from "./own-origins.ts";
import { bindPages } from "./pages.ts";
import { bindPlainRoutes } from "./plain-routes.ts";
import { refuse } from "./problems.ts";
import { limitRates } from "./rate-limits.ts";
import { refuseNulInUrl } from "./refuse-nul.ts";
import { refuseCrossSite } from "./same-site.ts";
import { securityHeaders } from "./security-headers.ts";
import { bindUpgrades } from "./upgrades.ts";

const BODY_LIMIT = 1_048_576;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than proxies keep theirs, so that it is never we who hang up on a request that is on its way. */
const KEEP_ALIVE_MS = 75_000;
const CLOSE_TIMEOUT_MS = 10_000;
const LONGEST_PARAMETER = 300;

declare module "fastify" {
  interface FastifyContextConfig {
    /** A program calls it, and no browser: no cookie and no Origin is looked at. */
    byProgram?: boolean;
  }
  interface FastifyRequest {
    /** Who sends it; nobody on routes that programs read. */
    caller: Caller;
    cookies: Cookies;
  }
}

/** Makes the site's HTTP server, on no socket yet. */
export async function createHttp(options: HttpOptions): Promise<Http> {
  const { world, settings } = options;
  const trust = proxyAddress.compile(ranges(settings.trustedProxies));
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    trustProxy: trust,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    forceCloseConnections: "idle",
    genReqId: () => randomUUID(),
    frameworkErrors: (error, request, reply) => refuse(error, request, reply, world),
  });
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, world));
  app.setNotFoundHandler((request) => {
    throw new SiteFault("not_found", `There is nothing to ${request.method} here`);
  });
  const own = ownOrigins(settings.platformUrl, trust);
  knowCallers(app, options, own);
  await limitRates(app);
  takeJson(app);
  app.addHook("onSend", compress);
  logRequests(app, options);
  bindHealth(app, options);
  bindHook(app, options.hook);
  bindPlainRoutes(app, options);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of an object of ours, which TypeScript forgets
  for (const id of Object.keys(siteRoutes) as SiteOperation[]) {
    bindOperation(app, id, options.handlers);
  }
  await bindPages(app, options);
  const upgrades = bindUpgrades(app.server, options, trust, own);
  await app.ready();
  return running(app, options, upgrades);
}

function ranges(trusted: string): string[] {
  return trusted
    .split(",")
    .map((range) => range.trim())
    .filter((range) => range !== "");
}

const NOBODY = { headers: new Headers(), set: () => undefined };

/** Before anything else of a request: headers of its answer, who sends it, and from which site. */
function knowCallers(
  app: FastifyInstance,
  options: HttpOptions,
  own: ReturnType<typeof ownOrigins>,
): void {
  app.decorateRequest("caller");
  app.decorateRequest("cookies");
  app.addHook("onRequest", async (request, reply) => {
    const framed = request.url.startsWith("/embed/");
    const https = request.protocol === "https";
    void reply.headers(securityHeaders({ https, framed, mediaOrigins: options.mediaOrigins() }));
    request.caller = { person: null, address: request.ip };
    request.cookies = NOBODY;
    refuseNulInUrl(request.url);
    if (request.routeOptions.config.byProgram === true) return;
    const { origin } = request.headers;
    const site = request.headers["sec-fetch-site"];
    const fetchSite = Array.isArray(site) ? site[0] : site;
    refuseCrossSite({ method: request.method, origin, fetchSite }, own(request.raw));
    request.cookies = cookiesOf(request, reply);
    request.caller = await options.caller(request.cookies, request.ip);
  });
}

/** JSON bodies, and nothing else; an empty one is no body. */
function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}

/** Routes by their pattern: paths hold the tokens of one-time links. */
function logRequests(app: FastifyInstance, { world }: HttpOptions): void {
  app.addHook("onResponse", async (request, reply) => {
    world.log.debug(
      {
        request: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      "site request",
    );
  });
}

function running(app: FastifyInstance, { settings }: HttpOptions, upgrades: Disposable): Http {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    upgrades[Symbol.dispose]();
    const late = setTimeout(() => app.server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    await app.close().finally(() => clearTimeout(late));
  };
  return {
    server: app.server,
    async listen() {
      const { host } = settings;
      await app.listen({ host, port: settings.platformPort });
      const address = app.server.address();
      const port = typeof address === "object" ? address?.port : undefined;
      if (port === undefined) throw new Error("The site listens on no port");
      const named = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
      const there = named.includes(":") ? `[${named}]` : named;
      return `http://${there}:${port}`;
    },
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]: () => (closed ??= close()),
  };
}
