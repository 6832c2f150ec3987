import type { QueryOf } from "@oxbow/site-contract";
import type { HandlersOf } from "../calls/index.ts";
import { channelsOfStreams } from "./channel-names.ts";
import { toSession } from "./media-views.ts";
import { asked, noteAct, type OperatorParts } from "./operator-parts.ts";

/** Who is connected to the media server. */
export function sessionHandlers(
  parts: OperatorParts,
): Pick<HandlersOf<"operator">, "operator.sessions" | "operator.kick"> {
  return {
    "operator.sessions": ({ query }) => listSessions(parts, query),
    "operator.kick": async ({ params: { session }, caller }) => {
      await asked(() => parts.client.sessions.delete(session));
      await noteAct(parts, { caller, action: "session.kicked", about: session });
    },
  };
}

async function listSessions({ client, store }: OperatorParts, query: QueryOf<"operator.sessions">) {
  const { kind, stream, limit, cursor } = query;
  const { items, next } = await asked(() =>
    client.sessions.list({
      limit,
      ...(kind === undefined ? {} : { kind }),
      ...(stream === undefined ? {} : { stream }),
      ...(cursor === undefined ? {} : { cursor }),
    }),
  );
  const streams = items.flatMap((session) => (session.stream === null ? [] : [session.stream.id]));
  const channels = await channelsOfStreams(store, [...new Set(streams)]);
  return {
    items: items.map((session) => toSession(session, channels.get(session.stream?.id ?? ""))),
    next,
  };
}
