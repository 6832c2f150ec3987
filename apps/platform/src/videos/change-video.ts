import { type BodyOf, SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { channelById, prepareSoon, schedulePrepareSoon } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import { schedulePolicy } from "../playback/index.ts";
import { tellListenersChanged } from "../updates/index.ts";
import { requireEdit } from "./access.ts";
import { movePoster } from "./posters.ts";
import { tellVideo } from "./tell-video.ts";
import type { VideoParts } from "./video-parts.ts";
import { type VideoRow, videoOf } from "./video-row.ts";

type Change = BodyOf<"videos.update">;

/** What can't be changed of a broadcast that has begun. */
const OF_PLANS = ["scheduledAt", "latency", "record"] as const;

/**
 * Changes what people read of a video, and who may watch it; and of a plan, how it will be. Refuses
 * with `not_found`; with `conflict` (`not_planned`) a new time, delay or recording for what has begun.
 */
export async function updateVideo(
  parts: VideoParts,
  caller: Caller,
  id: string,
  change: Change,
): Promise<VideoRow> {
  const { store, world } = parts;
  const before = await requireEdit(store.db, caller.person, id);
  requirePlanned(before, change);
  if (change.visibility === "private" && before.visibility !== "private")
    await makeSigned(parts, before);
  const after = await store.commit(async (tx) => {
    const row = (await videoOf(tx, id)) ?? before;
    // It may have begun since it was looked at.
    requirePlanned(row, change);
    await tx.updateTable("videos").set(columnsOf(change)).where("id", "=", id).execute();
    if (row.state !== "ended") await schedulePrepareSoon(tx, world, row.channel);
    if (change.visibility !== undefined && change.visibility !== row.visibility) {
      const stream = (await channelById(tx, row.channel))?.stream;
      if (change.visibility === "private") await movePoster(tx, world, row);
      if (stream) await schedulePolicy(tx, world, { stream });
      if (row.asset !== null) await schedulePolicy(tx, world, { asset: row.asset });
      await tellListenersChanged(tx, world, `video:${id}`);
      await tellListenersChanged(tx, world, `chat:${id}`);
    }
    const { person, address } = caller;
    const detail = { changed: Object.keys(change) };
    await audit(tx, world, { person, action: "video.changed", about: id, detail, address });
    await tellVideo(tx, world, id, row.visibility === "public");
    return (await videoOf(tx, id)) ?? row;
  });
  if (after.state !== "ended") await prepareSoon(parts, after.channel);
  return after;
}

function requirePlanned({ state }: VideoRow, change: Change): void {
  const field = state === "planned" ? undefined : OF_PLANS.find((one) => change[one] !== undefined);
  if (field === undefined) return;
  throw new SiteFault("conflict", "It has begun already", { reason: "not_planned", field });
}

function columnsOf(change: Change) {
  const { title, description, visibility, scheduledAt, chat, latency, record } = change;
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(visibility === undefined ? {} : { visibility }),
    ...(chat === undefined ? {} : { chat: chat ? 1 : 0 }),
    ...(latency === undefined ? {} : { latency }),
    ...(record === undefined ? {} : { record: record ? 1 : 0 }),
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
