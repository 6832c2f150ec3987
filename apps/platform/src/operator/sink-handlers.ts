import type { Sink } from "@oxbow/sdk";
import type { MediaSink } from "@oxbow/site-contract";
import { resolveAlert } from "../alerts/index.ts";
import type { Caller, HandlersOf } from "../calls/index.ts";
import { toAttempt, toDelivery } from "./media-views.ts";
import { asked, noteAct, noteActIn, type OperatorParts } from "./operator-parts.ts";

/** As many as are counted: more of them are as bad. */
const COUNTED = 200;
const SINKS = 100;

type SinkOperations = Pick<
  HandlersOf<"operator">,
  | "operator.sinks"
  | "operator.setSink"
  | "operator.testSink"
  | "operator.rotateSink"
  | "operator.replaySink"
  | "operator.sinkDeliveries"
>;

/** Where the media server sends its events. */
export function sinkHandlers(parts: OperatorParts): SinkOperations {
  const { client, inbox } = parts;
  return {
    "operator.sinks": async () => ({ items: await listSinks(parts) }),
    "operator.setSink": ({ params, body, caller }) =>
      setSink(parts, params.sink, body.enabled, caller),
    "operator.testSink": async ({ params: { sink }, caller }) => {
      const attempt = await asked(() => client.sinks.test(sink));
      await noteAct(parts, { caller, action: "sink.tested", about: sink });
      return toAttempt(attempt);
    },
    "operator.rotateSink": async ({ params: { sink }, caller }) => {
      const isOwn = sink === inbox().state().sink?.id;
      // The site's own secret is known to nobody but the site.
      if (isOwn) await asked(() => inbox().rotateSecret());
      const secret = isOwn ? null : (await asked(() => client.sinks.rotate(sink))).secret;
      await noteAct(parts, { caller, action: "sink.rotated", about: sink });
      return { secret: secret ?? null };
    },
    "operator.replaySink": async ({ params: { sink }, body, caller }) => {
      const replayed = await asked(() => client.sinks.replay(sink, body));
      const detail = { ...body, ...replayed };
      await noteAct(parts, { caller, action: "sink.replayed", about: sink, detail });
      return replayed;
    },
    "operator.sinkDeliveries": async ({ params: { sink }, query }) => {
      const { state, limit, cursor } = query;
      const { url } = await asked(() => client.sinks.get(sink));
      const page = await asked(() =>
        client.deliveries.list(sink, {
          limit,
          ...(state === undefined ? {} : { state }),
          ...(cursor === undefined ? {} : { cursor }),
        }),
      );
      return { items: page.items.map((one) => toDelivery(one, url)), next: page.next };
    },
  };
}

/** All sinks, with what waits and what was given up. */
export async function listSinks(parts: OperatorParts): Promise<MediaSink[]> {
  const { items } = await asked(() => parts.client.sinks.list({ limit: SINKS }));
  return Promise.all(items.map((sink) => viewSink(parts, sink)));
}

async function viewSink({ client, inbox }: OperatorParts, sink: Sink): Promise<MediaSink> {
  const count = async (state: "dead" | "pending") =>
    (await asked(() => client.deliveries.list(sink.id, { state, limit: COUNTED }))).items.length;
  const [dead, pending, newest] = await Promise.all([
    count("dead"),
    count("pending"),
    asked(() => client.deliveries.list(sink.id, { limit: 1 })),
  ]);
  const last = newest.items[0]?.log.at(-1);
  return {
    id: sink.id,
    url: sink.url,
    types: sink.types,
    enabled: sink.enabled,
    disabledReason: sink.disabledReason ?? null,
    own: sink.id === inbox().state().sink?.id,
    dead,
    pending,
    last: last === undefined ? null : toAttempt(last),
    createdAt: sink.createdAt ?? null,
  };
}

async function setSink(
  parts: OperatorParts,
  id: string,
  enabled: boolean,
  caller: Caller,
): Promise<MediaSink> {
  const sink = await asked(() => parts.client.sinks.update(id, { enabled }));
  await parts.store.commit(async (tx) => {
    const action = enabled ? "sink.enabled" : "sink.disabled";
    await noteActIn(tx, parts.world, { caller, action, about: id });
    if (enabled) await resolveAlert(tx, parts.world, { kind: "sink_disabled", key: id });
  });
  return viewSink(parts, sink);
}
