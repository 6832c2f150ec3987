import { once } from "node:events";
import { createSecureServer } from "node:http2";
import type { Socket } from "node:net";
import type { World } from "../world.ts";
import { Dispatch } from "./dispatch.ts";
import { type HttpServer, portOf } from "./http-server.ts";
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
import type { TlsIdentity } from "./tls/tls-identity.ts";

/** A player's blocked requests, for several streams, and what stands beside them. */
const STREAMS = 256;
/** What a client may send before it is told to go on: uploads need more than the 64 KiB of RFC 9113 §6.9.2. */
const STREAM_WINDOW = 1024 * 1024;
const SESSION_WINDOW = 4 * STREAM_WINDOW;
/**
 * Megabytes that wait on one connection before further requests are refused: those of a slow viewer
 * who asked for many segments at once. They are references to what is in memory anyway.
 */
const SESSION_MEGABYTES = 64;
/** Rapid reset (CVE-2023-44487): requests that are taken back, at once and by the second. A player that seeks stays below. */
const RESETS = { streamResetBurst: 500, streamResetRate: 33 } as const;
const INVALID_FRAMES = 100;
const REJECTED_STREAMS = 100;

const http1Options = {
  headersTimeout: HEADERS_MS,
  // Uploads take as long as they take; `withUploads` limits all other bodies.
  requestTimeout: 0,
  connectionsCheckingInterval: LOOK_MS,
  keepAliveTimeout: NO_TIMER,
  maxHeaderSize: HEADER_BYTES,
};

/**
 * HTTP/2 and HTTP/1.1 over TLS, as the client wishes (ALPN, RFC 7301), with the same routes and limits
 * as without. Rejects where the port is taken.
 */
export async function listenHttps(
  {
    host,
    port,
    identity,
  }: { readonly host: string; readonly port: number; readonly identity: TlsIdentity },
  world: World,
): Promise<HttpServer> {
  const dispatch = new Dispatch(world);
  const server = createSecureServer({
    ...identity.current,
    allowHTTP1: true,
    http1Options,
    maxSessionMemory: SESSION_MEGABYTES,
    maxSessionInvalidFrames: INVALID_FRAMES,
    maxSessionRejectedStreams: REJECTED_STREAMS,
    ...RESETS,
    settings: {
      maxConcurrentStreams: STREAMS,
      initialWindowSize: STREAM_WINDOW,
      maxHeaderListSize: HEADER_BYTES,
      enablePush: false,
    },
  });
  identity.onChange((pair) => server.setSecureContext(pair));
  server.setTimeout(STALLED_MS);
  server.maxConnections = CONNECTIONS;
  // HTTP/2 requests come in the shape of HTTP/1.1 ones (Node's compatibility API); the few places where
  // they differ look at the class.
  const events: NodeJS.EventEmitter = server;
  events.on("request", dispatch.answer);
  events.on("clientError", refuseUnread);
  server.on("session", (session) => session.setLocalWindowSize(SESSION_WINDOW));
  // The connection lives as long as one of its streams moves: each is looked after by itself.
  server.on("stream", (stream) => stream.setTimeout(STALLED_MS, () => stream.close()));
  server.on("sessionError", (error) => world.log.debug({ err: error }, "HTTP/2 connection broke"));
  const connections = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    socket.setNoDelay(true);
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  server.listen(port, host);
  await once(server, "listening");
  return {
    port: portOf(server.address()),
    serve: (routes) => dispatch.serve(routes),
    [Symbol.asyncDispose]: async () => {
      if (!server.listening) return;
      // GOAWAY to every HTTP/2 connection (RFC 9113 §6.8): it ends with its last answer.
      server.close();
      const late = setTimeout(() => {
        for (const socket of connections) socket.destroy();
      }, DRAIN_MS);
      await once(server, "close");
      clearTimeout(late);
    },
  };
}
