import { type Client, OxbowError } from "@oxbow/sdk";
import { SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { channelById, prepareSoon, schedulePrepareSoon } from "../channels/index.ts";
import type { Store } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import { tellListenersChanged } from "../updates/index.ts";
import { requireEdit } from "./access.ts";
import { forgetPoster } from "./posters.ts";
import { tellVideo } from "./tell-video.ts";
import type { VideoParts } from "./video-parts.ts";
import { type Db, type VideoRow, videoOf } from "./video-row.ts";

/** Kind of the task that removes a deleted video's media; its payload is the video's id. */
export const REMOVE_MEDIA = "videos.removeMedia";

/**
 * Takes a video off the site for ever, and then its media off the media server. Refuses with
 * `conflict` (`still_live`) what is on air.
 */
export async function deleteVideo(
  on: Pick<VideoParts, "store" | "world" | "media">,
  caller: Caller,
  id: string,
): Promise<void> {
  const { store, world } = on;
  const row = await requireEdit(store.db, caller.person, id);
  if (row.state === "live" || row.state === "interrupted")
    throw new SiteFault("conflict", "End the broadcast first", { reason: "still_live" });
  await store.commit(async (tx) => {
    const at = world.now();
    await tx.updateTable("videos").set({ deleted_at: at }).where("id", "=", id).execute();
    await forgetPoster(tx, id);
    await scheduleTask(tx, world, { kind: REMOVE_MEDIA, key: id, payload: id, at });
    const { person, address } = caller;
    const detail = { title: row.title };
    await audit(tx, world, { person, action: "video.deleted", about: id, detail, address });
    await tellVideo(tx, world, id, row.visibility === "public");
    await tellListenersChanged(tx, world, `chat:${id}`);
    // What it had the stream set to is not what the next broadcast wants.
    if (row.state === "planned") await schedulePrepareSoon(tx, world, row.channel);
  });
  if (row.state === "planned") await prepareSoon(on, row.channel);
}

/** The task: what another video still plays stays. Throws OxbowError, and comes again. */
export async function removeMedia(
  { store, media }: { readonly store: Store; readonly media: Client },
  id: string,
): Promise<void> {
  const row = await videoOf(store.db, id);
  if (row === undefined || row.deleted_at === null) return;
  if (row.asset !== null && !(await isShared(store.db, row, "asset"))) {
    await absentIsFine(media.assets.delete(row.asset));
  }
  const stream = (await channelById(store.db, row.channel))?.stream;
  if (!stream || row.kept_from === null || row.kept_to === null) return;
  if (await isShared(store.db, row, "recording")) return;
  await absentIsFine(media.archive.delete(stream, { from: row.kept_from, to: row.kept_to }));
}

async function isShared(db: Db, row: VideoRow, what: "asset" | "recording"): Promise<boolean> {
  const others = db
    .selectFrom("videos")
    .select("id")
    .where("id", "<>", row.id)
    .where("deleted_at", "is", null);
  const found = await (what === "asset"
    ? others.where("asset", "=", row.asset)
    : others
        .where("channel", "=", row.channel)
        .where("kept_from", "<", row.kept_to)
        .where("kept_to", ">", row.kept_from)
  ).executeTakeFirst();
  return found !== undefined;
}

async function absentIsFine(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof OxbowError && error.status === 404)) throw error;
  }
}
