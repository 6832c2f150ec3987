import type { catalogue } from "../events/index.ts";
import type { JsonSchema, Schemas } from "./schemas.ts";

const headers = [
  ["webhook-id", "The event's id; the same whenever it is delivered again"],
  ["webhook-timestamp", "Unix seconds of this attempt"],
  [
    "webhook-signature",
    "v1, and base64 of HMAC-SHA256 over id.timestamp.body; several, with spaces",
  ],
] as const;

/** One event type as a webhook, by Standard Webhooks 1.0. */
export function webhook(event: (typeof catalogue)[number], schemas: Schemas): JsonSchema {
  const schema = schemas.use(event.schema);
  return {
    post: {
      operationId: `webhook.${event.type}`,
      tags: ["webhooks"],
      summary: event.when,
      description:
        "Sent to each sink whose filters let it through, at least once, in the stream's order.",
      security: [],
      parameters: headers.map(([name, description]) => ({
        name,
        in: "header",
        required: true,
        description,
        schema: { type: "string" },
      })),
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: { oneOf: [schema, { type: "array", items: schema }] },
            example: event.example,
          },
        },
      },
      responses: {
        "2XX": { description: "Taken: it is not sent again" },
        "410": { description: "No longer wanted: the sink is disabled" },
        "4XX": { description: "Not taken: it is sent again later, after Retry-After where given" },
        "5XX": { description: "Not taken: it is sent again later, after Retry-After where given" },
      },
    },
  };
}
