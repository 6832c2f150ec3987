import type { Tx } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";
import { toVideo } from "./to-video.ts";
import { videoOf } from "./video-row.ts";

/**
 * Tells pages what a video is now: those of the video and of its channel, and where it is in lists of
 * everybody, or was until now, that those changed.
 */
export async function tellVideo(
  tx: Tx,
  world: World,
  id: string,
  wasPublic = false,
): Promise<void> {
  const row = await videoOf(tx, id);
  if (row === undefined) return;
  const removed = row.deleted_at !== null;
  const told = removed
    ? { type: "video.removed", data: { id } }
    : { type: "video.changed", data: await toVideo(tx, row) };
  await tellUpdate(tx, world, { topic: `video:${id}`, ...told });
  await tellUpdate(tx, world, { topic: `channel:${row.channel}`, ...told });
  if (wasPublic || (row.visibility === "public" && !removed))
    await tellUpdate(tx, world, { topic: "home", type: "home.changed", data: { id } });
}
