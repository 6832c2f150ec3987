import type { Store } from "../store/index.ts";
import type { ChannelName } from "./media-views.ts";

/** Ids in one query. */
const AT_ONCE = 500;

/** The channels of streams, by the stream's id. */
export async function channelsOfStreams(
  { db }: Store,
  streams: readonly string[],
): Promise<ReadonlyMap<string, ChannelName>> {
  const found = new Map<string, ChannelName>();
  for (let at = 0; at < streams.length; at += AT_ONCE) {
    const rows = await db
      .selectFrom("channels")
      .select(["id", "handle", "name", "stream"])
      .where("stream", "in", streams.slice(at, at + AT_ONCE))
      .execute();
    for (const { stream, ...channel } of rows) if (stream !== null) found.set(stream, channel);
  }
  return found;
}
