import { Fault, type StreamUpdate, type Told, type TranscoderHealth } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import type {
  Broadcast,
  Stream,
  StreamNow,
  StreamPolicy,
  StreamStore,
  Streams,
} from "../../streams/index.ts";
import type { Viewers } from "../../viewers/index.ts";
import type { HandlerInput, Handlers } from "../api/index.ts";
import { pageOf, timeCursor } from "./page.ts";
import { type StreamUrls, showBroadcast, showHealth, showStream } from "./show-stream.ts";

/** How the transcoders do. */
export interface TranscoderStatus {
  /** Null where nothing of the stream is transcoded. */
  health(stream: string): Told<TranscoderHealth> | null;
}

export type StreamPorts = {
  readonly streams: Streams;
  readonly broadcasts: Pick<StreamStore, "broadcast" | "broadcasts">;
  readonly viewers: Pick<Viewers, "count">;
  readonly transcoders: TranscoderStatus;
  readonly urls: StreamUrls;
};

type StreamOperations = Pick<
  Handlers,
  | "streams.list"
  | "streams.create"
  | "streams.get"
  | "streams.update"
  | "streams.delete"
  | "streams.resetKey"
  | "streams.end"
  | "streams.health"
  | "broadcasts.list"
  | "broadcasts.get"
>;

export function streamHandlers(ports: StreamPorts): StreamOperations {
  const { streams, broadcasts, viewers, transcoders, urls } = ports;
  const show = (now: StreamNow, auth: HandlerInput<"streams.get">["auth"]) =>
    showStream(now, {
      urls,
      // Stream keys are told to those who may publish.
      withKey: auth.key.scope !== "read",
      viewers: viewers.count(now.stream.id, now.broadcast?.id ?? null),
    });
  return {
    "streams.list": async ({ query, auth }) => {
      const all = streams.list().toSorted((a, b) => (a.stream.id < b.stream.id ? -1 : 1));
      const { items, next } = pageOf(all, ({ stream }) => stream.id, query);
      return { items: items.map((item) => show(item, auth)), next };
    },
    "streams.create": async ({ body, auth }) => {
      const { name, title, retention, ...rest } = body;
      const policy = { ...rest, retention: retention && retentionOf(retention) };
      const made = await streams.create({ name, title, policy });
      return show(made, auth);
    },
    "streams.get": async ({ params, auth }) => show(streams.get(params.stream), auth),
    "streams.update": async ({ params, body, auth }) => {
      const { title, ...policy } = body;
      const changed = await streams.update(params.stream, {
        ...(title === undefined ? {} : { title }),
        policy: policyOf(policy),
      });
      return show(changed, auth);
    },
    "streams.delete": async ({ params }) => {
      await streams.remove(params.stream);
    },
    "streams.resetKey": async ({ params, auth }) =>
      show(await streams.resetKey(params.stream), auth),
    "streams.end": async ({ params, auth }) => show(await streams.end(params.stream), auth),
    "streams.health": async ({ params }) => {
      const { stream } = streams.get(params.stream);
      return showHealth(stream, streams.session(stream.id), transcoders.health(stream.id));
    },
    "broadcasts.list": async ({ params, query }) => {
      const { stream } = streams.get(params.stream);
      const cursor = query.cursor === undefined ? null : timeCursor(query.cursor);
      const before = cursor && { from: millis(cursor.at), id: cursor.id };
      const found = await broadcasts.broadcasts(stream.id, { limit: query.limit + 1, before });
      const items = found.slice(0, query.limit);
      const last = items.at(-1);
      const next = found.length > items.length && last ? `${last.from}~${last.id}` : null;
      return { items: items.map((item) => showBroadcast(item, stream, urls)), next };
    },
    "broadcasts.get": async ({ params }) => {
      const found = await broadcasts.broadcast(params.broadcast);
      if (!found) {
        throw new Fault("broadcast_unknown", `There is no broadcast "${params.broadcast}"`);
      }
      return showBroadcast(found, streamOf(streams, found), urls);
    },
  };
}

function streamOf(streams: Streams, broadcast: Broadcast): Stream | undefined {
  return streams.find(broadcast.stream)?.stream;
}

/** The members of a policy that were given. */
function policyOf(wish: Omit<StreamUpdate, "title">): Partial<StreamPolicy> {
  const { record, reconnectWindow, endOnUnpublish, latency, retention, playback } = wish;
  const { ladder, recordRenditions, autoExport } = wish;
  return {
    ...(record === undefined ? {} : { record }),
    ...(reconnectWindow === undefined ? {} : { reconnectWindow }),
    ...(endOnUnpublish === undefined ? {} : { endOnUnpublish }),
    ...(latency === undefined ? {} : { latency }),
    ...(retention === undefined ? {} : { retention: retention && retentionOf(retention) }),
    ...(playback === undefined ? {} : { playback }),
    ...(ladder === undefined ? {} : { ladder }),
    ...(recordRenditions === undefined ? {} : { recordRenditions }),
    ...(autoExport === undefined ? {} : { autoExport }),
  };
}

function retentionOf(wish: { days?: number | undefined; bytes?: number | undefined }) {
  return {
    ...(wish.days === undefined ? {} : { days: wish.days }),
    ...(wish.bytes === undefined ? {} : { bytes: wish.bytes }),
  };
}
