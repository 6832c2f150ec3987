import { channelById } from "../channels/index.ts";
import { schedulePolicy } from "../playback/index.ts";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { type Fact, step } from "./life.ts";
import { tellVideo } from "./tell-video.ts";
import { columnsOf, lifeOf, type VideoRow } from "./video-row.ts";

/**
 * Lets a fact change a video, tells pages, and lets the media server's policies follow. Answers whether
 * anything changed.
 */
export async function changeLife(
  tx: Tx,
  world: World,
  row: VideoRow,
  fact: Fact,
): Promise<boolean> {
  const before = lifeOf(row);
  const life = step(before, fact);
  if (life === before) return false;
  await tx.updateTable("videos").set(columnsOf(life)).where("id", "=", row.id).execute();
  for (const file of [before.file, life.file])
    if (file !== null && before.file?.asset !== life.file?.asset)
      await schedulePolicy(tx, world, { asset: file.asset });
  if (row.visibility === "private") await scheduleStreamPolicy(tx, world, row.channel);
  await tellVideo(tx, world, row.id);
  return true;
}

/** To be wished for when what is private of a channel may have changed. */
export async function scheduleStreamPolicy(tx: Tx, world: World, channel: string): Promise<void> {
  const stream = (await channelById(tx, channel))?.stream;
  if (stream) await schedulePolicy(tx, world, { stream });
}
