import { catalogue } from "../events/index.ts";
import { apiPath, type Route, routes } from "../routes/index.ts";
import { operation } from "./operation.ts";
import { buildSchemas, type JsonSchema } from "./schemas.ts";
import { webhook } from "./webhook.ts";

const tags = {
  streams: "Places to publish to",
  broadcasts: "Times on air",
  archive: "What was recorded, by time",
  pins: "Ranges that retention leaves alone",
  markers: "Moments that have a name",
  exports: "From the archive to MP4, as durable jobs",
  assets: "Finished videos on demand",
  events: "The log of everything that happened, and its live feed",
  sinks: "Where events go as webhooks",
  deliveries: "One event to one sink, with every attempt",
  sessions: "Who is connected",
  keys: "Who may call this API",
  playbackKeys: "What playback tokens are signed with",
  doctor: "What this machine can encode",
  openapi: "This document",
  webhooks: "What a sink receives",
} as const;

const description = `The media server's API: publish, watch, record, export, serve.

Errors are RFC 9457 problem details with a stable \`code\`. Lists are paged by cursor. A \`POST\` that creates takes \`Idempotency-Key\`: sent again with the same body, it brings the same answer. Times are RFC 3339 in UTC with milliseconds; requests take Unix milliseconds too. Unknown fields of a request are refused; answers and events may gain fields.`;

const header = (name: string, text: string): JsonSchema => ({
  name,
  in: "header",
  required: false,
  description: text,
  schema: { type: "string" },
});

/** The whole API and its webhooks as an OpenAPI 3.1 document. `url` is what the server is reached by. */
export function openapi(options: { url: string; version?: string }): JsonSchema {
  const schemas = buildSchemas();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const [id, route] of Object.entries<Route>(routes)) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operation(id, route, schemas);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Oxbow",
      version: options.version ?? "1.0.0",
      description,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: `${options.url.replace(/\/+$/, "")}${apiPath}` }],
    security: [{ key: [] }],
    tags: Object.entries(tags).map(([name, text]) => ({ name, description: text })),
    paths,
    webhooks: Object.fromEntries(catalogue.map((event) => [event.type, webhook(event, schemas)])),
    components: {
      securitySchemes: {
        key: {
          type: "http",
          scheme: "bearer",
          description: "An API key of scope read, write or admin",
        },
      },
      parameters: {
        IdempotencyKey: header(
          "Idempotency-Key",
          "Any text of your own, unlike others: the request sent again makes no second thing",
        ),
        LastEventId: header("Last-Event-ID", "Sequence of the last event that was received"),
      },
      schemas: schemas.components,
    },
  };
}
