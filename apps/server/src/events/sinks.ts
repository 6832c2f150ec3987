import {
  type Delivery,
  type EventType,
  eventTypes,
  Fault,
  type Sink,
  type SinkTest,
} from "@oxbow/contract";
import { type Millis, plus, rfc3339 } from "@oxbow/media";
import type { World } from "../world.ts";
import { checkSinkUrl } from "./address-guard.ts";
import { step } from "./delivery-step.ts";
import type {
  DeliveryQuery,
  EventStore,
  Page,
  PageQuery,
  ReplayRange,
  StoredDelivery,
  StoredSink,
} from "./ports.ts";
import { newSecret } from "./signature.ts";
import type { WebhookClient } from "./webhook-client.ts";

const SINKS = 100;
const ROTATION_MS = 24 * 3_600_000;

export type NewSink = {
  readonly url: string;
  readonly types?: readonly EventType[];
  /** Ids or names; empty: all. */
  readonly streams?: readonly string[];
  readonly enabled?: boolean;
  readonly rate?: number | null;
  readonly batch?: number;
};

export type SinkUpdate = { readonly [Field in keyof NewSink]?: NewSink[Field] | undefined };

/** Where events go, and what became of them there. */
export interface Sinks {
  /** With its secret, which is told only here. Fault `invalid_request`, `limit_reached`. */
  create(sink: NewSink): Promise<Sink>;
  /** Fault `sink_unknown`, here and below. */
  get(id: string): Promise<Sink>;
  list(page: PageQuery): Promise<Page<Sink>>;
  /** Where it says the URL, or that the sink is enabled, what is open is due at once. */
  update(id: string, change: SinkUpdate): Promise<Sink>;
  remove(id: string): Promise<void>;
  /** Posts a signed message of type `sink_test` that is in no log. */
  test(id: string): Promise<SinkTest>;
  /** A new secret, told only here. The old one signs beside it for 24 hours. */
  rotate(id: string): Promise<Sink>;
  /** Fault `range_invalid`. */
  replay(id: string, range: ReplayRange): Promise<{ deliveries: number }>;
  /** Newest first. */
  deliveries(id: string, query: DeliveryQuery): Promise<Page<Delivery>>;
  /** A dead or delivered one once more, with all its attempts. Fault `delivery_unknown`, `conflict`. */
  redeliver(delivery: string): Promise<Delivery>;
}

type Parts = {
  readonly store: EventStore;
  readonly client: WebhookClient;
  readonly world: World;
  /** A sink was added, changed or removed; `resumed`: one whose open deliveries are due at once. */
  readonly changed: (resumed?: string) => void;
  readonly wake: () => void;
};

export function createSinks({ store, client, world, changed, wake }: Parts): Sinks {
  const find = async (id: string): Promise<StoredSink> => known(id, await store.sink(id));
  return {
    async create(sink) {
      checkSinkUrl(sink.url);
      const stored = storedSink(sink, world);
      if (!(await store.addSink(stored, SINKS))) {
        throw new Fault("limit_reached", `Cannot add a sink: there are ${SINKS}`);
      }
      changed();
      return { ...sinkView(stored), secret: stored.secret };
    },
    get: async (id) => sinkView(await find(id)),
    async list(page) {
      const { items, next } = await store.sinks(page);
      return { items: items.map(sinkView), next };
    },
    async update(id, change) {
      if (change.url !== undefined) checkSinkUrl(change.url);
      // Whoever says where it is, or that it is there, has mended something, or was away.
      const resume = change.url !== undefined || change.enabled === true;
      const now = {
        ...defined(change),
        ...(change.enabled === true && { disabledReason: null }),
      };
      const sink = await store.changeSink(id, now, { resume });
      changed(resume ? id : undefined);
      return sinkView(known(id, sink));
    },
    async remove(id) {
      if (!(await store.removeSink(id))) known(id, undefined);
      changed();
    },
    test: async (id) => testSink(await find(id), client, world),
    async rotate(id) {
      const { secret } = await find(id);
      const previous = { secret, until: plus(world.now(), ROTATION_MS) };
      const sink = known(id, await store.changeSink(id, { secret: newSecret(), previous }));
      changed();
      return { ...sinkView(sink), secret: sink.secret };
    },
    async replay(id, range) {
      const sink = await find(id);
      if ("from" in range && range.to <= range.from) {
        throw new Fault("range_invalid", "Cannot replay: the range ends before it begins", {
          field: "to",
        });
      }
      const deliveries = await store.replay(sink, range);
      wake();
      return { deliveries };
    },
    async deliveries(id, query) {
      await find(id);
      const { items, next } = await store.deliveries(id, query);
      return { items: items.map(deliveryView), next };
    },
    async redeliver(id) {
      const again = await redelivered(store, id, world);
      wake();
      return again;
    },
  };
}

function known(id: string, sink: StoredSink | undefined): StoredSink {
  if (sink === undefined) throw new Fault("sink_unknown", `There is no sink "${id}"`);
  return sink;
}

function storedSink(sink: NewSink, world: World): StoredSink {
  return {
    id: world.id("snk"),
    url: sink.url,
    types: sink.types ?? [],
    streams: sink.streams ?? [],
    secret: newSecret(),
    previous: null,
    enabled: sink.enabled ?? true,
    rate: sink.rate ?? null,
    batch: sink.batch ?? 1,
    disabledReason: null,
    createdAt: world.now(),
  };
}

/** The change without the fields that are there but undefined. */
function defined({ url, types, streams, enabled, rate, batch }: SinkUpdate) {
  return {
    ...(url !== undefined && { url }),
    ...(types !== undefined && { types }),
    ...(streams !== undefined && { streams }),
    ...(enabled !== undefined && { enabled }),
    ...(rate !== undefined && { rate }),
    ...(batch !== undefined && { batch }),
  };
}

async function testSink(sink: StoredSink, client: WebhookClient, world: World): Promise<SinkTest> {
  const id = world.id("evt");
  const time = rfc3339(world.now());
  const event = { id, type: "sink_test", sequence: 0, time, data: { sink: sink.id } };
  const body = JSON.stringify(sink.batch > 1 ? [event] : event);
  const { attempt, status } = await client.post(sink, id, body);
  return { ...attempt, delivered: status !== null && status >= 200 && status < 300 };
}

async function redelivered(store: EventStore, id: string, world: World): Promise<Delivery> {
  const delivery = await store.delivery(id);
  if (delivery === undefined) {
    throw new Fault("delivery_unknown", `There is no delivery "${id}"`);
  }
  const state = step(delivery.state, { do: "redeliver" }, world.now());
  if (state === delivery.state || !(await store.changeDelivery(delivery, state))) {
    throw new Fault("conflict", `Cannot deliver "${id}" once more: it is ${delivery.state.at}`);
  }
  return deliveryView({ ...delivery, state });
}

function sinkView(sink: StoredSink): Sink {
  return {
    id: sink.id,
    url: sink.url,
    types: eventTypes.filter((type) => sink.types.includes(type)),
    streams: [...sink.streams],
    enabled: sink.enabled,
    rate: sink.rate,
    batch: sink.batch,
    disabledReason: sink.disabledReason,
    createdAt: rfc3339(sink.createdAt),
  };
}

function deliveryView({ id, sink, event, state, log, createdAt }: StoredDelivery): Delivery {
  return {
    id,
    sink,
    event,
    state: state.at,
    attempts: state.attempts,
    log: [...log],
    nextAttemptAt: state.at === "pending" ? rfc3339(later(state.nextAttemptAt, createdAt)) : null,
    createdAt: rfc3339(createdAt),
  };
}

/** A delivery that was never attempted is due since it was made. */
function later(one: Millis, other: Millis): Millis {
  return one > other ? one : other;
}
