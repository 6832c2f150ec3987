import type { EventRecord } from "@oxbow/contract";
import { plus } from "@oxbow/media";
import { Counter } from "prom-client";
import type { World } from "../world.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Followers } from "./follow.ts";
import type { EventFilter, EventStore, LogQuery, Page } from "./ports.ts";
import { Settler } from "./settler.ts";
import { createSinks, type Sinks } from "./sinks.ts";
import { WakeUp } from "./wake-up.ts";
import { WebhookClient } from "./webhook-client.ts";

const KEPT_MS = 30 * 24 * 3_600_000;
const SWEEP_EVERY_MS = 600_000;
/** Between two steps of a sweep, so that commits are not held up. */
const SWEEP_PACE_MS = 50;

const CLOSE_MS = 2_000;

/** The event log, those who follow it, and the webhooks that it is sent by. */
export interface Events extends AsyncDisposable {
  readonly sinks: Sinks;
  /** Begins to deliver, and to remove what is older than 30 days. */
  start(): Promise<void>;
  /**
   * In the order of `sequence`: `next` is what to give as `after` for the next page; null: no more now.
   * With the newest first, it is what to give as `before`.
   */
  list(query: LogQuery & { readonly limit: number }): Promise<Page<EventRecord>>;
  /** Sequence of the newest event, 0 before the first. */
  newest(): Promise<number>;
  /** The log after `after` (without it, only what comes from now on), until the signal aborts. Fault `limit_reached`. */
  follow(filter: EventFilter, signal: AbortSignal): AsyncIterable<EventRecord>;
}

/** The events of a store; deliveries begin with its `start`. */
export function createEvents(options: { store: EventStore; world: World }): Events {
  const { store, world } = options;
  const client = new WebhookClient(world);
  const attempts = new Counter({
    name: "oxbow_webhook_attempts_total",
    help: "Attempts to deliver an event to a sink, by outcome",
    labelNames: ["outcome"],
    registers: [world.metrics],
  });
  const dispatcher = new Dispatcher({
    store,
    client,
    settler: new Settler(store),
    world,
    count: (outcome) => attempts.inc({ outcome }),
  });
  const followers = new Followers(store);
  const stop = new AbortController();
  let sweeping: Promise<void> = Promise.resolve();
  return {
    sinks: createSinks({
      store,
      client,
      world,
      changed: (resumed) => dispatcher.sinksChanged(resumed),
      wake: () => dispatcher.wake(),
    }),
    async start() {
      await dispatcher.start();
      sweeping = sweep(store, world, stop.signal);
    },
    async list({ limit, ...filter }) {
      const found = await store.events(filter, limit + 1);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, next: found.length > limit && last ? String(last.sequence) : null };
    },
    newest: () => store.lastSequence(),
    follow: (filter, signal) => followers.follow(filter, signal),
    async [Symbol.asyncDispose]() {
      stop.abort();
      const stopped = Promise.all([sweeping, dispatcher[Symbol.asyncDispose]()]);
      // An answer that is under way may come; one that does not is asked for again after the start.
      const cut = setTimeout(() => void client[Symbol.asyncDispose](), CLOSE_MS);
      await stopped;
      clearTimeout(cut);
      await client[Symbol.asyncDispose]();
    },
  };
}

/** Removes old events in small steps, until the signal aborts. */
async function sweep(store: EventStore, world: World, signal: AbortSignal): Promise<void> {
  const pause = new WakeUp();
  while (!signal.aborted) {
    let removed = 0;
    try {
      removed = await store.sweep(plus(world.now(), -KEPT_MS));
    } catch (err) {
      world.log.error({ err }, "old events could not be removed");
    }
    await pause.wait(removed > 0 ? SWEEP_PACE_MS : SWEEP_EVERY_MS, signal);
  }
}
