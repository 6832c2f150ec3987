import { once } from "node:events";
import {
  request as ask,
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { connect } from "node:net";
import { type Duplex, pipeline } from "node:stream";

/** What becomes of a request: it passes; waits until the rule is another; is answered with 500. */
export type GateRule = (path: string) => "pass" | "hold" | "fail";

/** Where a server is; a function where it moves. */
export type GateTarget = string | (() => string);

const urlOf = (target: GateTarget): string => (typeof target === "string" ? target : target());

/** Something that stands before an HTTP server, sees what goes by, and may be shut. */
export type HttpGate = AsyncDisposable & {
  readonly url: string;
  /** Methods and paths that came, in order: `GET /api/v1/events`. */
  readonly seen: readonly string[];
  /** Shut: everything is answered 503. */
  shut: boolean;
  /** All pass at first. Another rule is asked of what is held as well. */
  rule: GateRule;
};

/** Opens a gate before the server at `target`; WebSockets pass. */
export async function openGate(target: GateTarget): Promise<HttpGate> {
  const seen: string[] = [];
  const state: { shut: boolean; rule: GateRule } = { shut: false, rule: () => "pass" };
  /** Those who wait for another rule. */
  let held: (() => void)[] = [];
  const setRule = (rule: GateRule): void => {
    state.rule = rule;
    const waiting = held;
    held = [];
    for (const go of waiting) go();
  };
  const admit = (path: string, go: (status?: number) => void): void => {
    const verdict = state.shut ? "pass" : state.rule(path);
    if (verdict === "hold") held.push(() => admit(path, go));
    else if (state.shut) go(503);
    else go(verdict === "fail" ? 500 : undefined);
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    seen.push(`${request.method} ${path}`);
    admit(path, (status) => {
      if (status === undefined) pass(request, response, target);
      else {
        request.resume();
        response.writeHead(status).end();
      }
    });
  }).listen(0, "127.0.0.1");
  const sockets = passUpgrades(server, target);
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
    get rule() {
      return state.rule;
    },
    set rule(rule) {
      setRule(rule);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      setRule(() => "fail");
      await once(server, "close");
    },
  };
}

function pass(request: IncomingMessage, response: ServerResponse, target: GateTarget): void {
  const { method = "GET", url = "/", headers } = request;
  const passed = ask(new URL(url, urlOf(target)), { method, headers }, (answer) => {
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
}

/** Lets WebSockets by; answers those that are open. */
function passUpgrades(server: Server, target: GateTarget): ReadonlySet<Duplex> {
  const sockets = new Set<Duplex>();
  server.on("upgrade", ({ method, url, rawHeaders }, socket, head) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const { hostname, port } = new URL(urlOf(target));
    const passed = connect(Number(port), hostname);
    const lines = rawHeaders.map((text, at) => (at % 2 === 0 ? `\r\n${text}: ` : text)).join("");
    passed.write(`${method} ${url} HTTP/1.1${lines}\r\n\r\n`);
    passed.write(head);
    pipeline(socket, passed, socket, () => undefined);
  });
  return sockets;
}
