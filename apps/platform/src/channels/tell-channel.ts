import type { ChannelNow } from "@oxbow/site-contract";
import type { Tx } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";
import { channelById, defaultsOf, issuesOf, sessionOf } from "./channel-row.ts";

/** Tells the studio's pages of a channel what it is now, its encoder included. */
export async function tellChannel(tx: Tx, world: World, id: string): Promise<void> {
  const row = await channelById(tx, id);
  if (row === undefined) return;
  const { handle, name, about, stream } = row;
  const data: ChannelNow = {
    id,
    handle,
    name,
    about,
    stream: stream === null ? null : { id: stream, name: row.stream_name },
    defaults: defaultsOf(row),
    session: sessionOf(row),
    issues: issuesOf(row),
  };
  await tellUpdate(tx, world, { topic: `channel:${id}`, type: "channel.changed", data });
}
