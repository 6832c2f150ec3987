import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { Webhook } from "standardwebhooks";

export type Received = {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

export type TestAnswer = {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

/** A receiver of webhooks that answers as the test says, and can be waited for. */
export class WebhookReceiver implements AsyncDisposable {
  readonly received: Received[] = [];
  answer: (received: Received, count: number) => TestAnswer | Promise<TestAnswer> = () => ({
    status: 204,
  });
  readonly #server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const received = { headers: request.headers, body: Buffer.concat(pieces).toString() };
      this.received.push(received);
      const answer = this.answer(received, this.received.length);
      void Promise.resolve(answer).then(({ status, headers, body }) => {
        response.writeHead(status, headers).end(body);
        this.#came();
        return undefined;
      });
    });
  });
  #came: () => void = () => undefined;

  static async open(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, "127.0.0.1");
    await once(receiver.#server, "listening");
    return receiver;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("Not listening");
    return `http://127.0.0.1:${address.port}/hook`;
  }

  /** Resolves when so many have been answered. */
  async until(count: number): Promise<void> {
    while (this.received.length < count) {
      const came = Promise.withResolvers<void>();
      this.#came = came.resolve;
      await came.promise;
    }
  }

  /** The bodies as JSON, each with its signature checked. */
  verified(secret: string): { id: string; type: string; sequence: number; data: object }[] {
    return this.received.map(({ headers, body }) => {
      const texts = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, String(value)]),
      );
      new Webhook(secret).verify(body, texts);
      return JSON.parse(body);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }
}
