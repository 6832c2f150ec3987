import { OxbowError } from "@oxbow/sdk";
import { type BodyOf, SiteFault, type VideoMarker } from "@oxbow/site-contract";
import type { Caller } from "../calls/index.ts";
import { channelById, streamOf } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import { requireEdit } from "./access.ts";
import { tellVideo } from "./tell-video.ts";
import { toVideo } from "./to-video.ts";
import type { VideoParts } from "./video-parts.ts";

/** Names a moment of a broadcast, on the media server too, whose players and files show it. */
export async function markVideo(
  { store, world, media }: VideoParts,
  caller: Caller,
  id: string,
  { label, at }: BodyOf<"videos.mark">,
): Promise<VideoMarker> {
  const row = await requireEdit(store.db, caller.person, id);
  const channel = await channelById(store.db, row.channel);
  if (channel === undefined || row.broadcast === null)
    throw new SiteFault("conflict", "It has not been on air", { reason: "not_live" });
  const when = momentOf(row, at);
  try {
    const marker = await media.markers.create(streamOf(channel), {
      label,
      ...(when === undefined ? {} : { at: when }),
    });
    return await store.commit(async (tx) => {
      const found = { id: marker.id, video: id, at: Date.parse(marker.at), label };
      await tx.insertInto("video_markers").values(found).execute();
      await tellVideo(tx, world, id);
      const told = (await toVideo(tx, row)).markers.find((one) => one.id === marker.id);
      return told ?? { id: marker.id, label, at: marker.at, seconds: null };
    });
  } catch (error) {
    throw mediaFault(error);
  }
}

/** Undefined for now. Refuses with `invalid_request` a moment that is not of this broadcast. */
function momentOf(
  row: { readonly from_at: number | null; readonly to_at: number | null },
  at: string | undefined,
): number | undefined {
  if (at === undefined) {
    if (row.to_at === null) return undefined;
    throw new SiteFault("invalid_request", "Say when: the broadcast is over", { field: "at" });
  }
  const moment = Date.parse(at);
  if (moment < (row.from_at ?? 0) || moment > (row.to_at ?? Number.POSITIVE_INFINITY))
    throw new SiteFault("invalid_request", "That is not within the broadcast", { field: "at" });
  return moment;
}

/** Takes a moment's name away. */
export async function unmarkVideo(
  { store, world, media }: VideoParts,
  caller: Caller,
  id: string,
  marker: string,
): Promise<void> {
  await requireEdit(store.db, caller.person, id);
  const found = await store.db
    .selectFrom("video_markers")
    .select("id")
    .where("video", "=", id)
    .where("id", "=", marker)
    .executeTakeFirst();
  if (found === undefined) throw new SiteFault("not_found", "There is no such marker");
  try {
    await media.markers.delete(marker);
  } catch (error) {
    if (!(error instanceof OxbowError && error.status === 404)) throw mediaFault(error);
  }
  await store.commit(async (tx) => {
    await tx.deleteFrom("video_markers").where("id", "=", marker).execute();
    await tellVideo(tx, world, id);
  });
}
