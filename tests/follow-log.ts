import type { Event, EventOf, EventType } from "@oxbow/contract";
import { createClient } from "@oxbow/sdk";
import type { ServerProcess } from "./server-process.ts";

/** The longest that an event is waited for, in milliseconds. */
const PATIENCE = 30_000;

/** The event log of a server, from its beginning. */
export type EventLog = {
  /** What came so far. */
  readonly seen: readonly Event[];
  /** The first event of a type that fits, among what came and what will. */
  find<T extends EventType>(type: T, fits?: (event: EventOf<T>) => boolean): Promise<EventOf<T>>;
  [Symbol.asyncDispose](): Promise<void>;
};

function isOf<T extends EventType>(event: Event, type: T): event is EventOf<T> {
  return event.type === type;
}

export function eventLogOf(server: Pick<ServerProcess, "http" | "key">): EventLog {
  const stop = new AbortController();
  const seen: Event[] = [];
  let arrived = Promise.withResolvers<void>();
  const { events } = createClient({ url: server.http, key: server.key });
  const reading = (async () => {
    for await (const event of events.follow({ after: 0 }, { signal: stop.signal })) {
      seen.push(event);
      arrived.resolve();
      arrived = Promise.withResolvers();
    }
  })();
  return {
    seen,
    async find(type, fits = () => true) {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, PATIENCE);
      const until = Date.now() + PATIENCE;
      try {
        for (let at = 0; Date.now() < until; await Promise.race([arrived.promise, late.promise])) {
          for (; at < seen.length; at += 1) {
            const event = seen[at];
            if (event !== undefined && isOf(event, type) && fits(event)) return event;
          }
        }
      } finally {
        clearTimeout(timer);
      }
      throw new Error(`No such ${type} came, but ${seen.map((known) => known.type).join(", ")}`);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await reading;
    },
  };
}
