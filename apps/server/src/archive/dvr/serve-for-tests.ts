import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Archive } from "../archive-door.ts";

/** Answers what lies under /dvr/{stream}/ on a port of this machine, until it is disposed. */
export async function serveArchive(
  archive: Archive,
  stream: { readonly id: string; readonly name: string },
): Promise<AsyncDisposable & { readonly url: string }> {
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "", "http://localhost");
    const answer = await archive.dvrRoute(stream, url.pathname.slice(1), url.searchParams);
    response.writeHead(answer === undefined ? 404 : 200, {
      "content-type": answer?.contentType ?? "text/plain",
    });
    response.end(Buffer.concat(answer?.body ?? []));
  };
  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
