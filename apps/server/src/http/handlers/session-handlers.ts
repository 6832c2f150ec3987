import { Fault, type Session } from "@oxbow/contract";
import { rfc3339 } from "@oxbow/media";
import { type LiveSession, openBroadcast, type Stream, type Streams } from "../../streams/index.ts";
import type { ViewerSession, Viewers } from "../../viewers/index.ts";
import type { Handlers } from "../api/index.ts";
import { pageOf } from "./page.ts";

export type SessionPorts = {
  readonly streams: Streams;
  readonly viewers: Pick<Viewers, "sessions" | "kick">;
};

type SessionOperations = Pick<Handlers, "sessions.list" | "sessions.delete">;

/** Who is connected now: encoders, and viewers. */
export function sessionHandlers({ streams, viewers }: SessionPorts): SessionOperations {
  return {
    "sessions.list": async ({ query }) => {
      const { kind, cursor, limit } = query;
      const of = query.stream === undefined ? undefined : streams.get(query.stream).stream.id;
      const publishing = kind === "play" ? [] : streams.sessions().map(publisher);
      const playing =
        kind === "publish" ? [] : viewers.sessions({ stream: of, cursor, limit }).map(viewer);
      const found = [...publishing, ...playing]
        .filter(({ stream }) => of === undefined || stream?.id === of)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const { items, next } = pageOf(found, ({ id }) => id, query);
      return { items, next };
    },
    "sessions.delete": async ({ params: { session } }) => {
      if (!streams.kick(session) && !viewers.kick(session)) {
        throw new Fault("session_unknown", `There is no session "${session}"`);
      }
    },
  };
}

function publisher({ stream, session }: { stream: Stream; session: LiveSession }): Session {
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
}

function viewer(session: ViewerSession): Session {
  const { id, stream, asset, broadcast, protocol, rendition } = session;
  const { address, userAgent, bytes, since } = session;
  return {
    id,
    kind: "play",
    stream,
    asset,
    broadcast,
    protocol,
    rendition,
    address,
    encoder: userAgent === "" ? null : userAgent,
    bytes,
    startedAt: rfc3339(since),
  };
}
