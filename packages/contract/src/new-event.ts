import type { EventType } from "./events/catalogue.ts";
import type { EventData } from "./events/event.ts";
import type { Told } from "./told.ts";

/** An event as a decision returns it; id, sequence, streamSequence and time are given when it is saved. */
export type NewEvent = {
  /** A type of the catalogue. */
  readonly type: EventType;
  readonly stream?: { readonly id: string; readonly name: string };
  readonly broadcast?: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** Makes an event whose data the compiler checks against its type. */
export function newEvent<T extends EventType>(
  type: T,
  data: Told<EventData[T]>,
  about: Pick<NewEvent, "stream" | "broadcast"> = {},
): NewEvent {
  return { type, ...about, data: { ...data } };
}
