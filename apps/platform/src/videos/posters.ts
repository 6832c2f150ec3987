import { isDeepStrictEqual } from "node:util";
import { MOST_POSTER_BYTES, POSTER_SIZE, SiteFault } from "@oxbow/site-contract";
import { audit } from "../accounts/index.ts";
import type { Caller } from "../calls/index.ts";
import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { requireEdit } from "./access.ts";
import { jpegSize } from "./jpeg-size.ts";
import { tellVideo } from "./tell-video.ts";
import type { VideoParts } from "./video-parts.ts";
import { type Db, type VideoRow, videoOf } from "./video-row.ts";

/** The bytes of one; undefined where there is none of that id, or no longer. */
export async function posterBytes(db: Db, poster: string): Promise<Buffer | undefined> {
  const found = await db
    .selectFrom("video_posters")
    .select("jpeg")
    .where("id", "=", poster)
    .executeTakeFirst();
  return found && Buffer.from(found.jpeg);
}

/**
 * Gives a video a picture of its owner's choice, in place of the one before. Refuses with `not_found`,
 * and with `invalid_request` (`jpeg_invalid`) what is no JPEG of `POSTER_SIZE`.
 */
export async function setPoster(
  parts: Pick<VideoParts, "store" | "world">,
  caller: Caller,
  video: string,
  jpeg: Buffer,
): Promise<VideoRow> {
  if (jpeg.length > MOST_POSTER_BYTES || !isDeepStrictEqual(jpegSize(jpeg), POSTER_SIZE)) {
    const { width, height } = POSTER_SIZE;
    const wanted = `a JPEG of ${width} × ${height} pixels and at most ${MOST_POSTER_BYTES} bytes`;
    throw new SiteFault("invalid_request", `The picture must be ${wanted}`, {
      reason: "jpeg_invalid",
      field: "jpeg",
    });
  }
  return change(parts, caller, video, async (tx) => {
    await forgetPoster(tx, video);
    const id = parts.world.id("pst");
    await tx.insertInto("video_posters").values({ id, video, jpeg }).execute();
    await tx.updateTable("videos").set({ poster: id }).where("id", "=", video).execute();
  });
}

/** Takes it away again. Refuses with `not_found`; harmless where there is none. */
export function removePoster(
  parts: Pick<VideoParts, "store" | "world">,
  caller: Caller,
  video: string,
): Promise<VideoRow> {
  return change(parts, caller, video, (tx) => forgetPoster(tx, video));
}

/** Erases the picture that a video has, if it has one. */
export async function forgetPoster(tx: Tx, video: string): Promise<void> {
  await tx.updateTable("videos").set({ poster: null }).where("id", "=", video).execute();
  await tx.deleteFrom("video_posters").where("video", "=", video).execute();
}

/** Another address for the same picture: who knew the old one can no longer see it. */
export async function movePoster(tx: Tx, world: World, row: VideoRow): Promise<void> {
  if (row.poster === null) return;
  const id = world.id("pst");
  await tx.updateTable("video_posters").set({ id }).where("video", "=", row.id).execute();
  await tx.updateTable("videos").set({ poster: id }).where("id", "=", row.id).execute();
}

function change(
  { store, world }: Pick<VideoParts, "store" | "world">,
  { person, address }: Caller,
  video: string,
  make: (tx: Tx) => Promise<void>,
): Promise<VideoRow> {
  return store.commit(async (tx) => {
    // Within the change: a video that is deleted meanwhile gets no picture any more.
    const row = await requireEdit(tx, person, video);
    await make(tx);
    const detail = { changed: ["poster"] };
    await audit(tx, world, { person, action: "video.changed", about: video, detail, address });
    await tellVideo(tx, world, video);
    return (await videoOf(tx, video)) ?? row;
  });
}
