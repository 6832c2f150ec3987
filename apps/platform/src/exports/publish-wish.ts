import type { Tx } from "../store/index.ts";
import {
  publishClip,
  publishFile,
  publishRecording,
  type VideoRow,
  videoOf,
} from "../videos/index.ts";
import type { World } from "../world.ts";
import type { WishFile } from "./wish-life.ts";
import { lifeOf, optionsOf, type WishRow } from "./wish-row.ts";

/** The video that a wish is of, unless it was deleted. */
async function existing(tx: Tx, row: WishRow): Promise<VideoRow | undefined> {
  const video = await videoOf(tx, row.video);
  return video?.deleted_at === null ? video : undefined;
}

/**
 * Publishes a file as its wish says, or as `as` does; in the place of a recording that was shown
 * meanwhile. Answers the video that shows it; null where the video is gone.
 */
export async function publishWish(
  tx: Tx,
  world: World,
  row: WishRow,
  { asset, bytes, duration, cut }: WishFile,
  as: "replace" | "clip" = optionsOf(row).publish === "clip" ? "clip" : "replace",
): Promise<string | null> {
  const video = await existing(tx, row);
  if (video === undefined) return null;
  const file = { asset, bytes, duration: Math.round(duration * 1000), cut };
  const shown = as === "clip" ? (lifeOf(row).fallback?.video ?? null) : null;
  if (shown !== null && shown !== row.video) {
    const clip = await videoOf(tx, shown);
    if (clip?.deleted_at === null) {
      await publishFile(tx, world, { video: shown, ...file });
      return shown;
    }
  }
  if (as === "clip") return publishClip(tx, world, { of: row.video, title: row.title, file });
  await publishFile(tx, world, { video: row.video, ...file });
  return row.video;
}

/**
 * Shows the recording in the place of a file that could not be made: a whole broadcast plays from the
 * archive already; of a stretch, the recording becomes a video of its own. Answers which; null where
 * there is none.
 */
export async function showRecording(tx: Tx, world: World, row: WishRow): Promise<string | null> {
  const video = await existing(tx, row);
  if (video === undefined || video.kept_from === null) return null;
  const { from_at: from, to_at: to } = row;
  if (from === null || to === null) return row.video;
  return publishRecording(tx, world, { of: row.video, title: row.title, from, to });
}
