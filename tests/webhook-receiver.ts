import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { type Event, type EventOf, type EventType, parseEvent, readEvent } from "@oxbow/contract";
import { Webhook } from "standardwebhooks";

/** The longest that an event is waited for, in milliseconds. */
const PATIENCE = 60_000;

/** A platform's end of the webhooks: takes what is signed as it should be, and keeps it in order. */
export type WebhookReceiver = {
  readonly url: string;
  /** Each event once, in the order in which it came first. */
  readonly events: readonly Event[];
  /** How many deliveries came, repeated ones included. */
  readonly deliveries: number;
  /** What was not signed as it should be, or is not as the contract says. */
  readonly complaints: readonly string[];
  /** The secret of the sink; deliveries before it is known are refused and come again. */
  trust(secret: string): void;
  /** The next event of a type after the last one that was waited for; the first may be here already. */
  next<T extends EventType>(type: T): Promise<EventOf<T>>;
  /** Resolves when the event of this id has come. */
  received(id: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

function isOf<T extends EventType>(event: Event, type: T): event is EventOf<T> {
  return event.type === type;
}

export async function receiveWebhooks(): Promise<WebhookReceiver> {
  const events: Event[] = [];
  const complaints: string[] = [];
  const arrivals = new EventEmitter();
  const waitedFor = new Map<string, number>();
  let webhook: Webhook | undefined;
  let deliveries = 0;

  const take = (body: string, headers: Record<string, string>): number => {
    if (webhook === undefined) return 503;
    try {
      webhook.verify(body, headers);
    } catch (problem) {
      complaints.push(`${String(problem)}: ${body.slice(0, 200)}`);
      return 401;
    }
    deliveries += 1;
    const event = readEvent(JSON.parse(body));
    try {
      parseEvent(event);
    } catch (problem) {
      complaints.push(`${event.type}: ${String(problem)}`);
    }
    if (headers["webhook-id"] !== event.id) complaints.push(`${event.id} has another webhook-id`);
    if (!events.some(({ id }) => id === event.id)) events.push(event);
    arrivals.emit("event");
    return 204;
  };

  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
      return response.writeHead(take(body, Object.fromEntries(headers))).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();

  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/hook`,
    events,
    get deliveries() {
      return deliveries;
    },
    complaints,
    trust(secret) {
      webhook = new Webhook(secret);
    },
    async received(id) {
      const signal = AbortSignal.timeout(PATIENCE);
      while (!events.some((event) => event.id === id)) {
        await once(arrivals, "event", { signal }).catch(() => {
          throw new Error(`${id} was not delivered`);
        });
      }
    },
    async next(type) {
      const signal = AbortSignal.timeout(PATIENCE);
      for (;;) {
        const from = waitedFor.get(type) ?? 0;
        const found = events.findIndex((event, at) => at >= from && event.type === type);
        const event = events[found];
        if (event !== undefined && isOf(event, type)) {
          waitedFor.set(type, found + 1);
          return event;
        }
        await once(arrivals, "event", { signal }).catch(() => {
          const seen = events.map((known) => known.type).join(", ");
          throw new Error(`No ${type} came, but ${seen}`);
        });
      }
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
