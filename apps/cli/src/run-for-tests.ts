import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Io } from "./io.ts";
import { run } from "./run.ts";

/** What a fake of the server does with one of its routes: answers a value as JSON, or by itself. */
export type Route = (request: {
  readonly body: unknown;
  readonly url: URL;
  readonly response: ServerResponse;
}) => unknown;

export type FakeServer = AsyncDisposable & {
  readonly url: string;
  /** `POST /exports` and its like, in the order in which they came. */
  readonly seen: readonly string[];
  /** Events for those who follow; a number cuts their connections. */
  tell(...events: readonly unknown[]): void;
  cut(): void;
};

/** A server of the wire as the contract tells it: routes by method and path, and the event feed. */
export async function fakeServer(routes: Readonly<Record<string, Route>>): Promise<FakeServer> {
  const seen: string[] = [];
  const log: { sequence: number }[] = [];
  const followers = new Set<ServerResponse>();
  const follow = (url: URL, response: ServerResponse): void => {
    const after = Number(url.searchParams.get("after") ?? log.length);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`id: ${after}\n\n${log.slice(after).map(frame).join("")}`);
    followers.add(response);
    response.once("close", () => followers.delete(response));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "", "http://x");
    const name = `${request.method} ${url.pathname.replace("/api/v1", "")}`;
    const body = bodyOf(request, await buffer(request));
    seen.push(name);
    if (name === "GET /events/live") return follow(url, response);
    const made = routes[name]?.({ body, url, response });
    if (response.writableEnded) return;
    const status = name in routes ? (made === undefined ? 204 : 200) : 404;
    const problem = { type: "x", title: "x", status: 404, code: "not_found", detail: `No ${name}` };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 204 ? "" : JSON.stringify(status === 404 ? problem : made));
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    tell(...events) {
      for (const data of events) {
        const event = { ...Object(data), sequence: log.length + 1 };
        log.push(event);
        for (const response of followers) response.write(frame(event));
      }
    },
    cut() {
      for (const response of followers) response.destroy();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** JSON as its value, a text as its bytes. */
function bodyOf({ headers }: IncomingMessage, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  return headers["content-type"] === "application/json" ? JSON.parse(bytes.toString()) : bytes;
}

const frame = (event: { sequence: number }): string =>
  `id: ${event.sequence}\ndata: ${JSON.stringify(event)}\n\n`;

/** An event of an export. */
export const exportEvent = (type: string, data: object): unknown => ({
  id: `evt_${type}`,
  type,
  time: "2026-03-01T20:00:00.000Z",
  stream: { id: "str_1", name: "story" },
  data: { export: "exp_1", ...data },
});

/** Refuses with problem details. */
export const refuse =
  (status: number, code: string): Route =>
  ({ response }) => {
    const problem = { type: `urn:${code}`, title: code, status, code, detail: `It is ${code}` };
    response.writeHead(status, { "content-type": "application/problem+json" });
    response.end(JSON.stringify(problem));
  };

export type Told = { readonly status: number; readonly out: string; readonly err: string };

export type TestIo = Io & {
  /** Presses Ctrl-C. */
  interrupt(): void;
  readonly questions: readonly string[];
  told(): { out: string; err: string };
};

/** A terminal that is read by the test. `answer` is what its user says to a question. */
export function testIo(
  env: Readonly<Record<string, string>>,
  user?: { answer?: (signal?: AbortSignal) => Promise<boolean> },
): TestIo {
  let out = "";
  let err = "";
  const listeners = new Set<() => void>();
  const questions: string[] = [];
  const isTTY = user !== undefined;
  return {
    out: { write: (more) => void (out += more), isTTY, columns: 80 },
    err: { write: (more) => void (err += more), isTTY, columns: 80 },
    env,
    cwd: "/nowhere",
    now: () => Date.parse("2026-03-01T20:00:00.000Z"),
    interactive: isTTY,
    async confirm(question, signal) {
      questions.push(question);
      return (await user?.answer?.(signal)) ?? false;
    },
    onInterrupt(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    interrupt() {
      for (const listener of listeners) listener();
    },
    questions,
    told: () => ({ out, err }),
  };
}

/** Runs a command line against a server. */
export async function runWith(server: { url: string }, ...argv: string[]): Promise<Told> {
  const io = testIo({ OXBOW_URL: server.url, OXBOW_API_KEY: "oxb_key" });
  const status = await run(argv, io);
  return { status, ...io.told() };
}
