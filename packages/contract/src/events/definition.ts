import { z } from "zod";
import { time } from "../entities/time.ts";

/** The stream that an event is about. */
const EventStream = z
  .object({ id: z.string(), name: z.string() })
  .meta({ description: "The stream that the event is about" });

const envelope = {
  id: z
    .string()
    .startsWith("evt_")
    .meta({ description: "Unique for ever: what to deduplicate by" }),
  sequence: z.int().min(1).meta({ description: "Grows by one over the whole log" }),
  time,
  stream: EventStream.optional(),
  streamSequence: z.int().min(1).optional().meta({ description: "Grows by one in each stream" }),
  broadcast: z.string().optional(),
};

/** One type of the catalogue: what it means, the schema of its data, and an example of the whole. */
export type EventDefinition<Type extends string, Data extends z.ZodType> = {
  readonly type: Type;
  readonly when: string;
  readonly data: Data;
  readonly schema: ReturnType<typeof eventSchema<Type, Data>>;
  readonly example: unknown;
};

const eventSchema = <const Type extends string, Data extends z.ZodType>(
  type: Type,
  when: string,
  data: Data,
) => z.object({ type: z.literal(type), ...envelope, data }).meta({ description: when });

/**
 * Defines a type of the catalogue. `about` says whether such an event belongs to a stream and a
 * broadcast; it shapes the example only, for a stream may be gone when its event is told again.
 */
export function define<const Type extends string, Data extends z.ZodType>(
  type: Type,
  when: string,
  data: Data,
  example: z.input<NoInfer<Data>>,
  about: "broadcast" | "stream" | "server" = "broadcast",
): EventDefinition<Type, Data> {
  return {
    type,
    when,
    data,
    schema: eventSchema(type, when, data),
    example: {
      id: "evt_01k9z0v1v2v3v4v5v6v7v8v9v0",
      type,
      sequence: 42,
      time: "2026-03-01T20:00:00.125Z",
      ...(about === "server"
        ? {}
        : { stream: { id: "str_01k9z0a2s4q7v8w1x3y5z6a7b8", name: "story" }, streamSequence: 9 }),
      ...(about === "broadcast" ? { broadcast: "brd_01k9z0b3c5d7e9f1g3h5j7k9m1" } : {}),
      data: example,
    },
  };
}
