import { type Millis, plus } from "@oxbow/media";
import type { Archive } from "./archive/index.ts";
import type { RecordedBroadcast, Recordings } from "./exports/index.ts";
import type { Markers } from "./markers/index.ts";
import type { Broadcast, StreamStore, Streams } from "./streams/index.ts";
import type { World } from "./world.ts";

/** What exports ask of streams and broadcasts. */
export function recordings(
  streams: Streams,
  store: Pick<StreamStore, "broadcast" | "broadcasts">,
  markers: Pick<Markers, "moments">,
): Recordings {
  const recorded = (broadcast: Broadcast): RecordedBroadcast | undefined => {
    const found = streams.find(broadcast.stream);
    if (!found) return undefined;
    const { id, name } = found.stream;
    const to = broadcast.state === "ended" ? broadcast.to : null;
    return { id: broadcast.id, stream: { id, name }, from: broadcast.from, to };
  };
  return {
    marks: (broadcast) => markers.moments(broadcast),
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

/** The stream's broadcast that was on air at a time; media may run ahead of the clock. */
export async function broadcastAt(
  folders: {
    readonly streams: Streams;
    readonly kept: Pick<StreamStore, "broadcasts">;
    readonly archive: Pick<Archive, "newest">;
    readonly world: World;
  },
  stream: string,
  at: Millis,
): Promise<string | undefined> {
  const { streams, kept, archive, world } = folders;
  const open = streams.find(stream)?.broadcast;
  if (open && open.from <= at) {
    const reached = Math.max(world.now(), archive.newest(stream) ?? 0);
    return at <= reached ? open.id : undefined;
  }
  const last = await lastBefore(kept, stream, plus(at, 1));
  const to = last?.state === "ended" ? last.to : null;
  return last && to !== null && at <= to ? last.id : undefined;
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
