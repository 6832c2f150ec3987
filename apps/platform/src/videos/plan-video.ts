import { type BodyOf, SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import { channelOf, defaultsOf, prepareSoon, schedulePrepareSoon } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import { schedulePolicy } from "../playback/index.ts";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { tellVideo } from "./tell-video.ts";
import type { VideoParts } from "./video-parts.ts";
import { type Db, type VideoRow, videoOf } from "./video-row.ts";

/** Plans of one channel. */
const MOST_PLANS = 50;

/**
 * Plans a video of the caller's channel; its stream is set for it while a broadcast that begins would
 * be this one. Refuses with `conflict` (`channel_missing`, `too_many_plans`), and what is private as the
 * media server does.
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
  const stream = row.visibility === "private" ? channel.stream : null;
  if (stream !== null) {
    await playback.ensureSigned({ stream }).catch((error: unknown) => {
      throw mediaFault(error);
    });
  }
  const id = world.id("vid");
  const planned = await store.commit(async (tx) => {
    await requireRoom(tx, channel.id);
    await insertPlanned(tx, world, { ...row, id, channel: channel.id });
    await schedulePrepareSoon(tx, world, channel.id);
    if (stream !== null) await schedulePolicy(tx, world, { stream });
    const { person, address } = caller;
    await audit(tx, world, { person, action: "video.planned", about: id, address });
    await tellVideo(tx, world, id);
    return videoOf(tx, id);
  });
  if (planned === undefined) throw new Error(`Video "${id}" was not written`);
  await prepareSoon(parts, channel.id);
  return planned;
}

async function requireRoom(db: Db, channel: string): Promise<void> {
  const { count } = await db
    .selectFrom("videos")
    .select((select) => select.fn.countAll<number | string>().as("count"))
    .where("channel", "=", channel)
    .where("state", "=", "planned")
    .where("deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  if (Number(count) >= MOST_PLANS)
    throw new SiteFault("conflict", `At most ${MOST_PLANS} plans`, { reason: "too_many_plans" });
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
