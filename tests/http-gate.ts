import { once } from "node:events";
import { request as ask, createServer } from "node:http";
import { pipeline } from "node:stream";

/** Something that stands before an HTTP server, sees what goes by, and may be shut. */
export type HttpGate = AsyncDisposable & {
  readonly url: string;
  /** Methods and paths that came, in order: `GET /api/v1/events`. */
  readonly seen: readonly string[];
  /** Shut: everything is answered 503. */
  shut: boolean;
};

/** Opens a gate before the server at `target`. */
export async function openGate(target: string): Promise<HttpGate> {
  const seen: string[] = [];
  const state = { shut: false };
  const server = createServer((request, response) => {
    const { method = "GET", url = "/", headers } = request;
    seen.push(`${method} ${url.split("?")[0]}`);
    if (state.shut) {
      request.resume();
      response.writeHead(503).end();
      return;
    }
    const passed = ask(new URL(url, target), { method, headers }, (answer) => {
      // Whoever asked is gone.
      if (response.destroyed) {
        answer.resume();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => undefined);
    });
    passed.on("error", () => {
      if (!response.headersSent) response.writeHead(502);
      response.end();
    });
    pipeline(request, passed, () => undefined);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    get shut() {
      return state.shut;
    },
    set shut(shut) {
      state.shut = shut;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
