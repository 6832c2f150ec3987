import { type Broadcast, OxbowError } from "@oxbow/sdk";
import { channelByStream, schedulePrepareSoon } from "../channels/index.ts";
import { changeLife } from "./change-life.ts";
import type { Fact, Stretch } from "./life.ts";
import type { VideoParts } from "./video-parts.ts";
import { beginVideo, gapsOf } from "./video-projection.ts";
import { type VideoRow, videoOfBroadcast } from "./video-row.ts";

type Parts = Pick<VideoParts, "store" | "world" | "media">;

/**
 * Asks the media server once how what is on air stands: for a time of which events are gone that nobody
 * will tell again. Throws OxbowError.
 */
export async function resyncVideos(parts: Parts): Promise<void> {
  const { store, media } = parts;
  const onAir = await store.db
    .selectFrom("videos")
    .selectAll()
    .where("state", "in", ["live", "interrupted"])
    .execute();
  for (const row of onAir) await catchUp(parts, row);
  for await (const { id, broadcast } of media.streams.list()) {
    if (broadcast !== null) await discover(parts, id, broadcast);
  }
}

/** A video whose broadcast may have gone on, or ended, without a word. */
async function catchUp(parts: Parts, row: VideoRow): Promise<void> {
  const found = row.broadcast === null ? undefined : await broadcastOf(parts, row.broadcast);
  const fact = await factNow(parts, row, found);
  await parts.store.commit(async (tx) => {
    if (found !== undefined) {
      const gap_ms = gapsOf(found.gaps);
      await tx.updateTable("videos").set({ gap_ms }).where("id", "=", row.id).execute();
    }
    await changeLife(tx, parts.world, row, fact);
    // Its stream was left as it began.
    if (fact.what === "broadcast_ended") await schedulePrepareSoon(tx, parts.world, row.channel);
  });
}

/** A broadcast that the media server does not know is over, and nothing of it is left. */
async function factNow(parts: Parts, row: VideoRow, found: Broadcast | undefined): Promise<Fact> {
  if (found === undefined) {
    const now = parts.world.now();
    return { what: "broadcast_ended", from: row.from_at ?? now, to: now, recorded: false };
  }
  if (found.to !== null && found.state === "ended") {
    const [from, to] = [Date.parse(found.from), Date.parse(found.to)];
    const recorded = await isRecorded(parts, found.stream, { from, to });
    return { what: "broadcast_ended", from, to, recorded };
  }
  const lost = found.state === "interrupted";
  return { what: lost ? "broadcast_interrupted" : "broadcast_resumed" };
}

/** What the archive has, as the stream may be set by now for a broadcast that is not to be recorded. */
async function isRecorded({ media }: Parts, stream: string, range: Stretch): Promise<boolean> {
  if (range.to <= range.from) return false;
  try {
    return (await media.archive.get(stream, range)).ranges.length > 0;
  } catch (error) {
    if (error instanceof OxbowError && error.status === 404) return false;
    throw error;
  }
}

/** A broadcast that began without a word. */
async function discover(parts: Parts, stream: string, broadcast: string): Promise<void> {
  const { store, world } = parts;
  const channel = await channelByStream(store.db, stream);
  if (channel === undefined) return;
  if ((await videoOfBroadcast(store.db, broadcast)) !== undefined) return;
  const found = await broadcastOf(parts, broadcast);
  if (found === undefined || found.state === "ended") return;
  const from = Date.parse(found.from);
  await store.commit(async (tx) => {
    const row = await beginVideo(tx, world, channel, broadcast, from);
    if (row === undefined) return;
    await changeLife(tx, world, row, { what: "broadcast_started", broadcast, from });
    const begun = await videoOfBroadcast(tx, broadcast);
    if (begun !== undefined)
      await changeLife(tx, world, begun, { what: "playback_ready", at: world.now() });
  });
}

async function broadcastOf({ media }: Parts, id: string): Promise<Broadcast | undefined> {
  try {
    return await media.broadcasts.get(id);
  } catch (error) {
    if (error instanceof OxbowError && error.status === 404) return undefined;
    throw error;
  }
}
