import { type BodyOf, BroadcastDefaults, reservedHandles, SiteFault } from "@oxbow/site-contract";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { type ChannelRow, channelByHandle, channelOf, defaultsOf } from "./channel-row.ts";
import { scheduleStream, streamNameOf } from "./provide-stream.ts";
import { tellChannel } from "./tell-channel.ts";

/**
 * Writes a channel down, and that its stream is to be made. Refuses with `conflict`: `handle_taken`,
 * `handle_reserved`, `channel_exists`.
 */
export async function createChannel(
  tx: Tx,
  world: World,
  owner: { readonly id: string },
  wish: BodyOf<"channels.create">,
): Promise<ChannelRow> {
  if ((await channelOf(tx, owner.id)) !== undefined)
    throw new SiteFault("conflict", "You have a channel already", { reason: "channel_exists" });
  await requireFree(tx, wish.handle);
  const row = await insertChannel(tx, world, { ...wish, owner: owner.id });
  await scheduleStream(tx, world, row.id);
  return row;
}

/** Owner, and handle, of the channel that is the site's own. */
export const HOUSE = "oxbow";

/** The site's own channel: nobody streams from it. */
export async function houseChannel(tx: Tx, world: World): Promise<ChannelRow> {
  const wish = { owner: HOUSE, handle: HOUSE, name: "Oxbow", about: "", defaults: {} };
  return (await channelOf(tx, HOUSE)) ?? insertChannel(tx, world, wish);
}

function insertChannel(
  tx: Tx,
  world: World,
  wish: BodyOf<"channels.create"> & { readonly owner: string },
): Promise<ChannelRow> {
  const id = world.id("chn");
  const { owner, handle, name, about } = wish;
  const defaults = BroadcastDefaults.parse({
    title: name,
    visibility: "public",
    latency: "normal",
    record: true,
    autoExport: false,
    chat: true,
    quality: "standard",
    ...wish.defaults,
  });
  return tx
    .insertInto("channels")
    .values({
      ...{ id, handle, name, about, owner },
      stream: null,
      stream_name: streamNameOf(handle, id),
      defaults: JSON.stringify(defaults),
      created_at: world.now(),
      session: null,
      issues: "[]",
      last_used: null,
      owner_address: null,
      owner_seen_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Changes what is given of a channel. Refuses as `createChannel` does. */
export async function updateChannel(
  tx: Tx,
  world: World,
  row: ChannelRow,
  change: BodyOf<"channels.update">,
): Promise<ChannelRow> {
  const { handle = row.handle, name = row.name, about = row.about } = change;
  if (handle !== row.handle) await requireFree(tx, handle);
  const defaults = JSON.stringify({ ...defaultsOf(row), ...change.defaults });
  const changed = await tx
    .updateTable("channels")
    .set({ handle, name, about, defaults })
    .where("id", "=", row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await tellChannel(tx, world, row.id);
  return changed;
}

async function requireFree(tx: Tx, handle: string): Promise<void> {
  const field = "handle";
  if (reservedHandles.includes(handle))
    throw new SiteFault("conflict", `The site keeps "${handle}" for itself`, {
      reason: "handle_reserved",
      field,
    });
  if ((await channelByHandle(tx, handle)) !== undefined)
    throw new SiteFault("conflict", `Another channel is called "${handle}"`, {
      reason: "handle_taken",
      field,
    });
}
