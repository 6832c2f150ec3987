import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { World } from "../world.ts";
import { Dispatch, type HttpRoutes } from "./dispatch.ts";
import {
  CONNECTIONS,
  DRAIN_MS,
  HEADER_BYTES,
  HEADERS_MS,
  LOOK_MS,
  NO_TIMER,
  STALLED_MS,
} from "./limits.ts";
import { refuseUnread } from "./refuse-unread.ts";

export interface HttpServer extends AsyncDisposable {
  readonly port: number;
  /** Until this is called every request is answered 503. */
  serve(routes: HttpRoutes): void;
}

/** HTTP/1.1. Listens at once, so that the port is known to those who hand out URLs. Rejects where it is taken. */
export async function listenHttp(
  options: { readonly host: string; readonly port: number },
  world: World,
): Promise<HttpServer> {
  const dispatch = new Dispatch(world);
  const server = createServer({
    headersTimeout: HEADERS_MS,
    // Uploads take as long as they take; `withUploads` limits all other bodies.
    requestTimeout: 0,
    connectionsCheckingInterval: LOOK_MS,
    maxHeaderSize: HEADER_BYTES,
  });
  server.timeout = STALLED_MS;
  server.keepAliveTimeout = NO_TIMER;
  server.maxConnections = CONNECTIONS;
  server.on("request", dispatch.answer);
  server.on("clientError", refuseUnread);
  server.on("connection", (socket) => socket.setNoDelay(true));
  server.listen(options.port, options.host);
  await once(server, "listening");
  return {
    port: portOf(server.address()),
    serve: (routes) => dispatch.serve(routes),
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

export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("HTTP listens on no port");
  return address.port;
}
