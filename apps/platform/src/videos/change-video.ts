import { OxbowError } from "@oxbow/sdk";
import { type BodyOf, SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { channelById, prepareStream, streamOf } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import { schedulePolicy } from "../playback/index.ts";
import { tellListenersChanged } from "../updates/index.ts";
import { requireEdit } from "./access.ts";
import { schedulePreparation } from "./plan-video.ts";
import { tellVideo } from "./tell-video.ts";
import type { VideoParts } from "./video-parts.ts";
import { type VideoRow, videoOf } from "./video-row.ts";

/**
 * Changes what people read of a video, and who may watch it. Refuses with `not_found`; with `conflict`
 * (`not_planned`) a new time for what has begun.
 */
export async function updateVideo(
  parts: VideoParts,
  caller: Caller,
  id: string,
  change: BodyOf<"videos.update">,
): Promise<VideoRow> {
  const { store, world } = parts;
  const before = await requireEdit(store.db, caller.person, id);
  if (change.scheduledAt !== undefined && before.state !== "planned")
    throw new SiteFault("conflict", "It has begun already", {
      reason: "not_planned",
      field: "scheduledAt",
    });
  if (change.visibility === "private" && before.visibility !== "private")
    await makeSigned(parts, before);
  const columns = columnsOf(change);
  const after = await store.commit(async (tx) => {
    await tx.updateTable("videos").set(columns).where("id", "=", id).execute();
    if (columns.scheduled_at !== undefined)
      await schedulePreparation(tx, world, id, columns.scheduled_at);
    if (change.visibility !== undefined && change.visibility !== before.visibility) {
      const stream = (await channelById(tx, before.channel))?.stream;
      if (stream) await schedulePolicy(tx, world, { stream });
      if (before.asset !== null) await schedulePolicy(tx, world, { asset: before.asset });
      await tellListenersChanged(tx, world, `video:${id}`);
      await tellListenersChanged(tx, world, `chat:${id}`);
    }
    const { person, address } = caller;
    const detail = { changed: Object.keys(change) };
    await audit(tx, world, { person, action: "video.changed", about: id, detail, address });
    await tellVideo(tx, world, id, before.visibility === "public");
    return videoOf(tx, id);
  });
  if (change.title !== undefined) await retitle(parts, before, change.title);
  return after ?? before;
}

function columnsOf(change: BodyOf<"videos.update">) {
  const { title, description, visibility, scheduledAt, chat } = change;
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(visibility === undefined ? {} : { visibility }),
    ...(chat === undefined ? {} : { chat: chat ? 1 : 0 }),
    ...(scheduledAt === undefined
      ? {}
      : { scheduled_at: scheduledAt === null ? null : Date.parse(scheduledAt) }),
  };
}

/** Before anything becomes private, the media server asks for tokens. */
async function makeSigned({ store, playback }: VideoParts, row: VideoRow): Promise<void> {
  const stream = (await channelById(store.db, row.channel))?.stream;
  try {
    if (stream) await playback.ensureSigned({ stream });
    if (row.asset !== null) await playback.ensureSigned({ asset: row.asset });
  } catch (error) {
    throw mediaFault(error);
  }
}

/** The media server shows its own title to players outside of this site. */
async function retitle(parts: VideoParts, row: VideoRow, title: string): Promise<void> {
  if (row.state === "ended") return;
  const channel = await channelById(parts.store.db, row.channel);
  if (channel?.stream == null) return;
  try {
    await prepareStream(parts.media, channel, { title });
  } catch (err) {
    if (!(err instanceof OxbowError)) throw err;
    // The title that people read is changed; this one is put right by the next broadcast.
    parts.world.log.warn({ err, video: row.id }, "the stream's title was not changed");
  }
}

/** Ends what is on air, and disconnects its encoder. Refuses with `conflict` (`not_live`). */
export async function endVideo(parts: VideoParts, caller: Caller, id: string): Promise<VideoRow> {
  const { store, world, media } = parts;
  const row = await requireEdit(store.db, caller.person, id);
  const channel = await channelById(store.db, row.channel);
  if (channel === undefined || (row.state !== "live" && row.state !== "interrupted"))
    throw new SiteFault("conflict", "It is not on air", { reason: "not_live" });
  try {
    await media.streams.end(streamOf(channel));
  } catch (error) {
    throw mediaFault(error);
  }
  const { person, address } = caller;
  await store.commit((tx) =>
    audit(tx, world, { person, action: "video.ended", about: id, address }),
  );
  return (await videoOf(store.db, id)) ?? row;
}
