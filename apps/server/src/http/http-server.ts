import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Fault } from "@oxbow/contract";
import type { World } from "../world.ts";
import type { Api } from "./api/index.ts";
import type { Health } from "./health.ts";
import type { MediaRoutes } from "./media/media-routes.ts";
import { sendProblem } from "./media/send.ts";
import { refuseUnread } from "./refuse-unread.ts";

/** A connection that is slow to say what it wants is closed, this much later at most. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
const LOOK_MS = 5_000;
/** A viewer that takes nothing for this long is let go; a player that was paused asks for the rest. */
const STALLED_MS = 120_000;
/** Longer than the minute that proxies keep theirs. */
const KEEP_ALIVE_MS = 75_000;
const CONNECTIONS = 20_000;
/** Responses that are still being read when the server stops get this long. */
const DRAIN_MS = 5_000;

/** What a server answers with, once its parts are there. */
export type HttpRoutes = {
  readonly media: MediaRoutes;
  readonly api: Pick<Api, "takes" | "handle">;
  readonly health: Health;
};

export interface HttpServer extends AsyncDisposable {
  readonly port: number;
  /** Until this is called every request is answered 503. */
  serve(routes: HttpRoutes): void;
}

/** Listens at once, so that the port is known to those who hand out URLs. Rejects where it is taken. */
export async function listenHttp(
  options: { readonly host: string; readonly port: number },
  world: World,
): Promise<HttpServer> {
  let routes: HttpRoutes | undefined;
  const server = createServer({
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: LOOK_MS,
  });
  server.timeout = STALLED_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = CONNECTIONS;
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    if (routes) route(routes, request, response, world);
    else sendProblem(response, new Fault("unavailable", "The server starts"));
  });
  server.on("clientError", refuseUnread);
  server.on("connection", (socket) => socket.setNoDelay(true));
  server.listen(options.port, options.host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("HTTP listens on no port");
  return {
    port: address.port,
    serve: (given) => {
      routes = given;
    },
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return;
      server.close();
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await once(server, "close");
      clearTimeout(late);
    },
  };
}

function route(
  { media, api, health }: HttpRoutes,
  request: IncomingMessage,
  response: ServerResponse,
  world: World,
): void {
  const url = request.url ?? "/";
  // Playback first: it is nearly all of the traffic.
  if (media.answer(request, response)) return;
  if (api.takes(url)) api.handle(request, response);
  else if (health.handles(url)) {
    health.answer(request, response).catch((error: unknown) => {
      if (error instanceof Fault) return sendProblem(response, error);
      world.log.error({ err: error, url }, "health request failed");
      sendProblem(response, new Fault("internal", "The request could not be answered"));
    });
  } else sendProblem(response, new Fault("not_found", `There is nothing at ${url}`));
}
