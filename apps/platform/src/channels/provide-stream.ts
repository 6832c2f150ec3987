import { createHash } from "node:crypto";
import { type Client, OxbowError } from "@oxbow/sdk";
import type { Store, Tx } from "../store/index.ts";
import { scheduleTask } from "../tasks/index.ts";
import type { World } from "../world.ts";
import { type ChannelRow, channelById, defaultsOf } from "./channel-row.ts";
import { schedulePrepareNext } from "./prepare-next.ts";
import { tellChannel } from "./tell-channel.ts";

/** How long the first attempt has before the task looks, in milliseconds. */
const GRACE = 5_000;

/** Kind of the task that makes a channel's stream; its payload is the channel's id. */
export const PROVIDE_STREAM = "channels.provideStream";

/**
 * What a channel's stream is called: the handle, for people who read URLs, and a mark of the channel,
 * so that nothing else has the name and a stream that was made before a crash is found again.
 */
export function streamNameOf(handle: string, channel: string): string {
  return `${handle}-${createHash("sha256").update(channel).digest("hex").slice(0, 8)}`;
}

export function scheduleStream(tx: Tx, world: World, channel: string): Promise<void> {
  const at = world.now() + GRACE;
  return scheduleTask(tx, world, { kind: PROVIDE_STREAM, key: channel, payload: channel, at });
}

/** Makes the stream of a channel that has none. May run twice, or at the same time. Throws OxbowError. */
export async function provideStream(
  on: { readonly store: Store; readonly world: World; readonly media: Client },
  id: string,
): Promise<void> {
  const { store, world, media } = on;
  const row = await channelById(store.db, id);
  if (row === undefined || row.stream !== null) return;
  const stream = await createOrFind(media, row);
  await store.commit(async (tx) => {
    await tx
      .updateTable("channels")
      .set({ stream: stream.id })
      .where("id", "=", id)
      .where("stream", "is", null)
      .execute();
    // Something may have been planned while there was none.
    await schedulePrepareNext(tx, world, id);
    await tellChannel(tx, world, id);
  });
}

async function createOrFind(media: Client, row: ChannelRow): Promise<{ readonly id: string }> {
  const { title, latency, record, quality } = defaultsOf(row);
  try {
    return await media.streams.create({
      name: row.stream_name,
      title,
      latency,
      record,
      ladder: quality,
    });
  } catch (error) {
    if (!(error instanceof OxbowError) || error.code !== "stream_name_taken") throw error;
    return media.streams.get(row.stream_name);
  }
}
