import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { type Client, createClient, type Event } from "@oxbow/sdk";
import type { TestWorld } from "../store/store-for-tests.ts";

type SinkOfTests = {
  id: string;
  url: string;
  types: string[];
  streams: string[];
  batch: number;
  enabled: boolean;
};

/** The log and the sinks of a media server, as its API tells them, with a log that a test writes. */
export type MediaServerForTests = AsyncDisposable & {
  readonly client: Client;
  readonly events: Event[];
  readonly sinks: SinkOfTests[];
  /** Requests so far: `GET /events`. */
  readonly requests: string[];
  /** What a webhook of an event is, signed with the newest secret or the one given. */
  webhook(event: Event, options?: { secret?: string; at?: number }): WebhookOfTests;
  away: boolean;
  /** Called when a sink was changed, ahead of the answer. */
  changed: () => void;
};

export type WebhookOfTests = {
  readonly body: Buffer;
  readonly headers: Record<string, string>;
};

export async function mediaServerForTests(world: TestWorld): Promise<MediaServerForTests> {
  const events: Event[] = [];
  const sinks: SinkOfTests[] = [];
  const requests: string[] = [];
  const state: { away: boolean; secrets: number; changed: () => void } = {
    away: false,
    secrets: 0,
    changed: () => undefined,
  };
  const secretNow = () =>
    `whsec_${Buffer.from(`secret number ${state.secrets}`).toString("base64")}`;

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://media.test");
    const path = url.pathname.replace("/api/v1", "");
    requests.push(`${request.method} ${path}`);
    if (state.away) {
      response.writeHead(503).end();
      return;
    }
    const answer = (value: unknown, status = 200) => send(response, status, value);
    const [, , id, act] = path.split("/");
    const sink = sinks.find((one) => one.id === id);
    if (path === "/events") return answer(pageOf(events, url.searchParams));
    if (path === "/events/live") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`id: ${events.at(-1)?.sequence ?? 0}\n\n`);
      return;
    }
    if (path === "/sinks" && request.method === "GET") return answer({ items: sinks, next: null });
    if (id !== undefined && sink === undefined) return answer(notFound, 404);
    if (request.method === "GET") return answer(sink);
    if (request.method === "DELETE") {
      sinks.splice(
        sinks.findIndex((one) => one.id === id),
        1,
      );
      response.writeHead(204).end();
      return;
    }
    if (act === "rotate") {
      state.secrets += 1;
      return answer({ ...sink, secret: secretNow() });
    }
    void json(request).then((body) => {
      if (sink !== undefined) {
        Object.assign(sink, body);
        state.changed();
        return answer(sink);
      }
      const made = { id: `snk_${state.secrets + 1}`, enabled: true, ...Object(body) };
      sinks.push(made);
      state.secrets += 1;
      return answer({ ...made, secret: secretNow() }, 201);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;

  return {
    client: createClient({ url: `http://127.0.0.1:${port}`, key: "k", retries: 0 }),
    events,
    sinks,
    requests,
    webhook(event, { secret = secretNow(), at = world.now() } = {}) {
      const body = Buffer.from(JSON.stringify(event));
      const timestamp = String(Math.floor(at / 1000));
      const key = Buffer.from(secret.slice("whsec_".length), "base64");
      const signature = createHmac("sha256", key)
        .update(`${event.id}.${timestamp}.${body.toString()}`)
        .digest("base64");
      return {
        body,
        headers: {
          "webhook-id": event.id,
          "webhook-timestamp": timestamp,
          "webhook-signature": `v1,${signature}`,
        },
      };
    },
    get away() {
      return state.away;
    },
    set away(away) {
      state.away = away;
    },
    set changed(changed: () => void) {
      state.changed = changed;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const notFound = {
  type: "about:blank",
  title: "Unknown",
  status: 404,
  code: "sink_unknown",
  detail: "There is no such sink",
};

function pageOf(events: readonly Event[], query: URLSearchParams) {
  const after = Number(query.get("after") ?? 0);
  const types = query.get("types")?.split(",");
  const limit = Number(query.get("limit") ?? 100);
  const found = events.filter(
    ({ sequence, type }) => sequence > after && (types?.includes(type) ?? true),
  );
  const items = found.slice(0, limit);
  return { items, next: found.length > limit ? String(items.at(-1)?.sequence) : null };
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

/** An event of an export, of the time of the world. */
export function eventOfTests(
  world: TestWorld,
  sequence: number,
  more: Partial<Omit<Event, "data" | "type">> & Pick<Event, "type" | "data">,
): Event {
  const event: unknown = {
    id: `evt_${sequence}`,
    sequence,
    time: new Date(world.now()).toISOString(),
    stream: { id: "str_1", name: "story" },
    streamSequence: sequence,
    ...more,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- type and data are given as one
  return event as Event;
}

/** `dvr_mp4_export_progress` at a percent. */
export const progressOfTests = (world: TestWorld, sequence: number, percent: number): Event =>
  eventOfTests(world, sequence, {
    type: "dvr_mp4_export_progress",
    data: { export: "exp_1", percent, bytes: percent, secondsLeft: 1, attempt: 1 },
  });
