import { channelByStream } from "../channels/index.ts";
import type { PolicySubject } from "../playback/index.ts";
import type { Tx } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";

/** Videos that are told at once; who watches older ones asks when the player is refused. */
const MOST_TOLD = 200;

/**
 * Tells the pages of what plays from a stream or an asset that its addresses are others now: the media
 * server asks for tokens, or no longer.
 */
export async function tellPlayback(tx: Tx, world: World, subject: PolicySubject): Promise<void> {
  const videos = tx
    .selectFrom("videos")
    .select("id")
    .where("deleted_at", "is", null)
    .orderBy("created_at", "desc")
    .limit(MOST_TOLD);
  const channel = "stream" in subject ? await channelByStream(tx, subject.stream) : undefined;
  if ("stream" in subject && channel === undefined) return;
  const found =
    channel === undefined
      ? videos.where("asset", "=", "asset" in subject ? subject.asset : "")
      : videos.where("channel", "=", channel.id).where("source", "in", ["live", "recording"]);
  for (const { id } of await found.execute())
    await tellUpdate(tx, world, { topic: `video:${id}`, type: "video.playback", data: { id } });
}
