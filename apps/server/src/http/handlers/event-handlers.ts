import { millis } from "@oxbow/media";
import type { Events } from "../../events/index.ts";
import type { Streams } from "../../streams/index.ts";
import type { Handlers } from "../api/index.ts";

type EventOperations = Pick<
  Handlers,
  | "events.list"
  | "events.live"
  | "sinks.list"
  | "sinks.create"
  | "sinks.get"
  | "sinks.update"
  | "sinks.delete"
  | "sinks.test"
  | "sinks.rotate"
  | "sinks.replay"
  | "deliveries.list"
  | "deliveries.redeliver"
>;

export type EventPorts = { readonly events: Events; readonly streams: Streams };

export function eventHandlers({ events, streams }: EventPorts): EventOperations {
  const { sinks } = events;
  const idOf = (stream: string) => streams.get(stream).stream.id;
  // A stream that was deleted has left its events in the log: they are asked for by its id.
  const ofLog = (stream: string) => (stream.startsWith("str_") ? stream : idOf(stream));
  const withId = <Q extends { readonly stream?: string | undefined }>(query: Q): Q =>
    query.stream === undefined ? query : { ...query, stream: ofLog(query.stream) };
  return {
    "events.list": ({ query }) => {
      const { order, from, to, ...filter } = withId(query);
      const times = { from: momentOf(from), to: momentOf(to) };
      return events.list({ ...filter, ...times, newestFirst: order === "newest" });
    },
    "events.live": async ({ query, signal }) => {
      const after = query.after ?? (await events.newest());
      return { after, events: events.follow({ ...withId(query), after }, signal) };
    },
    "sinks.list": ({ query }) => sinks.list(query),
    "sinks.create": ({ body }) => sinks.create({ ...body, streams: body.streams.map(idOf) }),
    "sinks.get": ({ params }) => sinks.get(params.sink),
    "sinks.update": ({ params, body }) =>
      sinks.update(params.sink, {
        ...body,
        ...(body.streams && { streams: body.streams.map(idOf) }),
      }),
    "sinks.delete": ({ params }) => sinks.remove(params.sink),
    "sinks.test": ({ params }) => sinks.test(params.sink),
    "sinks.rotate": ({ params }) => sinks.rotate(params.sink),
    "sinks.replay": ({ params, body }) =>
      sinks.replay(
        params.sink,
        "after" in body ? body : { from: millis(body.from), to: millis(body.to) },
      ),
    "deliveries.list": ({ params, query }) => sinks.deliveries(params.sink, query),
    "deliveries.redeliver": ({ params }) => sinks.redeliver(params.delivery),
  };
}

const momentOf = (at: number | undefined) => (at === undefined ? undefined : millis(at));
