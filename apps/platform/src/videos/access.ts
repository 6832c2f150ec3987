import { SiteFault } from "@oxbow/site-contract";
import type { Caller } from "../calls/index.ts";
import { channelById, mayStream } from "../channels/index.ts";
import { type Db, type VideoRow, videoOf } from "./video-row.ts";

type Person = Caller["person"];

/** Whether somebody may change a video: the owner of its channel, and operators. */
export async function mayEdit(db: Db, person: Person, video: VideoRow): Promise<boolean> {
  if (person === null || video.deleted_at !== null) return false;
  const channel = await channelById(db, video.channel);
  return channel !== undefined && mayStream(person, channel);
}

/** Whether somebody may watch a video that has not been deleted. */
export async function mayWatch(db: Db, person: Person, video: VideoRow): Promise<boolean> {
  if (video.deleted_at !== null) return false;
  if (video.visibility !== "private") return true;
  if (person === null) return false;
  const named = await db
    .selectFrom("video_people")
    .select("person")
    .where("video", "=", video.id)
    .where("person", "=", person.id)
    .executeTakeFirst();
  return named !== undefined || (await mayEdit(db, person, video));
}

/**
 * The video, for one who may watch it. Refuses with `not_found`; `gone`, where it was deleted;
 * `not_signed_in` and `forbidden` with the reason `video_private`, which tell nothing but that.
 */
export async function requireWatch(db: Db, person: Person, id: string): Promise<VideoRow> {
  const video = await videoOf(db, id);
  if (video === undefined) throw new SiteFault("not_found", "There is no such video");
  if (video.deleted_at !== null) throw new SiteFault("gone", "This video was removed");
  if (await mayWatch(db, person, video)) return video;
  throw new SiteFault(person === null ? "not_signed_in" : "forbidden", "This video is private", {
    reason: "video_private",
  });
}

/** The video, for one who may change it. Refuses with `not_found` for all others. */
export async function requireEdit(db: Db, person: Person, id: string): Promise<VideoRow> {
  const video = await videoOf(db, id);
  if (video === undefined || !(await mayEdit(db, person, video)))
    throw new SiteFault("not_found", "There is no such video");
  return video;
}
