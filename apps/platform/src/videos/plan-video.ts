import { type BodyOf, SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import {
  type ChannelRow,
  channelById,
  channelOf,
  defaultsOf,
  prepareStream,
} from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import { schedulePolicy } from "../playback/index.ts";
import type { Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { EARLY } from "./planned-for.ts";
import { tellVideo } from "./tell-video.ts";
import type { VideoParts } from "./video-parts.ts";
import { type VideoRow, videoOf } from "./video-row.ts";

/** Kind of the task that sets a channel's stream for a planned show; its payload is the video's id. */
export const PREPARE = "videos.prepare";

/**
 * Plans a video of the caller's channel. The stream is set for it at once, or some time before it is to
 * begin. Refuses with `conflict` (`channel_missing`), and as the media server does.
 */
export async function planVideo(
  parts: VideoParts,
  caller: Caller,
  plan: BodyOf<"videos.plan">,
): Promise<VideoRow> {
  const { store, world, playback } = parts;
  const channel = caller.person && (await channelOf(store.db, caller.person.id));
  if (!channel)
    throw new SiteFault("conflict", "Make a channel first", { reason: "channel_missing" });
  const defaults = defaultsOf(channel);
  const row = {
    title: plan.title,
    description: plan.description,
    visibility: plan.visibility ?? defaults.visibility,
    latency: plan.latency ?? defaults.latency,
    record: (plan.record ?? defaults.record) ? 1 : 0,
    chat: plan.chat ? 1 : 0,
    scheduled_at: plan.scheduledAt === null ? null : Date.parse(plan.scheduledAt),
  };
  try {
    if (row.visibility === "private" && channel.stream !== null)
      await playback.ensureSigned({ stream: channel.stream });
    if (isNear(world, row.scheduled_at)) await prepareFor(parts, channel, row);
  } catch (error) {
    throw mediaFault(error);
  }
  const id = world.id("vid");
  return store.commit(async (tx) => {
    await insertPlanned(tx, world, { ...row, id, channel: channel.id });
    await schedulePreparation(tx, world, id, row.scheduled_at);
    if (row.visibility === "private" && channel.stream !== null)
      await schedulePolicy(tx, world, { stream: channel.stream });
    const { person, address } = caller;
    await audit(tx, world, { person, action: "video.planned", about: id, address });
    await tellVideo(tx, world, id);
    const planned = await videoOf(tx, id);
    if (planned === undefined) throw new Error(`Video "${id}" was not written`);
    return planned;
  });
}

type Planned = Pick<
  VideoRow,
  | "id"
  | "channel"
  | "title"
  | "description"
  | "visibility"
  | "latency"
  | "record"
  | "chat"
  | "scheduled_at"
>;

/** Writes down a video of which nothing has been seen yet. */
export async function insertPlanned(
  tx: Tx,
  world: World,
  planned: Planned & { readonly broadcast?: string },
): Promise<void> {
  await tx
    .insertInto("videos")
    .values({
      broadcast: null,
      ...planned,
      kind: "broadcast",
      state: "planned",
      source: "none",
      from_at: null,
      to_at: null,
      kept_from: null,
      kept_to: null,
      asset: null,
      asset_bytes: null,
      asset_duration: null,
      asset_cut: null,
      fallback: null,
      created_at: world.now(),
      published_at: null,
      deleted_at: null,
    })
    .execute();
}

const isNear = (world: World, scheduledAt: number | null): boolean =>
  scheduledAt === null || scheduledAt - world.now() <= EARLY;

/** Sets the stream as soon as a broadcast that begins would be this one. */
export async function schedulePreparation(
  tx: Tx,
  world: World,
  video: string,
  scheduledAt: number | null,
): Promise<void> {
  if (isNear(world, scheduledAt) || scheduledAt === null) return;
  const at = scheduledAt - EARLY;
  await scheduleTask(tx, world, { kind: PREPARE, key: video, payload: video, at });
}

/** The task: sets the stream for a show that is still planned. Throws OxbowError. */
export async function prepareVideo(parts: VideoParts, id: string): Promise<void> {
  const { db } = parts.store;
  const video = await videoOf(db, id);
  const channel = video && (await channelById(db, video.channel));
  if (!video || !channel || video.state !== "planned" || video.deleted_at !== null) return;
  await prepareFor(parts, channel, video);
}

function prepareFor(
  { media }: Pick<VideoParts, "media">,
  channel: ChannelRow,
  video: Pick<VideoRow, "title" | "latency" | "record">,
): Promise<void> {
  const { title, latency, record } = video;
  return prepareStream(media, channel, { title, latency, record: record === 1 });
}
