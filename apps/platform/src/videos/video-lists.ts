import type { AnswerOf } from "@oxbow/site-contract";
import { SiteFault } from "@oxbow/site-contract";
import { numberPlace, pageOf } from "../calls/index.ts";
import { channelByHandle } from "../channels/index.ts";
import { toVideos } from "./to-video.ts";
import type { VideoParts } from "./video-parts.ts";
import type { Db, VideoRow } from "./video-row.ts";

/** How long after its time a planned show is still listed as one that comes, in milliseconds. */
const LATE = 60 * 60_000;
const MOST_LIVE = 24;
const MOST_UPCOMING = 6;
const MOST_RECENT = 24;

type Parts = Pick<VideoParts, "store" | "world" | "viewers">;
type Page = { readonly cursor?: string | undefined; readonly limit: number };

const publicVideos = (db: Db, channel?: string) => {
  const all = db
    .selectFrom("videos")
    .selectAll()
    .where("visibility", "=", "public")
    .where("deleted_at", "is", null);
  return channel === undefined ? all : all.where("channel", "=", channel);
};

/** What is on air and can be watched, the newest first. */
const liveVideos = (db: Db, channel?: string) =>
  publicVideos(db, channel)
    .where("state", "in", ["live", "interrupted"])
    .where("source", "=", "live")
    .orderBy("from_at", "desc")
    .limit(MOST_LIVE)
    .execute();

const upcomingVideos = (db: Db, now: number, channel?: string) =>
  publicVideos(db, channel)
    .where("state", "=", "planned")
    .where("scheduled_at", ">", now - LATE)
    .orderBy("scheduled_at")
    .limit(MOST_UPCOMING)
    .execute();

/** What has ended and can be watched, the newest first. */
const recentVideos = (db: Db, channel?: string) =>
  publicVideos(db, channel)
    .where("state", "=", "ended")
    .where("source", "<>", "none")
    .where("published_at", "is not", null)
    .orderBy("published_at", "desc")
    .orderBy("id", "desc");

/** For feeds and the map of the site: what everybody may find, the newest first. */
export const listedVideos = (db: Db, limit: number, channel?: string): Promise<VideoRow[]> =>
  recentVideos(db, channel).limit(limit).execute();

async function withViewers(parts: Parts, rows: readonly VideoRow[]) {
  const [videos, counts] = await Promise.all([
    toVideos(parts.store.db, rows),
    Promise.all(rows.map((row) => parts.viewers.of(row))),
  ]);
  for (const [index, video] of videos.entries()) video.viewers = counts[index]?.now ?? null;
  return videos;
}

export async function homeVideos(parts: Parts): Promise<AnswerOf<"videos.home">> {
  const { db } = parts.store;
  const [live, upcoming, recent] = await Promise.all([
    liveVideos(db),
    upcomingVideos(db, parts.world.now()),
    listedVideos(db, MOST_RECENT),
  ]);
  return {
    live: await withViewers(parts, live),
    upcoming: await toVideos(db, upcoming),
    recent: await toVideos(db, recent),
  };
}

/** Refuses with `not_found`. */
export async function videosOfChannel(
  parts: Parts,
  handle: string,
  { cursor, limit }: Page,
): Promise<AnswerOf<"videos.ofChannel">> {
  const { db } = parts.store;
  const channel = await channelByHandle(db, handle);
  if (channel === undefined) throw new SiteFault("not_found", "There is no such channel");
  const after = numberPlace(cursor);
  const all = recentVideos(db, channel.id).limit(limit + 1);
  const found = await (after === undefined
    ? all
    : all.where((is) => is(is.refTuple("published_at", "id"), "<", is.tuple(after.at, after.id)))
  ).execute();
  const { shown, next } = pageOf(found, limit, (row) => ({
    at: row.published_at ?? 0,
    id: row.id,
  }));
  const { id, name, about } = channel;
  return {
    channel: { id, handle: channel.handle, name, about },
    live: await withViewers(parts, await liveVideos(db, id)),
    upcoming: await toVideos(db, await upcomingVideos(db, parts.world.now(), id)),
    items: await toVideos(db, shown),
    next,
  };
}
