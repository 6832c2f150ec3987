import type { Event, EventType } from "@oxbow/sdk";
import { plannedFor } from "@oxbow/site-contract/planned-for";
import { type ChannelRow, channelByStream, defaultsOf } from "../channels/index.ts";
import type { EventProjection } from "../media/index.ts";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { changeLife } from "./change-life.ts";
import type { Fact, Stretch } from "./life.ts";
import { insertPlanned } from "./plan-video.ts";
import { type VideoRow, videoOfBroadcast } from "./video-row.ts";

const types: readonly EventType[] = [
  "broadcast_started",
  "playback_ready",
  "broadcast_interrupted",
  "broadcast_resumed",
  "broadcast_ended",
  "archive_evicted",
  "asset_ready",
  "asset_deleted",
];

/** What videos learn from the media server. */
export function videoProjection(world: World): EventProjection {
  return {
    types,
    apply: async (tx, event) => {
      if (event.type === "asset_ready" || event.type === "asset_deleted")
        return assetChanged(tx, world, event.data.asset, assetFact(event));
      if (event.type === "archive_evicted")
        return evicted(tx, world, event.stream?.id, stretchOf(event.data));
      return onAir(tx, world, event);
    },
  };
}

const stretchOf = (range: { readonly from: string; readonly to: string }): Stretch => ({
  from: Date.parse(range.from),
  to: Date.parse(range.to),
});

async function onAir(tx: Tx, world: World, event: Event): Promise<void> {
  const { broadcast, stream } = event;
  if (broadcast === undefined || stream === undefined) return;
  const channel = await channelByStream(tx, stream.id);
  if (channel === undefined) return;
  const row =
    (await videoOfBroadcast(tx, broadcast)) ??
    (event.type === "broadcast_started"
      ? await beginVideo(tx, world, channel, broadcast, Date.parse(event.data.from))
      : undefined);
  const sequence = event.streamSequence ?? 0;
  // One that was told late is over already.
  if (row === undefined || sequence <= row.sequence) return;
  await tx.updateTable("videos").set({ sequence }).where("id", "=", row.id).execute();
  if (event.type === "broadcast_ended") {
    const gap_ms = gapsOf(event.data.gaps);
    await tx.updateTable("videos").set({ gap_ms }).where("id", "=", row.id).execute();
  }
  const fact = factOf(event, broadcast);
  if (fact !== undefined) await changeLife(tx, world, { ...row, sequence }, fact);
}

/** Milliseconds without media. */
export const gapsOf = (gaps: readonly { readonly from: string; readonly to: string }[]): number =>
  gaps.map(stretchOf).reduce((sum, { from, to }) => sum + to - from, 0);

function factOf(event: Event, broadcast: string): Fact | undefined {
  if (event.type === "broadcast_started")
    return { what: event.type, broadcast, from: Date.parse(event.data.from) };
  if (event.type === "playback_ready") return { what: event.type, at: Date.parse(event.time) };
  if (event.type === "broadcast_interrupted" || event.type === "broadcast_resumed")
    return { what: event.type };
  if (event.type !== "broadcast_ended") return undefined;
  const { playback } = event.data;
  return { what: event.type, ...stretchOf(event.data), recorded: Boolean(playback?.hls) };
}

/** The planned video of a broadcast that begins, or a new one by the channel's defaults. */
export async function beginVideo(
  tx: Tx,
  world: World,
  channel: ChannelRow,
  broadcast: string,
  at: number,
): Promise<VideoRow | undefined> {
  const planned = await tx
    .selectFrom("videos")
    .selectAll()
    .where("channel", "=", channel.id)
    .where("state", "=", "planned")
    .where("deleted_at", "is", null)
    .execute();
  const plans = planned.map((row) => {
    return { row, scheduledAt: row.scheduled_at, createdAt: row.created_at };
  });
  const found = plannedFor(plans, at)?.row;
  if (found !== undefined) {
    await tx.updateTable("videos").set({ broadcast }).where("id", "=", found.id).execute();
    return { ...found, broadcast };
  }
  const { title, visibility, chat, record, latency } = defaultsOf(channel);
  await insertPlanned(tx, world, {
    id: world.id("vid"),
    channel: channel.id,
    broadcast,
    title,
    description: "",
    visibility,
    chat: chat ? 1 : 0,
    record: record ? 1 : 0,
    latency,
    scheduled_at: null,
  });
  return videoOfBroadcast(tx, broadcast);
}

/** Videos that were deleted, too: what is private of them guards the archive until it is gone. */
async function evicted(tx: Tx, world: World, stream: string | undefined, gone: Stretch) {
  const channel = stream && (await channelByStream(tx, stream));
  if (!channel) return;
  const rows = await tx
    .selectFrom("videos")
    .selectAll()
    .where("channel", "=", channel.id)
    .where("kept_from", "<", gone.to)
    .where((is) => is.or([is("kept_to", "is", null), is("kept_to", ">", gone.from)]))
    .execute();
  for (const row of rows) await changeLife(tx, world, row, { what: "archive_evicted", ...gone });
}

function assetFact(event: Extract<Event, { type: "asset_ready" | "asset_deleted" }>): Fact {
  const { asset } = event.data;
  if (event.type === "asset_deleted") return { what: "asset_deleted", asset };
  const { bytes = null, duration } = event.data;
  const milliseconds = duration === undefined ? null : Math.round(duration * 1000);
  return { what: "asset_ready", asset, bytes, duration: milliseconds };
}

async function assetChanged(tx: Tx, world: World, asset: string, fact: Fact): Promise<void> {
  const rows = await tx.selectFrom("videos").selectAll().where("asset", "=", asset).execute();
  for (const row of rows) await changeLife(tx, world, row, fact);
}
