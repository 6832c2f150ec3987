import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import proxyAddress from "@fastify/proxy-addr";
import { headersOf } from "./caller-of.ts";
import type { HttpOptions } from "./http-options.ts";
import { isOwn } from "./same-site.ts";

const PATH = "/api/updates";

/**
 * Passes sockets that want to become WebSockets on, once it is known who asks, and from which site.
 * Disposing it ends those that nobody has ended: `node:http` would wait for them.
 */
export function bindUpgrades(
  server: Server,
  { caller, upgrade, world }: Pick<HttpOptions, "caller" | "upgrade" | "world">,
  trust: (address: string, hop: number) => boolean,
  ownOrigins: (request: IncomingMessage) => readonly string[],
): Disposable {
  const upgraded = new Set<Duplex>();
  const admit = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    if (request.url?.split("?", 1)[0] !== PATH) return end(socket, "404 Not Found");
    const { origin } = request.headers;
    const site = request.headers["sec-fetch-site"];
    const fetchSite = Array.isArray(site) ? site[0] : site;
    if (!isOwn({ origin, fetchSite }, ownOrigins(request))) return end(socket, "403 Forbidden");
    const address = proxyAddress(request, trust);
    const cookies = { headers: headersOf(request.headers), set: () => undefined };
    const known = await caller(cookies, address);
    if (!socket.destroyed) upgrade(request, socket, head, known);
    return undefined;
  };
  server.on("upgrade", (request, socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    // Until somebody else looks after the socket: one that breaks is over, and that is all.
    const broken = (): void => void socket.destroy();
    socket.on("error", broken);
    admit(request, socket, head).then(
      () => socket.off("error", broken),
      (error: unknown) => {
        world.log.error({ err: error }, "a socket could not be upgraded");
        end(socket, "500 Internal Server Error");
      },
    );
  });
  return {
    [Symbol.dispose]: () => {
      for (const socket of upgraded) socket.destroy();
    },
  };
}

function end(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
