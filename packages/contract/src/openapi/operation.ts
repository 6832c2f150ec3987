import { errors } from "../errors.ts";
import { type ErrorCode, Fault } from "../fault.ts";
import { Problem, problemMediaType, problemOf } from "../problem.ts";
import type { Route } from "../routes/index.ts";
import type { JsonSchema, Schemas } from "./schemas.ts";

/** One operation of the document, from its row of the route table. */
export function operation(id: string, route: Route, schemas: Schemas): JsonSchema {
  const body = route.body;
  return {
    operationId: id,
    tags: [id.split(".", 1)[0]],
    summary: route.summary,
    description: `${route.description}\n\nNeeds a key of scope \`${route.scope}\`.`,
    parameters: parameters(id, route, schemas),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !body.safeParse(undefined).success,
            content: {
              [route.bodyType ?? "application/json"]: {
                schema: schemas.use(body),
                ...(route.example.body === undefined ? {} : { example: route.example.body }),
              },
            },
          },
        }),
    responses: { ...success(route, schemas), ...refusals(route, schemas) },
  };
}

function parameters(id: string, route: Route, schemas: Schemas): JsonSchema[] {
  const headers: JsonSchema[] = [];
  if (route.idempotent) headers.push({ $ref: "#/components/parameters/IdempotencyKey" });
  if (id === "events.live") headers.push({ $ref: "#/components/parameters/LastEventId" });
  return [
    ...fields(schemas.use(route.params)).map((field) => parameter("path", field)),
    ...fields(schemas.use(route.query)).map((field) => parameter("query", field)),
    ...headers,
  ];
}

type Field = { name: string; required: boolean; schema: JsonSchema };

function fields(object: JsonSchema): Field[] {
  const { properties, required } = object;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(isSchema(properties) ? properties : {}).map(([name, schema]) => ({
    name,
    required: needed.includes(name),
    schema: isSchema(schema) ? schema : {},
  }));
}

function parameter(place: "path" | "query", { name, required, schema }: Field): JsonSchema {
  const { description, ...rest } = schema;
  return {
    name,
    in: place,
    required,
    ...(description === undefined ? {} : { description }),
    ...(rest["type"] === "array" ? { style: "form", explode: false } : {}),
    schema: rest,
  };
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const said: Readonly<Record<Route["response"]["status"], string>> = {
  200: "Done",
  201: "Made",
  202: "Accepted: it goes on by itself, and its events tell how",
  204: "Done; there is nothing to tell",
};

function success(route: Route, schemas: Schemas): JsonSchema {
  const { status, schema } = route.response;
  if (schema === undefined) return { [status]: { description: said[status] } };
  const live = "as" in route.response && route.response.as === "event-stream";
  const { response } = route.example;
  return {
    [status]: {
      description: said[status],
      content: live
        ? { "text/event-stream": { schema: { type: "string" }, example: eventLines(response) } }
        : {
            "application/json": {
              schema: schemas.use(schema),
              ...(response === undefined ? {} : { example: response }),
            },
          },
    },
  };
}

function eventLines(event: unknown): string {
  const { sequence, type } = isSchema(event) ? event : {};
  return `id: ${String(sequence)}\nevent: ${String(type)}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Every code that a route may answer: its own, and those of every route like it. */
export function errorCodesOf(route: Route): readonly ErrorCode[] {
  const codes: ErrorCode[] = ["invalid_request", "unauthorized", "forbidden", ...route.errors];
  if (route.idempotent) codes.push("idempotency_conflict");
  if (route.method !== "GET") codes.push("payload_too_large", "unsupported_media_type");
  return [...new Set<ErrorCode>([...codes, "internal", "unavailable"])];
}

function refusals(route: Route, schemas: Schemas): JsonSchema {
  const byStatus = Map.groupBy(errorCodesOf(route), (code) => errors[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${errors[code].title}`).join("; "),
        content: {
          [problemMediaType]: {
            schema: schemas.use(Problem),
            examples: Object.fromEntries(codes.map((code) => [code, { value: example(code) }])),
          },
        },
      },
    ]),
  );
}

function example(code: ErrorCode): Problem {
  return problemOf(new Fault(code, errors[code].title), "0b7c1c1e-7a52-4e7e-9d0a-3f6f8f2f8a11");
}
