import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type Client, createClient } from "./client.ts";
import type { ClientOptions } from "./transport.ts";

export type Seen = {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

/** A server that answers what the test says, and what it was asked. */
export type ScriptedServer = AsyncDisposable & {
  readonly url: string;
  readonly seen: readonly Seen[];
  readonly client: Client;
  /** How long the client would have waited, in order. */
  readonly waits: readonly number[];
};

export type Answer = (response: ServerResponse, seen: Seen) => void;

/** Answers the requests with `answers`, one after the other; the last one goes on answering. */
export async function serve(
  answers: readonly Answer[],
  options: Partial<ClientOptions> = {},
): Promise<ScriptedServer> {
  const seen: Seen[] = [];
  const waits: number[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const was = { method, url, headers, body: await text(request) };
    const answer = answers[Math.min(seen.length, answers.length - 1)];
    seen.push(was);
    answer?.(response, was);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port");
  const url = `http://127.0.0.1:${address.port}`;
  const client = createClient({
    url: `${url}/`,
    key: "oxb_key",
    wait: async (ms, signal) => {
      waits.push(ms);
      signal?.throwIfAborted();
    },
    ...options,
  });
  return {
    url,
    seen,
    client,
    waits,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers JSON. */
export const json =
  (status: number, value: unknown, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(value === undefined ? "" : JSON.stringify(value));
  };

/** Answers problem details. */
export const problem = (
  status: number,
  code: string,
  more: object = {},
  headers: Record<string, string> = {},
): Answer =>
  json(
    status,
    {
      type: `urn:oxbow:problem:${code}`,
      title: code,
      status,
      code,
      detail: `It is ${code}`,
      ...more,
    },
    headers,
  );

/** Breaks the connection without an answer. */
export const broken: Answer = (response) => void response.destroy();
