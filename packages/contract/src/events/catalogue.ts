import { z } from "zod";
import { archiveEvents } from "./archive-events.ts";
import { exportEvents } from "./export-events.ts";
import { otherEvents } from "./other-events.ts";
import { streamEvents } from "./stream-events.ts";

/** Every event type, in the order of the documentation. Types never change their meaning. */
export const catalogue = [
  ...streamEvents,
  ...archiveEvents,
  ...exportEvents,
  ...otherEvents,
] as const;

/** A type of the catalogue. */
export type EventType = (typeof catalogue)[number]["type"];

/** Every type of the catalogue. */
export const eventTypes: readonly EventType[] = catalogue.map((definition) => definition.type);

export const eventType = z.enum(eventTypes).meta({ description: "A type of the event catalogue" });
