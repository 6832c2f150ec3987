import { randomBytes } from "node:crypto";
import type { NewEvent } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import { Registry } from "prom-client";
import { createEvents, type Events } from "../events/index.ts";
import type { OnDatabase } from "./databases-for-tests.ts";
import { eventStore } from "./event-store.ts";
import { secretBox } from "./secret-box.ts";
import type { OpenStore } from "./store.ts";

export const box = secretBox(randomBytes(32));

/** Events on the database, delivering; the clock begins at the real time, for signatures are checked against it. */
export async function started({
  store,
  world,
}: Pick<OnDatabase, "store" | "world">): Promise<Events> {
  world.time = millis(Date.now());
  // Further servers in one test count apart.
  const own = { ...world, now: world.now, metrics: new Registry() };
  const events = createEvents({ store: eventStore(store, box, own), world: own });
  await events.start();
  return events;
}

export const about = (name: string): Pick<NewEvent, "stream"> => ({
  stream: { id: `str_${name}`, name },
});

export function emit(store: OpenStore, ...events: NewEvent[]): Promise<void> {
  return store.commit(async () => ({ value: undefined, events }));
}

export const event = (n: number, more: Partial<NewEvent> = {}): NewEvent => ({
  type: "stream_updated",
  data: { n },
  ...more,
});

/** Waits until a delivery is as asked for. */
export async function untilDelivery(
  events: Events,
  sink: string,
  is: (states: string[]) => boolean,
) {
  for (;;) {
    const { items } = await events.sinks.deliveries(sink, { limit: 100 });
    if (is(items.map(({ state }) => state))) return items;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
