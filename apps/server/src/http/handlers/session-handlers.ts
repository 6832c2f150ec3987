import { Fault, type Session } from "@oxbow/contract";
import { rfc3339 } from "@oxbow/media";
import { openBroadcast, type Streams } from "../../streams/index.ts";
import type { Handlers } from "../api/index.ts";
import { pageOf } from "./page.ts";

type SessionOperations = Pick<Handlers, "sessions.list" | "sessions.delete">;

/** Who is connected now. Viewers hold no session yet: playback keeps no state for a viewer. */
export function sessionHandlers(streams: Streams): SessionOperations {
  return {
    "sessions.list": async ({ query }) => {
      const of = query.stream === undefined ? undefined : streams.get(query.stream).stream.id;
      const asked = query.kind === undefined || query.kind === "publish";
      const found = streams
        .sessions()
        .filter(({ stream }) => asked && (of === undefined || stream.id === of))
        .toSorted((a, b) => (a.session.id < b.session.id ? -1 : 1));
      const { items, next } = pageOf(found, ({ session }) => session.id, query);
      const sessions = items.map(({ stream, session }): Session => {
        const { protocol, address, encoder } = session.attempt;
        return {
          id: session.id,
          kind: "publish",
          stream: { id: stream.id, name: stream.name },
          broadcast: openBroadcast(stream.state),
          protocol,
          address,
          encoder,
          bytes: session.bytes,
          startedAt: rfc3339(session.since),
        };
      });
      return { items: sessions, next };
    },
    "sessions.delete": async ({ params }) => {
      if (!streams.kick(params.session)) {
        throw new Fault("session_unknown", `There is no session "${params.session}"`);
      }
    },
  };
}
