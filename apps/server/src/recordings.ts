import type { Millis } from "@oxbow/media";
import type { RecordedBroadcast, Recordings } from "./exports/index.ts";
import type { Broadcast, StreamStore, Streams } from "./streams/index.ts";

/** What exports ask of streams and broadcasts. */
export function recordings(
  streams: Streams,
  store: Pick<StreamStore, "broadcast" | "broadcasts">,
): Recordings {
  const recorded = (broadcast: Broadcast): RecordedBroadcast | undefined => {
    const found = streams.find(broadcast.stream);
    if (!found) return undefined;
    const { id, name } = found.stream;
    const to = broadcast.state === "ended" ? broadcast.to : null;
    return { id: broadcast.id, stream: { id, name }, from: broadcast.from, to };
  };
  return {
    async stream(idOrName) {
      const found = streams.find(idOrName)?.stream;
      return found && { id: found.id, name: found.name };
    },
    async broadcast(id) {
      const open = streams.list().find(({ broadcast }) => broadcast?.id === id)?.broadcast;
      const found = open ?? (await store.broadcast(id));
      return found && recorded(found);
    },
    async openBroadcast(stream) {
      const open = streams.find(stream)?.broadcast;
      return open ? recorded(open) : undefined;
    },
    async broadcastBefore(stream, at) {
      const open = streams.find(stream)?.broadcast;
      if (open && open.from < at) return recorded(open);
      const last = await lastBefore(store, stream, at);
      return last && recorded(last);
    },
  };
}

/** The last broadcast of a stream that began before `before`. */
export async function lastBefore(
  store: Pick<StreamStore, "broadcasts">,
  stream: string,
  before: Millis,
): Promise<Broadcast | undefined> {
  const [last] = await store.broadcasts(stream, { limit: 1, before: { from: before, id: "" } });
  return last;
}
