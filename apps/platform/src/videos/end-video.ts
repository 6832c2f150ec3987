import { OxbowError } from "@oxbow/sdk";
import { SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { channelById, streamOf } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import { requireEdit } from "./access.ts";
import type { VideoParts } from "./video-parts.ts";
import { type VideoRow, videoOf } from "./video-row.ts";

/**
 * Ends what is on air, and disconnects its encoder. Twice, and from two pages at a time, is harmless.
 * Refuses with `conflict` (`not_live`) what has not begun.
 */
export async function endVideo(parts: VideoParts, caller: Caller, id: string): Promise<VideoRow> {
  const { store, world, media } = parts;
  const row = await requireEdit(store.db, caller.person, id);
  if (row.state === "ended") return row;
  const channel = await channelById(store.db, row.channel);
  if (channel === undefined || row.state === "planned")
    throw new SiteFault("conflict", "It is not on air", { reason: "not_live" });
  const stream = streamOf(channel);
  try {
    // The next broadcast of the channel may have begun, and word of this one's end be on its way.
    const { broadcast } = await media.streams.get(stream);
    if (broadcast === row.broadcast) await media.streams.end(stream);
  } catch (error) {
    if (!(error instanceof OxbowError && error.code === "stream_offline")) throw mediaFault(error);
  }
  const { person, address } = caller;
  await store.commit((tx) =>
    audit(tx, world, { person, action: "video.ended", about: id, address }),
  );
  return (await videoOf(store.db, id)) ?? row;
}
