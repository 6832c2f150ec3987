import type { Client } from "@oxbow/sdk";
import type { Store, Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { channelById, type Db, defaultsOf } from "./channel-row.ts";
import { type BroadcastSettings, prepareStream } from "./prepare-stream.ts";

/** Kind of the task that sets a stream for its next broadcast; its payload is the channel's id. */
export const PREPARE_NEXT = "channels.prepareNext";
/** A show may begin so long before its time, or after it, in milliseconds. */
const NEAR = 2 * 3_600_000;

/**
 * Wants a channel's stream to be set for what comes next: after a broadcast, and after a plan is gone,
 * or the next would be recorded or not as the last one was.
 */
export function schedulePrepareNext(tx: Tx, world: World, channel: string): Promise<void> {
  const at = world.now();
  return scheduleTask(tx, world, { kind: PREPARE_NEXT, key: channel, payload: channel, at });
}

/** The task: sets the stream as the next plan says, or as the channel does. Throws OxbowError. */
export async function prepareNext(
  on: { readonly store: Store; readonly world: World; readonly media: Client },
  id: string,
): Promise<void> {
  const { db } = on.store;
  const channel = await channelById(db, id);
  if (channel === undefined || channel.stream === null) return;
  const { title, latency, record } = defaultsOf(channel);
  const plan = await nextPlan(db, id, on.world.now());
  await prepareStream(on.media, channel, plan ?? { title, latency, record });
}

async function nextPlan(
  db: Db,
  channel: string,
  now: number,
): Promise<BroadcastSettings | undefined> {
  const planned = await db
    .selectFrom("videos")
    .select(["title", "latency", "record", "scheduled_at"])
    .where("channel", "=", channel)
    .where("state", "=", "planned")
    .where("deleted_at", "is", null)
    .orderBy("created_at", "desc")
    .execute();
  // As `videos` takes them: the newest without a time, or else the show whose time comes.
  const next =
    planned.find(({ scheduled_at }) => scheduled_at === null) ??
    planned.find(({ scheduled_at }) => Math.abs((scheduled_at ?? 0) - now) <= NEAR);
  return next && { title: next.title, latency: next.latency, record: next.record === 1 };
}
