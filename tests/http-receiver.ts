import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";

/** Somebody's program that takes webhooks, or not: it answers what it is told to. */
export type HttpReceiver = {
  readonly url: string;
  status: number;
  /** Header `webhook-id` of what came, in order. */
  readonly ids: readonly string[];
  readonly bodies: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
};

export async function openReceiver(status: number): Promise<HttpReceiver> {
  const ids: string[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    ids.push(String(request.headers["webhook-id"]));
    void text(request).then(
      (body) => bodies.push(body),
      () => undefined,
    );
    response.writeHead(receiver.status).end(receiver.status === 410 ? "Gone" : "");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const receiver: HttpReceiver = {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/hook`,
    status,
    ids,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return receiver;
}
