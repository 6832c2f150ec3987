import { z } from "zod";
import {
  ApiKey,
  ApiKeyCreate,
  Archive,
  ArchiveRemoval,
  Asset,
  AssetCreate,
  AssetFile,
  AssetUpdate,
  Attempt,
  Broadcast,
  CreatedAsset,
  Delivery,
  Doctor,
  Export,
  ExportCreate,
  ExportError,
  ExportSubtitle,
  Gap,
  HealthIssue,
  Ladder,
  Marker,
  MarkerCreate,
  Pin,
  PinCreate,
  PlaybackKey,
  PlaybackKeyCreate,
  PublishSession,
  RenditionWish,
  Retention,
  Session,
  Sink,
  SinkCreate,
  SinkReplay,
  SinkTest,
  SinkUpdate,
  Stream,
  StreamCreate,
  StreamHealth,
  StreamUpdate,
  Subtitle,
  Track,
  TranscoderHealth,
  Watermark,
} from "../entities/index.ts";
import { catalogue, Event, eventType } from "../events/index.ts";
import { Problem } from "../problem.ts";
import { type Route, routes } from "../routes/index.ts";

/** A JSON Schema, draft 2020-12, as OpenAPI 3.1 holds it. */
export type JsonSchema = { [keyword: string]: unknown };

/** The schemas that have a name in the document. */
const named = {
  ApiKey,
  ApiKeyCreate,
  Archive,
  ArchiveRemoval,
  Asset,
  AssetCreate,
  AssetFile,
  AssetUpdate,
  Attempt,
  Broadcast,
  CreatedAsset,
  Delivery,
  Doctor,
  Event,
  EventType: eventType,
  Export,
  ExportCreate,
  ExportError,
  ExportSubtitle,
  Gap,
  HealthIssue,
  Ladder,
  Marker,
  MarkerCreate,
  Pin,
  PinCreate,
  PlaybackKey,
  PlaybackKeyCreate,
  Problem,
  PublishSession,
  RenditionWish,
  Retention,
  Session,
  Sink,
  SinkCreate,
  SinkReplay,
  SinkTest,
  SinkUpdate,
  Subtitle,
  Stream,
  StreamCreate,
  StreamHealth,
  StreamUpdate,
  Track,
  TranscoderHealth,
  Watermark,
  ...Object.fromEntries(catalogue.map(({ type, schema }) => [eventSchemaName(type), schema])),
} satisfies Record<string, z.ZodType>;

/** `dvr_mp4_export_ready` is `DvrMp4ExportReadyEvent`. */
function eventSchemaName(type: string): string {
  const words = type.split("_").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join("")}Event`;
}

/** The JSON Schemas of the document: those with a name, and those that stand where they are used. */
export type Schemas = {
  readonly components: Readonly<Record<string, JsonSchema>>;
  /** The schema to write where `schema` is meant: a reference, or the whole of it. */
  use(schema: z.ZodType): JsonSchema;
};

const reference = (id: string): string => `#/components/schemas/${id}`;

/** Makes all JSON Schemas at once, so that they refer to each other by name. */
export function buildSchemas(): Schemas {
  const registry = z.registry<{ id: string }>();
  const ids = new Map<z.ZodType, string>();
  const add = (id: string, schema: z.ZodType): void => {
    if (ids.has(schema)) return;
    registry.add(schema, { id });
    ids.set(schema, id);
  };
  for (const [id, schema] of Object.entries(named)) add(id, schema);
  for (const [id, route] of Object.entries<Route>(routes)) {
    add(`inline.${id}.params`, route.params);
    add(`inline.${id}.query`, route.query);
    if (route.body !== undefined) add(`inline.${id}.body`, route.body);
    if (route.response.schema !== undefined) add(`inline.${id}.response`, route.response.schema);
  }
  const made: Record<string, JsonSchema> = z.toJSONSchema(registry, {
    io: "input",
    uri: reference,
    // The format says it in a word.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format === "date-time") delete jsonSchema.pattern;
    },
  }).schemas;
  const bare = Object.fromEntries(
    Object.entries(made).map(([id, { $schema: _dialect, $id: _id, ...rest }]) => [id, rest]),
  );
  return {
    components: Object.fromEntries(Object.keys(named).map((id) => [id, bare[id] ?? {}])),
    use(schema) {
      const id = ids.get(schema);
      if (id === undefined) throw new Error("A schema of the route table was not registered");
      return id.startsWith("inline.") ? (bare[id] ?? {}) : { $ref: reference(id) };
    },
  };
}
