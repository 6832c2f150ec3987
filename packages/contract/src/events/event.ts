import { z } from "zod";
import { archiveEvents } from "./archive-events.ts";
import { catalogue, type EventType } from "./catalogue.ts";
import { exportEvents } from "./export-events.ts";
import { otherEvents } from "./other-events.ts";
import { streamEvents } from "./stream-events.ts";

type Definition = (typeof catalogue)[number];
type Schemas<T extends readonly { schema: unknown }[]> = {
  -readonly [I in keyof T]: T[I]["schema"];
};

/** `definitions.map(…)` that keeps which schema stands where. */
function schemas<T extends readonly { schema: unknown }[]>(definitions: T): Schemas<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- map keeps order and length
  return definitions.map((definition) => definition.schema) as Schemas<T>;
}

/** A past-tense fact: envelope and the data of its type. */
export const Event = z
  .discriminatedUnion("type", [
    ...schemas(streamEvents),
    ...schemas(archiveEvents),
    ...schemas(exportEvents),
    ...schemas(otherEvents),
  ])
  .meta({ description: "A past-tense fact, told in order and at least once" });

export type Event = z.infer<typeof Event>;

/** The event of one type: `EventOf<"dvr_mp4_export_ready">`. */
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;

/** What an event of each type carries beyond the envelope. */
export type EventData = { [D in Definition as D["type"]]: z.infer<D["data"]> };

/** An event as the log keeps it, its data not looked into. */
export type EventRecord = {
  readonly id: string;
  readonly type: EventType;
  readonly sequence: number;
  readonly time: string;
  readonly stream?: { readonly id: string; readonly name: string } | undefined;
  readonly streamSequence?: number | undefined;
  readonly broadcast?: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
};

/** The envelope alone: what holds for types that are newer than this program too. */
const Envelope = z.object({
  id: z.string(),
  type: z.string(),
  sequence: z.int(),
  time: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/**
 * Reads an event by its envelope alone and trusts its data, as one who must not lose it does.
 * Throws a ZodError that names the field where the value is no event.
 */
export function readEvent(value: unknown): Event {
  assertEnvelope(value);
  return value;
}

function assertEnvelope(value: unknown): asserts value is Event {
  Envelope.parse(value);
}

/**
 * Checks that a value is an event and returns it as it is, with fields that this version does not
 * know. An event whose *type* is newer than this version passes with its envelope checked: let the
 * `default` of a switch over `type` ignore it. Throws a ZodError that names the field otherwise.
 */
export function parseEvent(value: unknown): Event {
  assertEvent(value);
  return value;
}

function assertEvent(value: unknown): asserts value is Event {
  const { type } = Envelope.parse(value);
  if (catalogue.some((definition) => definition.type === type)) Event.parse(value);
}
