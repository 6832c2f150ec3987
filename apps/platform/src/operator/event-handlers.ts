import type { MediaDelivery, QueryOf } from "@oxbow/site-contract";
import { SiteFault } from "@oxbow/site-contract";
import { resolveAlert } from "../alerts/index.ts";
import type { HandlersOf } from "../calls/index.ts";
import { toDelivery, toEvent } from "./media-views.ts";
import { asked, noteAct, noteActIn, type OperatorParts } from "./operator-parts.ts";

/** One event goes to each sink once, and once more for each replay. */
const DELIVERIES_OF_EVENT = 20;

type EventOperations = Pick<
  HandlersOf<"operator">,
  "operator.events" | "operator.eventDeliveries" | "operator.retryPoisoned" | "operator.redeliver"
>;

/** The media server's log, and where its events went. */
export function eventHandlers(parts: OperatorParts): EventOperations {
  const { client, inbox } = parts;
  return {
    "operator.events": ({ query }) => listEvents(parts, query),
    "operator.eventDeliveries": async ({ params: { event } }) => {
      const sinks = await asked(() => client.sinks.list({ limit: 100 }));
      const query = { event, limit: DELIVERIES_OF_EVENT };
      const found = await Promise.all(
        sinks.items.map(async ({ id, url }) => {
          const { items } = await asked(() => client.deliveries.list(id, query));
          return items.map((delivery) => toDelivery(delivery, url));
        }),
      );
      return { items: found.flat() };
    },
    "operator.retryPoisoned": async ({ params: { event }, caller }) => {
      if (!(await inbox().retryPoisoned(event))) {
        throw new SiteFault("not_found", `There is no event "${event}" set aside`);
      }
      await parts.store.commit(async (tx) => {
        await resolveAlert(tx, parts.world, { kind: "event_poisoned", key: event });
        await noteActIn(tx, parts.world, { caller, action: "event.retried", about: event });
      });
    },
    "operator.redeliver": async ({ params: { delivery: id }, caller }) => {
      const delivery = await asked(() => client.deliveries.redeliver(id));
      const { sink, event } = delivery;
      const detail = { sink, event: event.id };
      await noteAct(parts, { caller, action: "delivery.redelivered", about: id, detail });
      return delivered(parts, delivery);
    },
  };
}

async function delivered(
  { client }: OperatorParts,
  delivery: Parameters<typeof toDelivery>[0],
): Promise<MediaDelivery> {
  const { url } = await asked(() => client.sinks.get(delivery.sink));
  return toDelivery(delivery, url);
}

async function listEvents({ client }: OperatorParts, query: QueryOf<"operator.events">) {
  const { types, cursor, limit, stream, from, to } = query;
  const before = cursor === undefined ? undefined : Number(cursor);
  if (before !== undefined && !Number.isSafeInteger(before)) {
    throw new SiteFault("invalid_request", "This is no cursor of the log", { field: "cursor" });
  }
  const { items, next } = await asked(() =>
    client.events.list({
      order: "newest",
      limit,
      ...(types === undefined ? {} : { types }),
      ...(stream === undefined ? {} : { stream }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(before === undefined ? {} : { before }),
    }),
  );
  return { items: items.map(toEvent), next };
}
